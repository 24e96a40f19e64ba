package io.tadpole.bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Aeron IPC: an exclusive publication, claimed and written in place. The driver runs in the sending process; like all
 * of Aeron's threads it ends with that, and leaves its files to whoever deletes the folder.
 */
final class AeronCarrier implements Carrier
{
    /** Aeron lets a publisher be half a term ahead: as far as the ring does. */
    private static final String CHANNEL = "aeron:ipc?term-length=" + 2 * Scenario.RING_BYTES;
    private static final String DRIVER = "driver";
    private static final int LIMIT = 256;

    private @Nullable Aeron aeron;

    @Override
    public void start(final Path folder)
    {
        MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(folder.resolve(DRIVER).toString())
            .threadingMode(ThreadingMode.SHARED));
    }

    @Override
    public Sender create(final Path at, final int size, final int run, final Tally inside)
    {
        final ExclusivePublication publication = connect(at).addExclusivePublication(CHANNEL, stream(at));
        final BufferClaim claim = new BufferClaim();
        return new Sender()
        {
            @Override
            public void send(final long first, final int count)
            {
                for (long number = first; number < first + count; number++)
                {
                    long position;
                    while ((position = publication.tryClaim(size, claim)) < 0)
                    {
                        waitOn(position);
                    }
                    Sender.fill(claim.buffer(), claim.offset(), size, number);
                    claim.commit();
                }
            }

            @Override
            public void close()
            {
                publication.close();
            }
        };
    }

    private static void waitOn(final long status)
    {
        if (status <= Publication.CLOSED)
        {
            throw new IllegalStateException("nothing can be sent: " + Publication.errorString(status));
        }
        Thread.onSpinWait();
    }

    @Override
    public Receiver open(final Path at, final LongConsumer numbers)
    {
        final Subscription subscription = connect(at).addSubscription(CHANNEL, stream(at));
        final FragmentHandler handler =
            (buffer, offset, length, header) -> numbers.accept(buffer.getLong(offset));
        return new Receiver()
        {
            @Override
            public int poll()
            {
                return subscription.poll(handler, LIMIT);
            }

            @Override
            public void close()
            {
                subscription.close();
            }
        };
    }

    /** Touches the log buffers, as rings are touched when they are created. */
    private Aeron connect(final Path at)
    {
        Aeron connected = aeron;
        if (connected == null)
        {
            connected = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(at.resolveSibling(DRIVER).toString())
                .preTouchMappedMemory(true)
                .errorHandler(Jvm::fail));
            aeron = connected;
        }
        return connected;
    }

    private static int stream(final Path at)
    {
        return at.getFileName().toString().hashCode();
    }
}
