package io.tadpole.examples.flights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The numbers here are the format's, written out on purpose: the native side has the same. */
final class BoardStateTest
{
    private static final long RING_ID = 0xFEDC_BA98_7654_3210L;

    @TempDir
    private Path folder;

    private final ByteBuffer bytes = ByteBuffer.allocate(2_253_824).order(ByteOrder.LITTLE_ENDIAN);

    @Test
    void shouldReadTheActiveCopy() throws IOException
    {
        final SplittableRandom random = new SplittableRandom(TestData.seed("BoardStateTest"));
        final Board[] boards = {new Board(), new Board()};
        for (int copy = 0; copy < 2; copy++)
        {
            for (int airport = 0; airport < Airport.COUNT; airport += 1 + random.nextInt(500))
            {
                final int row = 4096 + (copy * 17_576 + airport) * 64;
                final long departed = random.nextInt(3) == 0 ? 0 : random.nextLong(1L << 40);
                final long max = departed == 0 ? 0 : random.nextInt();
                bytes.putLong(row, departed);
                bytes.putLong(row + 8, airport);
                bytes.putLong(row + 16, 2L * airport);
                bytes.putLong(row + 24, -airport);
                bytes.putLong(row + 32, max);
                boards[copy].set(airport, departed, airport, 2L * airport, -airport, max);
            }
        }
        for (int copy = 0; copy < 2; copy++)
        {
            header(640 | copy);
            final BoardState state = BoardState.read(write(), RING_ID);
            assertEquals(640, state.position());
            assertEquals(boards[copy], state.board());
        }
    }

    @Test
    void shouldReadLastRowOfTheLastCopy() throws IOException
    {
        header(1);
        bytes.putLong(2_253_824 - 64, 3);
        assertEquals(3, BoardState.read(write(), RING_ID).board().departed(Airport.COUNT - 1));
    }

    @Test
    void shouldSayWhatIsWrong() throws IOException
    {
        header(0);
        write();
        assertRefused("there is no state file", folder.resolve("other"));
        header(0);
        bytes.putLong(8, 0);
        assertRefused("is not ready", write());
        header(0);
        bytes.putLong(8, 2);
        assertRefused("is of version 2, and this program knows version 1", write());
        header(0);
        bytes.put(0, (byte)'t');
        assertRefused("its first bytes are not \"TADBOARD\"", write());
        header(0);
        bytes.putLong(16, 17_575);
        assertRefused("is corrupt: 17575 rows of 64 bytes", write());
        header(0);
        bytes.putLong(24, 72);
        assertRefused("is corrupt: 17576 rows of 72 bytes", write());
        header(0);
        bytes.putLong(32, 7);
        assertRefused("belongs to ring 0x7, not to this engine's 0xfedcba9876543210", write());
        header(2);
        assertRefused("is corrupt: its state word is 0x2", write());
        header(-64);
        assertRefused("is corrupt: its state word is 0xffffffffffffffc0", write());
        header(0);
        bytes.putLong(4096 + 64 + 16, -1);
        assertRefused("is corrupt: AAB counts less than nothing", write());
        assertRefused(
            "has 2253823 bytes instead of 2253824",
            Files.write(folder.resolve("state"), Arrays.copyOf(bytes.array(), 2_253_823)));
    }

    private void assertRefused(final String why, final Path file)
    {
        final IOException e = assertThrows(IOException.class, () -> BoardState.read(file, RING_ID));
        assertTrue(TestData.message(e).contains(why), e.toString());
    }

    private void header(final long state)
    {
        bytes.put(0, "TADBOARD".getBytes(StandardCharsets.US_ASCII));
        bytes.putLong(8, 1);
        bytes.putLong(16, 17_576);
        bytes.putLong(24, 64);
        bytes.putLong(32, RING_ID);
        bytes.putLong(128, state);
    }

    private Path write() throws IOException
    {
        return Files.write(folder.resolve("state"), bytes.array());
    }
}
