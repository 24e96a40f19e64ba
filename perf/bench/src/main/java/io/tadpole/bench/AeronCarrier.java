package io.tadpole.bench;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import java.io.File;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.agrona.CloseHelper;
import org.jspecify.annotations.Nullable;

/** Aeron IPC: an exclusive publication, claimed and written in place; the driver runs in the sending process. */
final class AeronCarrier implements Carrier
{
    private static final String CHANNEL = "aeron:ipc?term-length=" + Scenario.RING_BYTES;
    private static final int LIMIT = 256;
    private static final long DRIVER_TIMEOUT_MS = 1000;

    private @Nullable MediaDriver driver;
    private @Nullable Aeron aeron;

    @Override
    public Sender create(final Path at, final int size, final int run, final LongConsumer inside)
    {
        if (driver == null && !CommonContext.isDriverActive(
            new File(directory(at)), DRIVER_TIMEOUT_MS, ignored -> { }))
        {
            driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(directory(at))
                .threadingMode(ThreadingMode.SHARED)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true));
        }
        final ExclusivePublication publication = connect(at).addExclusivePublication(CHANNEL, stream(at));
        final BufferClaim claim = new BufferClaim();
        return new Sender()
        {
            @Override
            public void send(final long first, final int count)
            {
                for (long number = first; number < first + count; number++)
                {
                    while (publication.tryClaim(size, claim) < 0)
                    {
                        Thread.onSpinWait();
                    }
                    for (int word = 0; word < size; word += Long.BYTES)
                    {
                        claim.buffer().putLong(claim.offset() + word, number);
                    }
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

    private Aeron connect(final Path at)
    {
        Aeron connected = aeron;
        if (connected == null)
        {
            connected = Aeron.connect(new Aeron.Context().aeronDirectoryName(directory(at)));
            aeron = connected;
        }
        return connected;
    }

    private static String directory(final Path at)
    {
        return at.resolveSibling("driver").toString();
    }

    private static int stream(final Path at)
    {
        return at.getFileName().toString().hashCode();
    }

    @Override
    public void close()
    {
        CloseHelper.closeAll(aeron, driver);
    }
}
