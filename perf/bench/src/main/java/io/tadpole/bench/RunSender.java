package io.tadpole.bench;

import io.tadpole.ring.Claim;
import io.tadpole.ring.Producer;
import org.agrona.MutableDirectBuffer;

/** Any producer of ours, in runs. */
final class RunSender implements Sender
{
    private final Producer producer;
    private final int size;
    private final int run;
    private final Claim claim = new Claim();

    RunSender(final Producer producer, final int size, final int run)
    {
        this.producer = producer;
        this.size = size;
        this.run = run;
    }

    @Override
    public void send(final long first, final int count)
    {
        final long end = first + count;
        long number = first;
        while (number < end)
        {
            final int messages = (int)Math.min(run, end - number);
            while (producer.tryClaimRun(size, messages, claim) < 0)
            {
                Thread.onSpinWait();
            }
            for (int i = 1; i < messages; i++)
            {
                fill(claim.buffer(), claim.offset(), number++);
                claim.next(size);
            }
            fill(claim.buffer(), claim.offset(), number++);
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
