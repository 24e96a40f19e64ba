package io.tadpole.ring;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The ring keeps the contract, with either alignment. */
class RingContractTest
{
    private static final int CAPACITY = 64 << 10;

    /** A plain ring. */
    @Nested
    class Compact extends RingSpaceContract
    {
        @Override
        protected Connection open(final int consumers) throws IOException
        {
            return new RingConnection(ChannelConfig.plain(CAPACITY).withConsumers(consumers));
        }

        @Override
        protected int capacity()
        {
            return CAPACITY;
        }

        @Override
        protected int alignment()
        {
            return RecordLayout.COMPACT;
        }
    }

    /** A ring as an engine has it. */
    @Nested
    class Units extends RingSpaceContract
    {
        @Override
        protected Connection open(final int consumers) throws IOException
        {
            return new RingConnection(
                ChannelConfig.plain(CAPACITY).withAlignment(RecordLayout.UNIT).withConsumers(consumers));
        }

        @Override
        protected int capacity()
        {
            return CAPACITY;
        }

        @Override
        protected int alignment()
        {
            return RecordLayout.UNIT;
        }
    }
}
