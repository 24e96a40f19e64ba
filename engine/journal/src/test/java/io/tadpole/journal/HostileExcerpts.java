package io.tadpole.journal;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.HostileInput;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What a fuzzer aims at in a journal: the bytes of an excerpt, also of one that somebody has sealed who knows how. A
 * target throws when something is read outside of the excerpt, or when one is taken whose header and records do not
 * agree.
 */
final class HostileExcerpts
{
    private static final int BODY = ExcerptLayout.BODY_OFFSET;
    private static final int MAX_BODY = 2048;

    private final SegmentBuffer bytes = new SegmentBuffer(Arena.ofAuto().allocate(BODY + MAX_BODY, 64));
    private final Excerpt excerpt = new Excerpt();
    private final RecordWalk walk = new RecordWalk();
    private int length;
    private int records;

    /** An excerpt as a reader finds it. */
    void excerpt(final byte[] input)
    {
        forge(new HostileInput(input));
        excerpt.copyFrom(bytes.segment().asSlice(0, BODY + length));
        if (excerpt.flaw().isEmpty())
        {
            final ExcerptHeader header = excerpt.header();
            assertTrue(header.firstSequence() >= 0 && header.endSequence() > header.firstSequence());
            assertTrue(header.runStart() >= 0 && header.runStart() <= header.firstSequence());
            assertEquals(header.messages(), walk(excerpt.body(), 0, excerpt.bodyLength()));
            assertTrue(walk.isAtEnd());
        }
    }

    /** Records anywhere in a buffer, as a stage is given them. */
    void walk(final byte[] bytesOfInput)
    {
        final HostileInput input = new HostileInput(bytesOfInput);
        forge(input);
        final int offset = input.below(BODY + length);
        walk(bytes, offset, input.below(BODY + length - offset + 1));
    }

    /** A length as Chronicle's word before a document says it. */
    void length(final byte[] input)
    {
        final long said = new HostileInput(input).word();
        try
        {
            ChronicleFile.checkLength(said);
            assertTrue(said >= BODY && said <= BODY + ExcerptLayout.MAX_RECORD_LENGTH);
        }
        catch (final JournalException refused)
        {
            assertTrue(String.valueOf(refused.getMessage()).contains("which no excerpt has"), refused::toString);
        }
    }

    private long walk(final SegmentBuffer buffer, final int offset, final int stretch)
    {
        long messages = 0;
        int end = offset;
        boolean more = walk.start(buffer, offset, stretch, 0);
        while (more)
        {
            assertEquals(end + ExcerptLayout.MESSAGE_OFFSET, walk.messageOffset());
            assertTrue(walk.messageLength() >= 1);
            end = walk.messageOffset() + walk.messageLength();
            assertTrue(end <= offset + stretch, "it ends outside of the stretch");
            assertEquals(buffer.getByte(end - 1), buffer.getByte(end - 1));
            end += (offset - end) & (ExcerptLayout.RECORD_ALIGNMENT - 1);
            messages++;
            more = walk.advance();
        }
        return messages;
    }

    private void forge(final HostileInput input)
    {
        length = 0;
        records = 0;
        for (int i = input.below(8); i > 0; i--)
        {
            final int message = 1 + input.below(200);
            final int rounded = (message + 8 + 63) & -64;
            bytes.putLong(BODY + length, ExcerptLayout.PUBLISHED | (message + 8));
            records++;
            length += rounded;
        }
        final ByteBuffer body = bytes.segment().asByteBuffer().position(BODY).limit(BODY + length);
        final ExcerptHeader header = new ExcerptHeader();
        header.sequences(input.below(1000), records);
        header.ring(4711, length, 0);
        header.timestamps(input.word(), input.word());
        header.seal(body);
        MemorySegment.copy(header.buffer().segment(), 0, bytes.segment(), 0, BODY);
        for (int words = input.below(4); words > 0; words--)
        {
            final int at = input.below(4) == 0 ? BODY + 64 * input.below(8) : 8 * input.below(BODY / 8);
            bytes.putLong(at, input.below(2) == 0 ? input.below(1024) : input.word());
        }
        if (input.below(8) == 0)
        {
            length = input.below(MAX_BODY);
        }
        if (input.below(4) != 0)
        {
            seal();
        }
    }

    private void seal()
    {
        bytes.putLong(ExcerptLayout.BODY_LENGTH_OFFSET, length);
        final CRC32C crc = new CRC32C();
        final byte[] all = bytes.segment().asSlice(0, BODY + length).toArray(ValueLayout.JAVA_BYTE);
        crc.update(all, 0, ExcerptLayout.CRC_OFFSET);
        crc.update(all, BODY, length);
        bytes.putLong(ExcerptLayout.CRC_OFFSET, crc.getValue());
    }
}
