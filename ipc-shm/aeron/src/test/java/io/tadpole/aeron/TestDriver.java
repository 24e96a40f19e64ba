package io.tadpole.aeron;

import io.aeron.Aeron;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.SharedMemory;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A driver in this JVM, in a directory of its own, and a plain Aeron client of it.
 */
final class TestDriver implements AutoCloseable
{
    /** Small terms, which wrap soon. */
    static final StreamConfig STREAM = StreamConfig.ipc(7).withTermBytes(StreamConfig.LEAST_TERM_BYTES);

    private final Path folder;
    private final Driver driver;
    private final Aeron plain;

    private TestDriver(final Path folder) throws IOException
    {
        this.folder = folder;
        driver = Driver.embedded(folder.resolve("driver"));
        plain = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.directory().toString()));
    }

    static TestDriver start() throws IOException
    {
        return new TestDriver(SharedMemory.directory());
    }

    /** Where there is space for the logs of the longest messages: in shared memory, or else on disk. */
    static TestDriver startWithSpace(final long bytes) throws IOException
    {
        final Path folder = SharedMemory.directory();
        final FileStore mount = Files.getFileStore(folder);
        if (mount.getUsableSpace() > bytes)
        {
            return new TestDriver(folder);
        }
        Files.delete(folder);
        return new TestDriver(Files.createTempDirectory("tadpole-test-"));
    }

    Driver driver()
    {
        return driver;
    }

    /** Aeron as its users know it. */
    Aeron plain()
    {
        return plain;
    }

    AeronProducer producer() throws IOException
    {
        return driver.producer(STREAM);
    }

    AeronConsumer consumer() throws IOException
    {
        return driver.consumer(STREAM);
    }

    /** Waits; ends when the watchdog barks. */
    static void await(final BooleanSupplier condition)
    {
        final IdlePolicy idle = IdlePolicy.adaptive();
        while (!condition.getAsBoolean())
        {
            if (Thread.interrupted())
            {
                throw new AssertionError("waited in vain");
            }
            idle.idle();
        }
    }

    /** Calls until there is space. */
    static long succeed(final LongSupplier call)
    {
        final long[] status = new long[1];
        await(() ->
        {
            status[0] = call.getAsLong();
            assertTrue(status[0] >= Status.NOT_CONNECTED, () -> Status.name(status[0]));
            return status[0] >= 0;
        });
        return status[0];
    }

    @Override
    public void close() throws IOException
    {
        plain.close();
        driver.close();
        Files.delete(folder);
    }
}
