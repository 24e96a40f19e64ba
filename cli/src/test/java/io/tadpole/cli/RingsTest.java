package io.tadpole.cli;

import io.tadpole.ring.Channel;
import io.tadpole.ring.Claim;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingProducer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.tadpole.cli.CommandRun.assertContains;
import static io.tadpole.cli.CommandRun.done;
import static io.tadpole.cli.CommandRun.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

final class RingsTest
{
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private String channel;

    @BeforeEach
    void nameTheChannel()
    {
        channel = folder.resolve("prices").toString();
    }

    @Test
    void shouldCreateWhatItIsAskedFor()
    {
        final String out = done("ring", "create", channel, "--capacity", "128k", "--alignment", "64",
            "--consumer", "board", "--consumer", "audit", "--schema", "1000", "--schema-version", "3", "--json");
        assertContains(out, "\"capacity_bytes\": 131072");
        assertContains(out, "\"alignment\": 64");
        assertContains(out, "\"schema_id\": 1000");
        assertContains(out, "\"schema_version\": 3");
        assertContains(out, "\"index\": 0, \"name\": \"board\"");
        assertContains(out, "\"index\": 1, \"name\": \"audit\"");
    }

    @Test
    void shouldRefuseWrongValuesWithoutLeavingAnything()
    {
        refused("power of two", "ring", "create", channel, "--capacity", "100000");
        refused("neither 8 nor 64", "ring", "create", channel, "--alignment", "16");
        for (final String count : new String[]{"-1", "0", "65", "2147483647"})
        {
            refused("from 1 to 64, not " + count, "ring", "create", channel, "--consumers", count);
        }
        refused("exclusive", "ring", "create", channel, "--consumers", "2", "--consumer", "a");
        refused("exists already", "ring", "create", folder.toString());
        assertFalse(Files.exists(Path.of(channel)));
    }

    @Test
    void shouldShowWhoLivesAndHowFarEachIsBehind() throws IOException
    {
        done("ring", "create", channel, "--consumers", "2");
        assertContains(done("ring", "stat", channel), "never taken");
        try (RingProducer producer = Channel.attachProducer(Path.of(channel));
            RingConsumer consumer = Channel.attachConsumer(Path.of(channel), 1))
        {
            final Claim claim = new Claim();
            for (int i = 0; i < 3; i++)
            {
                producer.tryClaim(16, claim);
                claim.commit(16);
            }
            consumer.poll((buffer, offset, length, position) -> { }, 2);
            final String json = done("ring", "stat", channel, "--json");
            assertContains(json, "\"producer\": {\"held\": true, \"epoch\": 1, \"tail\": 72, \"messages\": 3, "
                + "\"bytes\": 48");
            assertContains(json, "\"held\": false, \"detached\": false, \"epoch\": 0, \"position\": 0, "
                + "\"lag_messages\": 3, \"depth_bytes\": 72");
            assertContains(json, "\"held\": true, \"detached\": false, \"epoch\": 1, \"position\": 48, "
                + "\"lag_messages\": 1, \"depth_bytes\": 24");
        }
        final String text = done("ring", "stat", channel);
        assertContains(text, "not live");
    }

    @Test
    void shouldEvictADeadConsumerOnly() throws IOException
    {
        done("ring", "create", channel);
        try (RingConsumer consumer = Channel.attachConsumer(Path.of(channel), 0))
        {
            refused("holds this role", "ring", "evict", channel, "0");
            assertEquals(0, consumer.position());
        }
        final String out = done("ring", "evict", channel, "0", "--json");
        assertContains(out, "\"detached\": true");
        assertContains(done("ring", "stat", channel), "evicted");
        refused("there is no consumer 1", "ring", "evict", channel, "1");
    }

    @Test
    void shouldRemoveWhatNobodyHolds() throws IOException
    {
        done("ring", "create", channel);
        try (RingProducer producer = Channel.attachProducer(Path.of(channel)))
        {
            refused("holds this role", "ring", "remove", channel);
            assertEquals(0, producer.position());
        }
        final String out = done("ring", "remove", channel, "--json");
        assertContains(out, "{\"removed\": \"" + channel + "\"}");
        assertFalse(Files.exists(Path.of(channel)));
        refused("create the channel first", "ring", "remove", channel);
        refused("create the channel first", "ring", "stat", channel);
    }
}
