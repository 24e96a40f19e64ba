package io.tadpole.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Where the tests' channels lie: in the shared-memory mount, or where temporary files do when there is none.
 */
public final class SharedMemory implements TempDirFactory
{
    private static final Path MOUNT = Path.of("/dev/shm");

    /** For JUnit. */
    public SharedMemory()
    {
    }

    @Override
    public Path createTempDirectory(final AnnotatedElementContext element, final ExtensionContext context)
        throws IOException
    {
        return directory();
    }

    /**
     * Makes a new directory.
     *
     * @return the directory; whoever asked removes it.
     * @throws IOException when it cannot be made.
     */
    public static Path directory() throws IOException
    {
        final String prefix = "tadpole-test-";
        return Files.isWritable(MOUNT) ?
            Files.createTempDirectory(MOUNT, prefix) : Files.createTempDirectory(prefix);
    }
}
