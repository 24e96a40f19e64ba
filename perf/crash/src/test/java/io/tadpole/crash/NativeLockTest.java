package io.tadpole.crash;

import io.tadpole.crash.Ledger.Word;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.ChannelException;
import io.tadpole.ring.ChannelException.Reason;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The locks of C and Codon against Java's, and what a forked child has of them. */
@Timeout(120)
class NativeLockTest
{
    private static final ChannelConfig CONFIG = ChannelConfig.plain(64 << 10);

    @ParameterizedTest
    @EnumSource(names = {"C", "CODON", "PYTHON"})
    void shouldRefuseANativeProcessWhatAJvmHolds(final Language language) throws IOException
    {
        try (Workplace workplace = workplace(language))
        {
            final Path channel = workplace.folder().resolve("channel");
            Channel.create(channel, CONFIG);
            try (RingProducer producer = Channel.attachProducer(channel);
                RingConsumer consumer = Channel.attachConsumer(channel, 0))
            {
                assertRefused(workplace, channel, Scene.PUBLISH);
                assertRefused(workplace, channel, Scene.CONSUME);
                assertEquals(producer.position(), consumer.position());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"C", "CODON", "PYTHON"})
    void shouldRefuseAJvmWhatANativeProcessHolds(final Language language) throws IOException
    {
        try (Workplace workplace = workplace(language))
        {
            final Path channel = workplace.folder().resolve("channel");
            Channel.create(channel, CONFIG);
            try (ChildProcess owner = start(workplace, channel, Scene.PUBLISH))
            {
                awaitStarted(owner);
                assertHeld(channel);
                assertHeld(channel);
                Channel.attachConsumer(channel, 0).close();
            }
            Channel.attachProducer(channel).close();
            try (ChildProcess owner = start(workplace, channel, Scene.CONSUME))
            {
                awaitStarted(owner);
                assertTrue(Channel.isConsumerHeld(channel, 0));
                Channel.attachProducer(channel).close();
            }
            assertFalse(Channel.isConsumerHeld(channel, 0));
        }
    }

    /** It shares its parent's locks: it keeps the roles held, unless it closes them, as Python's does at once. */
    @ParameterizedTest
    @EnumSource(names = {"C", "CODON", "PYTHON"})
    void shouldTellAForkedChildThatItIsNotTheOwner(final Language language) throws IOException
    {
        try (Workplace workplace = workplace(language))
        {
            final Path channel = workplace.folder().resolve("channel");
            Channel.create(channel, CONFIG);
            try (ChildProcess owner = start(workplace, channel, Scene.FORK))
            {
                awaitStarted(owner);
                assertEquals(Status.DEPOSED, owner.ledger().get(Word.HANDLED), "a claim");
                assertEquals(Status.DEPOSED, owner.ledger().get(Word.RETURNED), "a position to publish");
                assertHeld(channel);
                assertTrue(owner.kill());
                if (language == Language.PYTHON)
                {
                    awaitFree(channel);
                }
                else
                {
                    assertHeld(channel);
                }
                owner.ledger().set(Word.END, 1);
                awaitFree(channel);
                assertOneMessage(channel);
            }
        }
    }

    private static Workplace workplace(final Language language) throws IOException
    {
        final Path program = Path.of(System.getProperty("tadpole.root"), "build/native/crash_child_" + language);
        assumeTrue(
            Files.isExecutable(program), "the crash child in " + language + " is not built; run ./tadpole test");
        return Workplace.of(program);
    }

    private static ChildProcess start(final Workplace workplace, final Path channel, final Scene scene)
        throws IOException
    {
        final ChildProcess child = workplace.startChild();
        child.ledger().scene(scene);
        child.ledger().channel(channel);
        child.ledger().set(Word.AUTHOR, 1);
        child.go();
        return child;
    }

    private static void awaitStarted(final ChildProcess child)
    {
        while (child.ledger().get(Word.STATE) != Ledger.STARTED)
        {
            assertTrue(child.isAlive(), child::words);
            Thread.yield();
        }
    }

    private static void assertRefused(final Workplace workplace, final Path channel, final Scene scene)
        throws IOException
    {
        try (ChildProcess child = start(workplace, channel, scene))
        {
            while (child.isAlive())
            {
                Thread.yield();
            }
            assertEquals(2, child.exitCode());
            assertTrue(child.words().contains("is owned by another process"), child::words);
        }
    }

    private static void assertHeld(final Path channel)
    {
        assertEquals(
            Reason.HELD,
            assertThrows(ChannelException.class, () -> Channel.attachProducer(channel)).reason());
    }

    private static void awaitFree(final Path channel) throws IOException
    {
        while (Channel.describe(channel).producer().held() || Channel.isConsumerHeld(channel, 0))
        {
            Thread.yield();
        }
    }

    /** The forked child has written nothing. */
    private static void assertOneMessage(final Path channel) throws IOException
    {
        try (RingProducer successor = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            final Sequel sequel = new Sequel();
            assertEquals(
                1, consumer.poll((buffer, offset, length, position) -> sequel.check(buffer, offset, length), 10));
            assertEquals(1, sequel.author());
            assertEquals(successor.position(), consumer.position());
        }
    }
}
