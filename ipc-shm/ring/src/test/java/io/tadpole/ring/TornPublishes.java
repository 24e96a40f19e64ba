package io.tadpole.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Kills the producer behind each store of its publishes, and looks at what readers and a successor make of it: all of
 * the messages or none, and everything before and after. The ring's free space holds words that look published, as
 * messages of earlier turns may.
 */
public final class TornPublishes implements Runnable
{
    private static final int CAPACITY = MemoryRing.CAPACITY;
    private static final int UNREAD = 2;
    private static final int LATER = 3;

    private final Random random = ProducerConsumerContract.seeded();
    private int images;

    /** Creates the test. */
    public TornPublishes()
    {
    }

    @Override
    public void run()
    {
        for (final int alignment : List.of(8, 64))
        {
            for (int units = 1; units <= (alignment == 8 ? 24 : 6); units++)
            {
                // So many units before the end of the ring, behind the unread messages.
                final int index = CAPACITY - units * alignment - UNREAD * 64;
                for (final int length : List.of(1, 56, 120, 184, 57, 1000))
                {
                    kill(alignment, index, 1, length, this::publishOne);
                }
                for (final int count : List.of(1, 2, 5))
                {
                    kill(alignment, index, count, 56, this::publishRun);
                    kill(alignment, index, count, 300, this::publishRun);
                    kill(alignment, index, count + 1, 100, this::publishRunEndedEarly);
                    kill(alignment, index, count, 100, this::publishOverAbortedRun);
                }
            }
            for (int i = 0; i < 100; i++)
            {
                final int index = random.nextInt(CAPACITY / alignment) * alignment;
                final int count = 1 + random.nextInt(10);
                final int length = 1 + random.nextInt(CAPACITY / 4 / count - 8 - alignment);
                kill(alignment, index, count, length, List.<Consumer<Publish>>of(
                    this::publishRun, this::publishRunEndedEarly, this::publishOverAbortedRun).get(i % 3));
            }
        }
        assertTrue(images > 5000, () -> "only " + images + " images");
    }

    /** One publish: what it is given, and how many messages came of it. */
    private static final class Publish
    {
        private final RingProducer producer;
        private final int count;
        private final int length;
        private final long first;
        private int published;

        Publish(final RingProducer producer, final int count, final int length, final long first)
        {
            this.producer = producer;
            this.count = count;
            this.length = length;
            this.first = first;
        }
    }

    private void publishOne(final Publish publish)
    {
        ProducerConsumerContract.publish(publish.producer, publish.length, publish.first);
        publish.published = 1;
    }

    private void publishRun(final Publish publish)
    {
        final Claim claim = begin(publish);
        for (int i = 1; i < publish.count; i++)
        {
            claim.next(write(claim, publish));
        }
        claim.commit(write(claim, publish));
    }

    private void publishRunEndedEarly(final Publish publish)
    {
        final Claim claim = begin(publish);
        final int used = Math.max(1, publish.count - 1);
        for (int i = 0; i < used && publish.count > 1; i++)
        {
            claim.next(write(claim, publish));
        }
        claim.commit(publish.count > 1 ? 0 : write(claim, publish));
    }

    private void publishOverAbortedRun(final Publish publish)
    {
        final Claim claim = begin(publish);
        for (int i = 1; i < publish.count; i++)
        {
            claim.next(write(claim, publish));
        }
        claim.abort();
        publish.published = 0;
        ProducerConsumerContract.publish(publish.producer, publish.length, publish.first);
        publish.published = 1;
    }

    private static Claim begin(final Publish publish)
    {
        final Claim claim = new Claim();
        assertTrue(publish.producer.tryClaimRun(publish.length, publish.count, claim) >= 0);
        return claim;
    }

    private int write(final Claim claim, final Publish publish)
    {
        final int length = random.nextBoolean() ? publish.length : 1 + random.nextInt(publish.length);
        Pattern.write(claim.buffer(), claim.offset(), length, publish.first + publish.published);
        publish.published++;
        return length;
    }

    private void kill(
        final int alignment, final int index, final int count, final int length, final Consumer<Publish> how)
    {
        try (Arena arena = Arena.ofConfined())
        {
            final MemoryRing ring = MemoryRing.create(arena, alignment, CAPACITY * 3L + index);
            scatterStaleWords(ring, index, alignment);
            final RingProducer producer = ring.attachProducer();
            for (int i = 0; i < UNREAD; i++)
            {
                ProducerConsumerContract.publish(producer, 50, i);
            }
            final long before = producer.position();
            final Publish publish = new Publish(producer, count, length, UNREAD);
            final List<MemoryRing> images = new ArrayList<>();
            final List<String> accesses = new ArrayList<>();
            images.add(ring.copy(arena));
            accesses.add("before");
            Stepping.steps(() -> how.accept(publish), access ->
            {
                if (ring.ringFile().mismatch(images.getLast().ringFile()) >= 0)
                {
                    images.add(ring.copy(arena));
                    accesses.add(access);
                }
            });
            check(arena, images, accesses, before, publish);
        }
    }

