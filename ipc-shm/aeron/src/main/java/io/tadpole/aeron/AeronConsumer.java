package io.tadpole.aeron;

import io.aeron.BufferBuilder;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.tadpole.ring.Consumer;
import io.tadpole.ring.ControlledMessageHandler;
import io.tadpole.ring.MessageHandler;
import io.tadpole.ring.Status;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of one stream of Aeron. A message of one frame is read where it lies; one of several frames is copied
 * together first. The position moves over whole messages only.
 *
 * <p>It takes what one producer published, to its end, and then what the next one did; positions begin anew with each.
 * So a second producer waits until the first one has closed, or until the driver has noticed that it died.
 *
 * <p>Unlike a ring's, the position does not stay for whoever consumes next: a consumer sees what is published from the
 * moment on at which it is connected. The driver starts it where the slowest of the others is, or where the last one
 * was when the driver last looked.
 *
 * <p>One thread, but for {@link #isConnected()} and {@link #failure()}, which any thread may call; no allocation, but
 * for a longer message of several frames than ever before, and the sentence when it fails. A poll is wait-free for a
 * bounded limit, as far as its handler is.
 */
public final class AeronConsumer implements Consumer
{
    private static final byte WHOLE = FrameDescriptor.UNFRAGMENTED;

    private final Subscription subscription;
    private final Driver.Role role;
    private final ControlledFragmentHandler onFrame = this::onFrame;
    private final java.util.function.Consumer<Image> onImage = this::onImage;
    private final BufferBuilder message = new BufferBuilder();

    private @Nullable Image image;
    /** Up to where messages are consumed. */
    private long head;
    /** The position that the driver, and through it the producer, can see. */
    private long published;
    /** Up to where frames are scanned: beyond the head inside a message that is copied together. */
    private long scanned;
    private long messageStart;
    private boolean assembling;
    private int publishBytes;

    /** What the poll under way hands messages to: one of the two. */
    private @Nullable MessageHandler handler;
    private @Nullable ControlledMessageHandler controllingHandler;
    private int left;
    private int count;
    private boolean goOn;

    private boolean closed;
    /** Why this consumer takes nothing any more, or 0. */
    private long failure;
    private volatile @Nullable String reason;

    /**
     * Takes a subscription.
     *
     * @param subscription of this consumer alone.
     * @param role         what ends with it.
     */
    AeronConsumer(final Subscription subscription, final Driver.Role role)
    {
        this.subscription = subscription;
        this.role = role;
    }

    @Override
    public int poll(final MessageHandler messageHandler, final int limit)
    {
        handler = messageHandler;
        return take(limit);
    }

    @Override
    public int controlledPoll(final ControlledMessageHandler messageHandler, final int limit)
    {
        handler = null;
        controllingHandler = messageHandler;
        return take(limit);
    }

    private int take(final int limit)
    {
        if (failure < 0 || limit < 1)
        {
            return (int)failure;
        }
        left = limit;
        count = 0;
        goOn = true;
        final Image before = image;
        if (before != null)
        {
            scan(before);
        }
        if (count == 0 && failure == 0)
        {
            follow();
            final Image found = image;
            if (found != null && found != before)
            {
                scan(found);
            }
        }
        return count == 0 ? (int)failure : count;
    }

    /** Scans frames, term by term, until there are no more, or the handler or the limit says so. */
    private void scan(final Image current)
    {
        boolean returned = false;
        try
        {
            long before;
            do
            {
                before = scanned;
                final long behind = current.controlledPeek(scanned, onFrame, Long.MAX_VALUE);
                if (!assembling)
                {
                    // There may have been padding.
                    head = Math.max(head, behind);
                    scanned = head;
                }
                publish();
            }
            while (goOn && scanned != before);
            returned = true;
        }
        finally
        {
            if (!returned)
            {
                rewind();
                publish();
            }
        }
    }

    private ControlledFragmentHandler.Action onFrame(
        final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        final long behind = header.position();
        final byte flags = header.flags();
        if ((flags & FrameDescriptor.BEGIN_FRAG_FLAG) != 0)
        {
            messageStart = behind - AeronProducer.size(length);
        }
        if ((flags & WHOLE) == WHOLE)
        {
            return deliver(buffer, offset, length, behind);
        }
        if ((flags & FrameDescriptor.BEGIN_FRAG_FLAG) != 0)
        {
            assembling = true;
            message.reset();
        }
        if (assembling)
        {
            message.append(buffer, offset, length);
            if ((flags & FrameDescriptor.END_FRAG_FLAG) != 0)
            {
                return deliver(message.buffer(), 0, message.limit(), behind);
            }
        }
        scanned = behind;
        return ControlledFragmentHandler.Action.CONTINUE;
    }

    private ControlledFragmentHandler.Action deliver(
        final DirectBuffer buffer, final int offset, final int length, final long behind)
    {
        final ControlledMessageHandler.Action action = hand(buffer, offset, length);
        if (action == ControlledMessageHandler.Action.ABORT)
        {
            goOn = false;
            rewind();
            return ControlledFragmentHandler.Action.ABORT;
        }
        count++;
        head = behind;
        scanned = behind;
        assembling = false;
        if (action == ControlledMessageHandler.Action.COMMIT || head - published >= publishBytes)
        {
            publish();
        }
        goOn = action != ControlledMessageHandler.Action.BREAK && --left > 0 && failure == 0;
        return goOn ? ControlledFragmentHandler.Action.CONTINUE : ControlledFragmentHandler.Action.BREAK;
    }

    private ControlledMessageHandler.Action hand(final DirectBuffer buffer, final int offset, final int length)
    {
        final MessageHandler plain = handler;
        if (plain != null)
        {
            plain.onMessage(buffer, offset, length, messageStart);
            return ControlledMessageHandler.Action.CONTINUE;
        }
        return Objects.requireNonNull(controllingHandler).onMessage(buffer, offset, length, messageStart);
    }

    /** What is not consumed is scanned again. */
    private void rewind()
    {
        scanned = head;
        assembling = false;
    }

    private void publish()
    {
        final Image current = image;
        if (head != published && current != null && failure == 0)
        {
            current.position(head);
            published = head;
        }
    }

    /** Nothing came: perhaps because nobody is there, or the producer's stream has ended. */
    private void follow()
    {
        final Image current = image;
        if (subscription.isClosed())
        {
            fail(role.end() + "; open a new driver and a new consumer");
        }
        else if (current != null && current.isClosed() && !current.isEndOfStream())
        {
            fail("the stream was cut off here, and what was published behind is lost to this consumer: " +
                (current.isPublicationRevoked() ? "its publisher revoked it" : "the driver dropped this consumer") +
                "; open a new one");
        }
        else if (current == null || current.isEndOfStream())
        {
            subscription.forEachImage(onImage);
        }
    }

    private void onImage(final Image candidate)
    {
        final Image current = image;
        if ((current == null || current.isEndOfStream()) && !candidate.isEndOfStream())
        {
            image = candidate;
            head = candidate.joinPosition();
            published = head;
            publishBytes = candidate.termBufferLength() >> 4;
            rewind();
        }
    }

    private void fail(final String why)
    {
        failure = Status.CLOSED;
        reason = "CLOSED at position " + head + ": " + why;
    }

    /**
     * Whether a producer is there, or its last messages. Any thread; wait-free.
     *
     * @return true when the driver has connected this consumer with a producer.
     */
    public boolean isConnected()
    {
        return subscription.isConnected();
    }

    /**
     * Whether the producer whose messages were polled last has closed, or died, and all of them are consumed. Those of
     * its successor, if there is one, come next. For the consumer's thread.
     *
     * @return false before the first message could come.
     */
    public boolean isEndOfStream()
    {
        final Image current = image;
        return current != null && current.isEndOfStream();
    }

    @Override
    public long position()
    {
        return head;
    }

    /**
     * Why this consumer takes nothing any more. Any thread; wait-free.
     *
     * @return a sentence, or null while it works.
     */
    public @Nullable String failure()
    {
        return reason;
    }

    /** {@inheritDoc} Not so here: see above. */
    @Override
    public void close()
    {
        if (!closed)
        {
            closed = true;
            if (failure == 0)
            {
                failure = Status.CLOSED;
                reason = "CLOSED at position " + head;
            }
            subscription.close();
            role.close();
        }
    }
}
