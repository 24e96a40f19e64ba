package io.tadpole.journal;

import io.tadpole.ring.FrozenFiles;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes the journal that {@link FrozenJournalTest} reads. Run once for each released version of the format, never
 * again. The command is that of {@link FrozenFiles}.
 */
final class FrozenJournalWriter
{
    static final long FIRST_RING = 0x1111_2222_3333_4444L;
    static final long SECOND_RING = 0x5555_6666_7777_8888L;
    static final long START_NS = 1_767_225_600_000_000_000L;
    static final long HOUR_NS = 3_600_000_000_000L;

    private static final int ENOUGH = 128 << 10;

    /** The length of the message of a sequence. */
    static int messageLength(final long sequence)
    {
        return 1 + (int)(sequence * 37 % 300);
    }

    @Test
    void write(@TempDir final Path directory) throws Exception
    {
        final Path to = FrozenFiles.version();
        final Stretch stretch = new Stretch(64 << 10);
        final long[] now = {START_NS};
        try (Journal journal = Journal.open(directory, Durability.OS, () -> now[0]))
        {
            for (int i = 0; i < 12; i++)
            {
                stretch.clear();
                for (int j = 0; j <= i % 4; j++)
                {
                    final long sequence = journal.nextSequence() + j;
                    stretch.add(sequence, messageLength(sequence));
                }
                stretch.appendTo(journal, i < 8 ? FIRST_RING : SECOND_RING);
                now[0] += i == 5 ? HOUR_NS : 1;
            }
        }
        for (final Path frozen : List.of(
            JournalFiles.list(directory).getFirst(),
            JournalFiles.list(directory).getLast(),
            directory.resolve(JournalFiles.METADATA)))
        {
            final Path packedTo = to.resolve(frozen.getFileName() + ".gz");
            try (RandomAccessFile file = new RandomAccessFile(frozen.toFile(), "r");
                OutputStream packed = new GZIPOutputStream(Files.newOutputStream(packedTo)))
            {
                final byte[] bytes = new byte[(int)Math.min(ENOUGH, file.length())];
                file.readFully(bytes);
                packed.write(bytes);
            }
        }
    }
}