    private void check(
        final Arena arena,
        final List<MemoryRing> states,
        final List<String> accesses,
        final long before,
        final Publish publish)
    {
        final MemoryRing scratch = states.getFirst().copy(arena);
        final long after = publish.producer.position();
        boolean visible = false;
        for (int i = 0; i < states.size(); i++)
        {
            final MemoryRing state = states.get(i);
            final boolean wasVisible = visible;
            visible = assertWholeOrNothing(scratch, state, before, after, publish);
            assertTrue(visible || !wasVisible, "what was published is gone");
            if (visible && !wasVisible)
            {
                assertEquals("setRelease", accesses.get(i), "the message becomes visible with a release");
                assertSubsets(arena, scratch, states.getFirst(), states.get(i - 1), false, before, after, publish);
                assertSubsets(arena, scratch, state, states.getLast(), true, before, after, publish);
            }
            if (i > 0)
            {
                assertCounted(scratch, state, visible ? after : before, visible ? publish.published : 0);
            }
            if (state.ring().tail() == after && states.get(i - 1).ring().tail() == before)
            {
                assertTrue(wasVisible, "the tail is stored behind the first word");
                assertEquals("setRelease", accesses.get(i), "the tail is stored with a release");
            }
        }
        assertTrue(visible);
    }

    /** A successor counts what its predecessor published, but for the publish between whose tail and count it died. */
    private static void assertCounted(
        final MemoryRing scratch, final MemoryRing state, final long tail, final int published)
    {
        scratch.set(state);
        scratch.attachProducer();
        final long messages = scratch.ring().messages();
        if (state.ring().tail() == tail && state.ring().messages() == UNREAD)
        {
            assertEquals(UNREAD, messages);
        }
        else
        {
            assertEquals(UNREAD + published, messages);
        }
        scratch.attachProducer();
        assertEquals(messages, scratch.ring().messages(), "and counts it once");
    }

    /** Stores that nothing orders may reach memory in any order: any of them, and none of the others. */
    private void assertSubsets(
        final Arena arena,
        final MemoryRing scratch,
        final MemoryRing from,
        final MemoryRing to,
        final boolean visible,
        final long before,
        final long after,
        final Publish publish)
    {
        final MemoryRing subset = from.copy(arena);
        for (int i = 0; i < 4; i++)
        {
            subset.set(from);
            for (long offset = 0; offset < to.ringFile().byteSize(); offset += Long.BYTES)
            {
                if (random.nextBoolean())
                {
                    copyWord(to.ringFile(), subset.ringFile(), offset);
                }
            }
            assertEquals(visible, assertWholeOrNothing(scratch, subset, before, after, publish));
        }
    }

    /** Whether the messages of the publish are there. */
    private boolean assertWholeOrNothing(
        final MemoryRing scratch,
        final MemoryRing state,
        final long before,
        final long after,
        final Publish publish)
    {
        images++;
        // A reader sees what is there as a whole, and goes on with what the successor publishes.
        scratch.set(state);
        final RingConsumer reader = scratch.attachConsumer();
        final Received received = new Received(0);
        final int seen = reader.poll(received, Integer.MAX_VALUE);
        final boolean visible = seen > UNREAD;
        final long tail = visible ? after : before;
        assertEquals(visible ? UNREAD + publish.published : UNREAD, seen);
        assertEquals(tail, reader.position());
        succeed(scratch, tail, seen);
        assertEquals(LATER, reader.poll(received, Integer.MAX_VALUE));

        // A reader that comes after the successor sees the same.
        scratch.set(state);
        succeed(scratch, tail, seen);
        assertEquals(seen + LATER, scratch.attachConsumer().poll(new Received(0), Integer.MAX_VALUE));
        return visible;
    }

    private void succeed(final MemoryRing scratch, final long tail, final long next)
    {
        final RingProducer successor = scratch.attachProducer();
        assertEquals(tail, successor.position());
        assertEquals(tail, scratch.ring().tail());
        for (int i = 0; i < LATER; i++)
        {
            ProducerConsumerContract.publish(successor, 1 + random.nextInt(500), next + i);
        }
    }

    private void scatterStaleWords(final MemoryRing ring, final int tailIndex, final int alignment)
    {
        for (int index = 0; index < CAPACITY; index += alignment)
        {
            final int left = CAPACITY - index;
            Ring.put(
                ring.ringFile(), RingFileLayout.HEADER_LENGTH + index,
                random.nextInt(10) == 0 && left <= CAPACITY / 2 ?
                    RecordLayout.paddingWord(left) : RecordLayout.messageWord(1 + random.nextInt(200)));
        }
        Ring.put(ring.ringFile(), RingFileLayout.HEADER_LENGTH + tailIndex, 0);
    }

    private static void copyWord(final MemorySegment from, final MemorySegment to, final long offset)
    {
        to.set(ValueLayout.JAVA_LONG, offset, from.get(ValueLayout.JAVA_LONG, offset));
    }
}
