package io.tadpole.journal;

import java.lang.foreign.MemorySegment;
import net.openhft.chronicle.bytes.MappedBytes;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueStore;
import net.openhft.chronicle.wire.Wires;
import org.jspecify.annotations.Nullable;

/**
 * One file of a Chronicle queue, looked at from its end: documents of a word that says their length, side by side,
 * until the first word that is zero, or the mark of the file's end.
 */
final class ChronicleFile implements AutoCloseable
{
    private static final int WORD = Integer.BYTES;

    private final SingleChronicleQueueStore store;
    private final MappedBytes bytes;

    private ChronicleFile(final SingleChronicleQueueStore store)
    {
        this.store = store;
        this.bytes = store.bytes();
    }

    /** A file that its writer is still creating is none yet. */
    static @Nullable ChronicleFile open(final SingleChronicleQueue queue, final int cycle)
    {
        final SingleChronicleQueueStore store = queue.storeForCycle(cycle, 0, false, null);
        return store == null ? null : new ChronicleFile(store);
    }

    /**
     * Makes the file's note of its last excerpt right. A writer that died between making an excerpt visible and
     * noting where it is left a note of the excerpt before: Chronicle's appender would number all that follow one too
     * low.
     *
     * @return the position behind the last document.
     */
    long settle()
    {
        store.writePosition(lastExcerpt());
        long position = store.writePosition();
        while (Wires.isReady(wordAt(position)))
        {
            position = behind(position);
        }
        return position;
    }

    /** Whether there is the mark of the file's end. */
    boolean isClosed(final long position)
    {
        return Wires.isEndOfFile(wordAt(position));
    }

    /** Where the file's note says that the last excerpt starts; 0 when it has none. */
    long noted()
    {
        return store.writePosition();
    }

    /**
     * Whether an excerpt lies before the first one that a reader is shown: one bit of the word before it makes an
     * excerpt metadata, which readers pass over.
     */
    boolean hidesItsFirst()
    {
        long position = 0;
        int word = wordAt(position);
        while (Wires.isReady(word) && !Wires.isReadyData(word))
        {
            if (bytes.readLong(position + WORD) == ExcerptLayout.MAGIC)
            {
                return true;
            }
            position = behind(position);
            word = wordAt(position);
        }
        return false;
    }

    /**
     * Copies the last excerpt.
     *
     * @return whether there is one.
     */
    boolean readLast(final Excerpt into)
    {
        final long last = lastExcerpt();
        if (last == 0)
        {
            return false;
        }
        final int length = Wires.lengthOf(wordAt(last));
        checkLength(length);
        into.copyFrom(memory(bytes.addressForRead(last + WORD, length), length));
        return true;
    }

    /** Refuses a length that no excerpt has, before anything is read by it. */
    static void checkLength(final long length)
    {
        if (length < ExcerptLayout.BODY_OFFSET
            || length > ExcerptLayout.BODY_OFFSET + ExcerptLayout.MAX_RECORD_LENGTH)
        {
            throw new JournalException("it has " + length + " bytes, which no excerpt has");
        }
    }

    // Chronicle maps a block and a quarter, and begins no excerpt behind the block: so an excerpt lies in one piece.
    @SuppressWarnings("restricted")
    static MemorySegment memory(final long address, final long length)
    {
        return MemorySegment.ofAddress(address).reinterpret(length);
    }

    private long lastExcerpt()
    {
        long last = store.writePosition();
        long position = last;
        int word = wordAt(position);
        while (Wires.isReady(word))
        {
            if (Wires.isReadyData(word))
            {
                last = position;
            }
            position = behind(position);
            word = wordAt(position);
        }
        return last;
    }

    private long behind(final long position)
    {
        return position + WORD + Wires.lengthOf(wordAt(position)) + WORD - 1 & -WORD;
    }

    private int wordAt(final long position)
    {
        return bytes.readVolatileInt(position);
    }

    @Override
    public void close()
    {
        bytes.releaseLast();
        store.close();
    }
}
