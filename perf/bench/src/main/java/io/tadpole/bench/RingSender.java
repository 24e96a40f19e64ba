package io.tadpole.bench;

import io.tadpole.ring.Claim;
import io.tadpole.ring.Producer;
import io.tadpole.ring.Status;

/** Any producer of ours, message by message or in runs. */
final class RingSender implements Sender
{
    private final Producer producer;
    private final int size;
    private final int run;
    private final Claim claim = new Claim();

    RingSender(final Producer producer, final int size, final int run)
    {
        this.producer = producer;
        this.size = size;
        this.run = run;
    }

    @Override
    public void send(final long first, final int count)
    {
        if (run == 1)
        {
            sendOneByOne(first, first + count);
        }
        else
        {
            sendRuns(first, first + count);
        }
    }

    private void sendOneByOne(final long first, final long end)
    {
        for (long number = first; number < end; number++)
        {
            long position;
            while ((position = producer.tryClaim(size, claim)) < 0)
            {
                waitOn(position);
            }
            Sender.fill(claim.buffer(), claim.offset(), size, number);
            claim.commit(size);
        }
    }

    private void sendRuns(final long first, final long end)
    {
        long number = first;
        while (number < end)
        {
            final int messages = (int)Math.min(run, end - number);
            long position;
            while ((position = producer.tryClaimRun(size, messages, claim)) < 0)
            {
                waitOn(position);
            }
            for (int i = 1; i < messages; i++)
            {
                Sender.fill(claim.buffer(), claim.offset(), size, number++);
                claim.next(size);
            }
            Sender.fill(claim.buffer(), claim.offset(), size, number++);
            claim.commit(size);
        }
    }

    private static void waitOn(final long status)
    {
        if (status != Status.BACK_PRESSURED && status != Status.NOT_CONNECTED)
        {
            throw new IllegalStateException("nothing can be sent: " + Status.name(status));
        }
        Thread.onSpinWait();
    }

    @Override
    public void close()
    {
        producer.close();
    }
}
