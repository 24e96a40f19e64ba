package io.tadpole.bench;

import io.tadpole.ring.Claim;
import io.tadpole.ring.Producer;
import org.agrona.MutableDirectBuffer;

/** Any producer of ours, message by message. */
final class RingSender implements Sender
{
    private final Producer producer;
    private final int size;
    private final Claim claim = new Claim();

    RingSender(final Producer producer, final int size)
    {
        this.producer = producer;
        this.size = size;
    }

    @Override
    public void send(final long first, final int count)
    {
        for (long number = first; number < first + count; number++)
        {
            while (producer.tryClaim(size, claim) < 0)
            {
                Thread.onSpinWait();
            }
            fill(claim.buffer(), claim.offset(), number);
            claim.commit(size);
        }
    }

    private void fill(final MutableDirectBuffer buffer, final int offset, final long number)
    {
        for (int at = 0; at < size; at += Long.BYTES)
        {
            buffer.putLong(offset + at, number);
        }
    }

    @Override
    public void close()
    {
        producer.close();
    }
}
