package io.tadpole.bench;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;
import org.agrona.IoUtil;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Agrona's ring of one producer and one consumer, over a mapped file, claimed and written in place. */
final class AgronaCarrier implements Carrier
{
    private static final int TYPE = 1;
    private static final int LIMIT = 256;

    private record Mapped(MappedByteBuffer file, RingBuffer ring)
    {
        static Mapped at(final Path at) throws IOException
        {
            try (FileChannel channel = FileChannel.open(
                at, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE))
            {
                final MappedByteBuffer file = channel.map(
                    FileChannel.MapMode.READ_WRITE, 0, Scenario.RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH);
                return new Mapped(file, new OneToOneRingBuffer(new UnsafeBuffer(file)));
            }
        }
    }

    @Override
    public Sender create(final Path at, final int size, final int run, final Tally inside) throws IOException
    {
        final Mapped mapped = Mapped.at(at);
        for (int page = 0; page < mapped.file.capacity(); page += 4096)
        {
            mapped.file.put(page, (byte)0);
        }
        final RingBuffer ring = mapped.ring;
        return new Sender()
        {
            @Override
            public void send(final long first, final int count)
            {
                for (long number = first; number < first + count; number++)
                {
                    int index = ring.tryClaim(TYPE, size);
                    while (index < 0)
                    {
                        Thread.onSpinWait();
                        index = ring.tryClaim(TYPE, size);
                    }
                    Sender.fill(ring.buffer(), index, size, number);
                    ring.commit(index);
                }
            }

            @Override
            public void close()
            {
                IoUtil.unmap(mapped.file);
            }
        };
    }

    @Override
    public Receiver open(final Path at, final LongConsumer numbers) throws IOException
    {
        final Mapped mapped = Mapped.at(at);
        final RingBuffer ring = mapped.ring;
        final MessageHandler handler = (type, buffer, index, length) -> numbers.accept(buffer.getLong(index));
        return new Receiver()
        {
            @Override
            public int poll()
            {
                return ring.read(handler, LIMIT);
            }

            @Override
            public void close()
            {
                IoUtil.unmap(mapped.file);
            }
        };
    }
}
