package io.tadpole.ring;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The ring keeps the contract, with either alignment, in a file and in memory of the process alone. */
class RingContractTest
{
    private static final int CAPACITY = 64 << 10;

    /** A ring of one alignment. */
    abstract static class OfAlignment extends RingSpaceContract
    {
        private final int alignment;

        OfAlignment(final int alignment)
        {
            this.alignment = alignment;
        }

        final ChannelConfig config(final int consumers)
        {
            return ChannelConfig.plain(CAPACITY).withAlignment(alignment).withConsumers(consumers);
        }

        @Override
        protected final int capacity()
        {
            return CAPACITY;
        }

        @Override
        protected final int alignment()
        {
            return alignment;
        }
    }

    /** A plain ring. */
    @Nested
    class Compact extends OfAlignment
    {
        Compact()
        {
            super(RecordLayout.COMPACT);
        }

        @Override
        protected Connection open(final int consumers) throws IOException
        {
            return new RingConnection(config(consumers));
        }
    }

    /** A ring as an engine has it. */
    @Nested
    class Units extends OfAlignment
    {
        Units()
        {
            super(RecordLayout.UNIT);
        }

        @Override
        protected Connection open(final int consumers) throws IOException
        {
            return new RingConnection(config(consumers));
        }
    }

    /** A plain ring without a file. */
    @Nested
    class CompactInMemory extends OfAlignment
    {
        CompactInMemory()
        {
            super(RecordLayout.COMPACT);
        }

        @Override
        protected Connection open(final int consumers)
        {
            return new MemoryConnection(config(consumers));
        }
    }

    /** A ring as an engine without a file has it. */
    @Nested
    class UnitsInMemory extends OfAlignment
    {
        UnitsInMemory()
        {
            super(RecordLayout.UNIT);
        }

        @Override
        protected Connection open(final int consumers)
        {
            return new MemoryConnection(config(consumers));
        }
    }
}
