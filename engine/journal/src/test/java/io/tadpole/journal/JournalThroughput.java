package io.tadpole.journal;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Measures what an append costs, and what it allocates: run it with a directory on the file system in question and
 * the flags of the root's {@code jvm-flags}.
 */
final class JournalThroughput
{
    private static final ThreadMXBean THREADS = (ThreadMXBean)ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 7;

    private JournalThroughput()
    {
    }

    public static void main(final String[] args) throws Exception
    {
        final Path parent = Path.of(args[0]);
        for (final Durability durability : Durability.values())
        {
            for (final int recordLength : new int[]{64, 128})
            {
                for (final int batch : new int[]{1, 64, 1024})
                {
                    final int excerpts = durability == Durability.OS ? Math.min(1_000_000, 4_000_000 / batch) : 500;
                    measure(parent, durability, recordLength, batch, excerpts);
                }
            }
        }
    }

    private static void measure(
        final Path parent, final Durability durability, final int recordLength, final int batch, final int excerpts)
        throws Exception
    {
        final Path directory = Files.createTempDirectory(parent, "journal");
        final Stretch stretch = new Stretch(1 << 20);
        for (int i = 0; i < batch; i++)
        {
            stretch.add(i, recordLength - ExcerptLayout.MESSAGE_OFFSET);
        }
        final double[] nsPerMessage = new double[ROUNDS];
        final double[] cpuNsPerMessage = new double[ROUNDS];
        final double[] bytesPerExcerpt = new double[ROUNDS];
        try (Journal journal = Journal.open(directory, durability))
        {
            for (int round = 0; round < ROUNDS; round++)
            {
                final long allocated = THREADS.getCurrentThreadAllocatedBytes();
                final long cpuStart = THREADS.getCurrentThreadCpuTime();
                final long start = System.nanoTime();
                for (int i = 0; i < excerpts; i++)
                {
                    if (stretch.appendTo(journal, 1) != 0)
                    {
                        throw new IllegalStateException("no space");
                    }
                }
                nsPerMessage[round] = (System.nanoTime() - start) / (double)excerpts / batch;
                cpuNsPerMessage[round] =
                    (THREADS.getCurrentThreadCpuTime() - cpuStart) / (double)excerpts / batch;
                bytesPerExcerpt[round] = (THREADS.getCurrentThreadAllocatedBytes() - allocated) / (double)excerpts;
            }
        }
        System.out.printf("%s, records of %d bytes, %d an excerpt: %.1f ns a message (rounds %s), of CPU %.1f (%s); "
            + "%.2f bytes allocated an excerpt%n", durability, recordLength, batch, median(nsPerMessage),
            rounded(nsPerMessage), median(cpuNsPerMessage), rounded(cpuNsPerMessage), median(bytesPerExcerpt));
        remove(directory);
    }

    private static String rounded(final double[] values)
    {
        return Arrays.toString(Arrays.stream(values).mapToLong(Math::round).toArray());
    }

    private static double median(final double[] values)
    {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void remove(final Path directory) throws Exception
    {
        try (var files = Files.list(directory))
        {
            for (final Path file : files.toList())
            {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
