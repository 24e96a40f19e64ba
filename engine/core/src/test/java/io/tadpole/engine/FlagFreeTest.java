package io.tadpole.engine;

import io.tadpole.ring.ChildJvm;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The engine runs on a stock JVM that denies unsafe memory and native access, without a word on standard error. */
@Timeout(120)
class FlagFreeTest
{
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    @Test
    void shouldRunWithoutAFlagWhereUnsafeAndNativeAccessAreDenied() throws IOException
    {
        final Path errors = directory.resolve("errors");
        try (ChildJvm child = ChildJvm.start(
            List.of("--illegal-native-access=deny", "--sun-misc-unsafe-memory-access=deny"),
            ProcessBuilder.Redirect.to(errors.toFile()),
            FlagFree.class, Files.createDirectory(directory.resolve("channels"))))
        {
            final int exitCode = child.exitCode();
            assertEquals("", Files.readString(errors));
            assertEquals(0, exitCode);
        }
    }
}
