package io.tadpole.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A process in Python whose program was written from docs/layout.md alone. */
public final class Stranger implements AutoCloseable
{
    private static final String PYTHON = "python3";

    private final Process process;

    private Stranger(final Process process)
    {
        this.process = process;
    }

    /**
     * Starts it; skips the test where there is no Python.
     *
     * @param arguments of stranger.py.
     * @return the process.
     * @throws IOException when it cannot be started.
     */
    public static Stranger start(final Object... arguments) throws IOException
    {
        assumeTrue(isThere(), "python3 is missing; install it: apt-get install python3");
        final List<String> command = new ArrayList<>();
        command.add(PYTHON);
        command.add(
            Path.of(System.getProperty("tadpole.root"), "ipc-shm", "ring", "src", "test", "python", "stranger.py")
                .toString());
        for (final Object argument : arguments)
        {
            command.add(argument.toString());
        }
        return new Stranger(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private static boolean isThere() throws IOException
    {
        try
        {
            return new ProcessBuilder(PYTHON, "--version").redirectErrorStream(true).start().waitFor() == 0;
        }
        catch (final IOException missing)
        {
            return false;
        }
        catch (final InterruptedException interrupted)
        {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    /**
     * Whether it runs.
     *
     * @return false when it has ended.
     */
    public boolean isAlive()
    {
        return process.isAlive();
    }

    /**
     * Waits for its end, which must be a good one.
     *
     * @return all that it said.
     * @throws IOException when its output cannot be read.
     */
    public String output() throws IOException
    {
        return output(0);
    }

    /**
     * Waits for its end.
     *
     * @param exitCode that it must have.
     * @return all that it said.
     * @throws IOException when its output cannot be read.
     */
    public String output(final int exitCode) throws IOException
    {
        final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try
        {
            assertEquals(exitCode, process.waitFor(), said);
        }
        catch (final InterruptedException interrupted)
        {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
        return said;
    }

    @Override
    public void close()
    {
        process.destroyForcibly();
    }

    /** Messages in three numbers, as the stranger tells them. */
    public static final class Told
    {
        private final CRC32 crc = new CRC32();
        private final ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        private byte[] copy = new byte[1024];
        private long messages;
        private long bytes;

        /** Of no message yet. */
        public Told()
        {
        }

        /**
         * Adds a message.
         *
         * @param buffer in which it lies.
         * @param offset of its first byte.
         * @param length in bytes.
         */
        public void add(final DirectBuffer buffer, final int offset, final int length)
        {
            if (copy.length < length)
            {
                copy = new byte[length];
            }
            buffer.getBytes(offset, copy, 0, length);
            crc.update(word.putInt(0, length).array());
            crc.update(copy, 0, length);
            messages++;
            bytes += length;
        }

        /**
         * How many there were.
         *
         * @return messages.
         */
        public long messages()
        {
            return messages;
        }

        @Override
        public String toString()
        {
            return String.format("%d messages, %d bytes, CRC-32 %08x", messages, bytes, crc.getValue());
        }
    }
}
