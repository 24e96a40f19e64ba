package io.tadpole.journal;

import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Appends at full speed until it is killed. What was acknowledged stands in a mapped file, which outlives the process.
 */
final class AppendForever
{
    /** What the file of acknowledgements holds before the journal is open. */
    static final long STARTING = -1;

    /** Should nobody kill it, the disk is not filled. */
    private static final int MOST = 400_000;

    private AppendForever()
    {
    }

    static MappedByteBuffer acknowledgements(final Path file) throws Exception
    {
        try (FileChannel channel = FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE))
        {
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
            mapped.order(ByteOrder.LITTLE_ENDIAN);
            return mapped;
        }
    }

    public static void main(final String[] args) throws Exception
    {
        final MappedByteBuffer acknowledged = acknowledgements(Path.of(args[1]));
        final Random random = new Random(Long.parseLong(args[2]));
        final Stretch stretch = new Stretch(4 << 20);
        acknowledged.putLong(0, STARTING);
        try (Journal journal = Journal.open(Path.of(args[0])))
        {
            while (journal.nextSequence() < MOST)
            {
                final boolean large = random.nextInt(64) == 0;
                stretch.randomise(random, journal.nextSequence(), large ? 1 : 20, large ? 2 << 20 : 300);
                final long status = stretch.appendTo(journal, 42);
                if (status != 0)
                {
                    throw new IllegalStateException("status " + status);
                }
                acknowledged.putLong(0, journal.nextSequence());
            }
        }
    }
}
