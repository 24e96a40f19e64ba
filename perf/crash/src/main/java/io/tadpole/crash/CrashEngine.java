package io.tadpole.crash;

import io.tadpole.engine.BatchStage;
import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.MessageStage;
import io.tadpole.engine.StageGraph;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * An engine with two stages inside, one that forgets how far it was and one that remembers, one outside, and one behind
 * all of them. Each stage checks every message, and notes how far it is.
 */
final class CrashEngine
{
    /** Starts again where the ring says that it was. */
    static final String FORGETFUL = "forgetful";
    /** Knows better: a batch stage, as the journal is. */
    static final String REMEMBERING = "remembering";
    /** Waits for the others, the one outside too. */
    static final String BEHIND = "behind";

    /** The stages inside, in the order of the graph. */
    static final List<String> STAGES = List.of(FORGETFUL, REMEMBERING, BEHIND);

    /** Of the ring, in bytes. */
    static final int CAPACITY = 64 << 10;

    private static final String OUTSIDE = "outside";
    private static final long REFUSALS = 64;

    private final Path channel;
    private final Ledger ledger;

    /**
     * @param channel of the engine; the notes lie beside it.
     * @param ledger  of this child.
     */
    CrashEngine(final Path channel, final Ledger ledger)
    {
        this.channel = channel;
        this.ledger = ledger;
    }

    /** Where a stage of a channel keeps its notes. */
    static Path notes(final Path channel, final String stage)
    {
        return channel.resolveSibling(channel.getFileName() + "-" + stage);
    }

    static StageGraph graph(final Path channel) throws IOException
    {
        return new StageGraph()
            .stage(FORGETFUL, new Forgetful(StageNotes.open(notes(channel, FORGETFUL))))
            .outside(OUTSIDE)
            .stage(REMEMBERING, new Remembering(StageNotes.open(notes(channel, REMEMBERING))))
            .stage(BEHIND, new Forgetful(StageNotes.open(notes(channel, BEHIND))), OUTSIDE, FORGETFUL, REMEMBERING);
    }

    /** Publishes until this process is killed. */
    void run() throws IOException
    {
        try (Engine engine = Engine.attach(channel, EngineConfig.of(CAPACITY), graph(channel)))
        {
            CrashChild.publish(engine, ledger);
        }
    }

    /** A stage that starts where it said in the ring that it was. */
    private static final class Forgetful implements MessageStage
    {
        private final StageNotes notes;
        private final Sequel sequel = new Sequel();
        private long handled;

        Forgetful(final StageNotes notes)
        {
            this.notes = notes;
        }

        @Override
        public long resumeAt(final long ringId, final long mirrored)
        {
            notes.start(mirrored);
            handled = mirrored;
            return mirrored;
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence,
            final boolean endOfBatch)
        {
            final long position = sequence * RecordLayout.UNIT;
            sequel.check(buffer, offset, length);
            handled = behind(position, length);
            notes.handled(handled, sequel.author(), sequel.number(), notes.count() + 1);
        }
    }

    /** A stage that starts behind the last stretch that it took, whatever the ring says. */
    private static final class Remembering implements BatchStage
    {
        private final StageNotes notes;
        private final Sequel sequel = new Sequel();
        private long offers;

        Remembering(final StageNotes notes)
        {
            this.notes = notes;
        }

        @Override
        public long resumeAt(final long ringId, final long mirrored)
        {
            // Whoever remembers the end of a record may find padding there: the ring's own word is then the better one.
            final long start = Math.max(mirrored, notes.position());
            notes.start(start);
            if (notes.count() > 0)
            {
                sequel.startBehind(notes.author(), notes.number());
            }
            return start;
        }

        @Override
        public long onBatch(
            final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
        {
            if (++offers % REFUSALS == 0)
            {
                return Status.NO_SPACE;
            }
            int at = offset;
            while (at < offset + length)
            {
                final int messageLength = RecordLayout.messageLength(buffer.getLong(at));
                sequel.check(buffer, at + RecordLayout.HEADER_LENGTH, messageLength);
                at += (int)behind(0, messageLength);
            }
            notes.handled(endPosition, sequel.author(), sequel.number(), notes.count() + messages);
            return 0;
        }
    }

    private static long behind(final long position, final int length)
    {
        return position + ((length + RecordLayout.HEADER_LENGTH + RecordLayout.UNIT - 1) & -RecordLayout.UNIT);
    }
}
