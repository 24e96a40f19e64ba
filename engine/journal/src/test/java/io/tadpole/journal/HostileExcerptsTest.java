package io.tadpole.journal;

import io.tadpole.ring.HostileInputs;
import io.tadpole.ring.KeptInputs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** No reader believes an excerpt: the fuzzer's targets, with inputs of a seeded generator. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class HostileExcerptsTest
{
    private static final int INPUTS = 200_000;

    private final HostileExcerpts target = new HostileExcerpts();

    @Test
    void shouldTakeAnExcerptOrSayItsFlaw()
    {
        HostileInputs.feed(INPUTS, target::excerpt);
    }

    @Test
    void shouldWalkNoFurtherThanTheStretch()
    {
        HostileInputs.feed(INPUTS, target::walk);
    }

    @Test
    void shouldReadByNoLengthThatNoExcerptHas()
    {
        HostileInputs.feed(INPUTS, target::length);
    }

    @Test
    void shouldKeepInputsOfEachTarget() throws Exception
    {
        KeptInputs.check(HostileExcerptsFuzzTest.class);
    }

    /** A run that starts behind itself: whoever goes from run to run would never come to an end. */
    @Test
    @Timeout(60)
    void shouldGoInNoCircleWhereverARunSaysThatItStarts(@TempDir final Path directory) throws Exception
    {
        for (final long start : new long[] {1, 2, 3, Long.MAX_VALUE, -1})
        {
            final Path journal = directory.resolve("journal" + start);
            try (Journal open = Journal.open(journal))
            {
                for (int i = 0; i < 2; i++)
                {
                    assertEquals(0, new Stretch(4096).add(open.nextSequence(), 100).appendTo(open, 1 + i));
                }
            }
            forgeRunStart(JournalFiles.list(journal).getFirst(), start);
            if (start == 1)
            {
                assertEquals(2, Journal.describe(journal).rings().size());
                continue;
            }
            final JournalDamagedException damage =
                assertThrows(JournalDamagedException.class, () -> Journal.describe(journal));
            assertTrue(
                String.valueOf(damage.getMessage()).contains("of a run that starts with " + start), damage::toString);
            assertThrows(JournalDamagedException.class, () -> Journal.open(journal));
        }
    }

    /** Of the last excerpt, sealed anew. */
    private static void forgeRunStart(final Path file, final long start) throws Exception
    {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE))
        {
            final ByteBuffer bytes = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
            open.read(bytes, 0);
            int at = bytes.capacity() - 8;
            while (bytes.getLong(at) != ExcerptLayout.MAGIC)
            {
                at -= 4;
            }
            bytes.putLong(at + ExcerptLayout.RUN_START_OFFSET, start);
            final CRC32C crc = new CRC32C();
            crc.update(bytes.array(), at, ExcerptLayout.CRC_OFFSET);
            crc.update(
                bytes.array(), at + ExcerptLayout.BODY_OFFSET,
                (int)bytes.getLong(at + ExcerptLayout.BODY_LENGTH_OFFSET));
            bytes.putLong(at + ExcerptLayout.CRC_OFFSET, crc.getValue());
            open.write(bytes.slice(at, ExcerptLayout.BODY_OFFSET), at);
        }
    }
}
