package io.tadpole.aeron;

import io.aeron.driver.DutyCycleTracker;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.tadpole.ring.Claim;
import io.tadpole.ring.Connection;
import io.tadpole.ring.Consumer;
import io.tadpole.ring.Producer;
import io.tadpole.ring.ProducerConsumerContract;
import io.tadpole.ring.SharedMemory;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** Aeron IPC keeps the contract, with long frames and with those of an ordinary network. */
class AeronContractTest
{
    private static final AtomicLong CYCLES = new AtomicLong();
    private static final long IDLE_NS = 100_000;

    private static Path folder;
    private static MediaDriver mediaDriver;
    private static Driver driver;
    private static int streams;

    /** A driver whose steps can be counted, in this JVM. */
    @BeforeAll
    static void startDriver() throws IOException
    {
        folder = SharedMemory.directory();
        mediaDriver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(folder.resolve("driver").toString())
            .dirDeleteOnShutdown(true)
            .counterValuesBufferLength(1 << 20)
            .threadingMode(ThreadingMode.SHARED)
            .clientLivenessTimeoutNs(TimeUnit.MINUTES.toNanos(1))
            .publicationUnblockTimeoutNs(TimeUnit.MINUTES.toNanos(2))
            .sharedIdleStrategy(new SleepingIdleStrategy(IDLE_NS))
            .conductorDutyCycleTracker(new DutyCycleTracker()
            {
                @Override
                public void reportMeasurement(final long durationNs)
                {
                    CYCLES.getAndIncrement();
                }
            }));
        driver = Driver.external(folder.resolve("driver"));
    }

    @AfterAll
    static void stopDriver() throws IOException
    {
        driver.close();
        mediaDriver.close();
        Files.delete(folder);
    }

    /** A driver keeps no position of a consumer that has gone. */
    abstract static class AeronContract extends ProducerConsumerContract
    {
        @Override
        protected final boolean keepsPositions()
        {
            return false;
        }
    }

    /** As they come. */
    @Nested
    class LongFrames extends AeronContract
    {
        @Override
        protected Connection open(final int consumers) throws IOException
        {
            return new AeronConnection(consumers, StreamConfig.GREATEST_MTU_BYTES);
        }
    }

    /** As they would be with a network below: a run takes several claims of Aeron. */
    @Nested
    class ShortFrames extends AeronContract
    {
        @Override
        protected Connection open(final int consumers) throws IOException
        {
            return new AeronConnection(consumers, StreamConfig.LEAST_MTU_BYTES);
        }
    }

    /** Waits for the driver, which tells of space in its own time: so that it is the consumers who hold it back. */
    private record Impatient(AeronProducer producer) implements Producer
    {
        @Override
        public long tryClaim(final int maxLength, final Claim claim)
        {
            return behindDriver(() -> producer.tryClaim(maxLength, claim));
        }

        @Override
        public long tryClaimRun(final int maxLength, final int count, final Claim claim)
        {
            return behindDriver(() -> producer.tryClaimRun(maxLength, count, claim));
        }

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int length)
        {
            return behindDriver(() -> producer.offer(buffer, offset, length));
        }

        private static long behindDriver(final LongSupplier attempt)
        {
            final long status = attempt.getAsLong();
            if (status != Status.BACK_PRESSURED)
            {
                return status;
            }
            final long enough = CYCLES.get() + 2;
            TestDriver.await(() -> CYCLES.get() >= enough);
            return attempt.getAsLong();
        }

        @Override
        public int maxClaimLength()
        {
            return producer.maxClaimLength();
        }

        @Override
        public int maxMessageLength()
        {
            return producer.maxMessageLength();
        }

        @Override
        public long position()
        {
            return producer.position();
        }

        @Override
        public void close()
        {
            producer.close();
        }
    }

    /** A stream of its own. */
    private static final class AeronConnection implements Connection
    {
        private final Producer producer;
        private final List<AeronConsumer> consumers = new ArrayList<>();

        AeronConnection(final int count, final int mtuBytes) throws IOException
        {
            streams++;
            final StreamConfig stream =
                StreamConfig.ipc(streams).withTermBytes(StreamConfig.LEAST_TERM_BYTES).withMtuBytes(mtuBytes);
            for (int k = 0; k < count; k++)
            {
                consumers.add(driver.consumer(stream));
            }
            producer = new Impatient(driver.producer(stream));
            TestDriver.await(() -> consumers.stream().allMatch(AeronConsumer::isConnected));
        }

        @Override
        public Producer producer()
        {
            return producer;
        }

        @Override
        public int consumers()
        {
            return consumers.size();
        }

        @Override
        public Consumer consumer(final int index)
        {
            return consumers.get(index);
        }

        @Override
        public void close()
        {
            producer.close();
            consumers.forEach(AeronConsumer::close);
        }
    }
}
