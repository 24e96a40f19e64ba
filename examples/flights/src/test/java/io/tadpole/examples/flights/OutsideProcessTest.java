package io.tadpole.examples.flights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Real processes: shell scripts that do what a part of the demo may do. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class OutsideProcessTest
{
    @TempDir
    private Path folder;

    private @Nullable OutsideProcess stage;

    @AfterEach
    void close()
    {
        if (stage != null)
        {
            stage.close();
        }
    }

    @Test
    void shouldPassItsArgumentsAndItsEnvironment() throws IOException
    {
        final OutsideProcess echo = stage("echo \"$#:$1:$2:$SAID\" > '" + folder.resolve("out") + "'; exec sleep 60");
        echo.start();
        awaitFile("out");

        assertEquals("2:a:b c:so\n", Files.readString(folder.resolve("out")));
        echo.stop();
    }

    @Test
    void shouldBeKilledAndStartedAgain() throws IOException
    {
        // It does not heed SIGTERM: only SIGKILL ends it.
        final OutsideProcess stubborn = stage("trap '' TERM; echo $$ > '" + folder.resolve("pid") +
            "'; while true; do sleep 0.05; done");
        stubborn.start();
        awaitFile("pid");
        final long first = stubborn.pid();
        assertThrows(IllegalStateException.class, stubborn::start);
        stubborn.kill();
        assertFalse(ProcessHandle.of(first).map(ProcessHandle::isAlive).orElse(false));
        assertEquals(0, stubborn.pid());
        assertNull(stubborn.failure());

        stubborn.start();
        assertNotEquals(first, stubborn.pid());
        assertNull(stubborn.failure());
        stubborn.kill();
        assertThrows(IllegalStateException.class, stubborn::kill);
    }

    @Test
    void shouldStop() throws IOException
    {
        final OutsideProcess sleeper = stage("exec sleep 60");
        sleeper.start();
        sleeper.stop();
        assertEquals(0, sleeper.pid());

        final OutsideProcess polite = stage("trap 'exit 0' TERM; echo ready > '" + folder.resolve("ready") +
            "'; while true; do sleep 0.05; done");
        polite.start();
        awaitFile("ready");
        polite.stop();
        assertEquals(0, polite.pid());
    }

    @Test
    void shouldReportAProcessThatEndsByItself() throws IOException
    {
        final OutsideProcess failing = stage("echo 'ring is corrupt' >&2; echo 'at position 640' >&2; exit 3");
        failing.start();
        awaitFailure(failing);

        final String expected =
            " ended by itself, with exit status 3: ring is corrupt\nat position 640";
        assertTrue(String.valueOf(failing.failure()).endsWith(expected), failing.failure());
        final IOException e = assertThrows(IOException.class, failing::kill);
        assertTrue(TestData.message(e).endsWith(expected), e.toString());
        assertNull(failing.failure());
    }

    @Test
    void shouldReportAProcessThatASignalEnded() throws IOException
    {
        final OutsideProcess crashing = stage("kill -SEGV $$");
        crashing.start();
        awaitFailure(crashing);

        final IOException e = assertThrows(IOException.class, crashing::stop);
        assertTrue(TestData.message(e).endsWith(" ended by itself, by signal 11, without a word"), e.toString());
    }

    @Test
    void shouldKeepTheLastOfManyWords() throws IOException
    {
        final OutsideProcess talking =
            stage("i=0; while [ $i -lt 3000 ]; do echo \"word $i\"; i=$((i+1)); done; exit 1");
        talking.start();
        awaitFailure(talking);

        final String said =
            IntStream.range(0, 3000).mapToObj(i -> "word " + i + "\n").collect(Collectors.joining());
        final String failure = String.valueOf(talking.failure());
        assertTrue(
            failure.endsWith("with exit status 1: " + said.substring(said.length() - 4096).strip()), failure);
    }

    @Test
    void shouldNotStartAgainAfterItWasClosed() throws IOException
    {
        final OutsideProcess sleeper = stage("exec sleep 60");
        sleeper.start();
        sleeper.close();
        sleeper.close();

        final IllegalStateException e = assertThrows(IllegalStateException.class, sleeper::start);
        assertEquals("the part was closed", e.getMessage());
        assertEquals(0, sleeper.pid());
    }

    @Test
    void shouldSayThatTheProgramIsMissing()
    {
        final OutsideProcess missing =
            new OutsideProcess("the part", List.of(folder.resolve("none").toString()), Map.of());
        stage = missing;
        final IOException e = assertThrows(IOException.class, missing::start);
        assertEquals(
            "there is no program " + folder.resolve("none") + ": build the part first", e.getMessage());
    }

    @Test
    void shouldSayThatTheProgramCannotRun() throws IOException
    {
        final Path program = Files.writeString(folder.resolve("orphan"), "#!/none/such\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        final OutsideProcess orphan = new OutsideProcess("the part", List.of(program.toString()), Map.of());
        stage = orphan;

        final IOException e = assertThrows(IOException.class, orphan::start);
        assertTrue(TestData.message(e).startsWith("the part cannot be started: "), e.toString());
    }

    @Test
    void shouldKillItsProcessWhenClosed() throws IOException
    {
        final OutsideProcess sleeper = stage("exec sleep 60");
        sleeper.start();
        final long pid = sleeper.pid();
        sleeper.close();

        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
        assertEquals(0, sleeper.pid());
    }

    private OutsideProcess stage(final String script) throws IOException
    {
        close();
        final Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        final OutsideProcess created = new OutsideProcess(
            "the part", List.of(program.toString(), "a", "b c"), Map.of("SAID", "so"));
        stage = created;
        return created;
    }

    private void awaitFile(final String name) throws IOException
    {
        final Path file = folder.resolve(name);
        while (!Files.exists(file) || Files.size(file) == 0)
        {
            Thread.onSpinWait();
        }
    }

    private static void awaitFailure(final OutsideProcess stage)
    {
        while (stage.failure() == null)
        {
            Thread.onSpinWait();
        }
    }
}
