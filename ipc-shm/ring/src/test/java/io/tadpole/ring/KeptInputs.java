package io.tadpole.ring;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The inputs that Jazzer replays: it finds them by their folder's name, and where it finds none it is content with the
 * empty input. So somebody else has to see that they are there.
 */
public final class KeptInputs
{
    private KeptInputs()
    {
    }

    /**
     * Checks that each target of a class has inputs where Jazzer looks for them: among the resources of its package, in
     * {@code <class>Inputs/<method>}.
     *
     * @param targets the class with the targets.
     * @throws IOException        when a folder cannot be read.
     * @throws URISyntaxException never: a class path has names that can be.
     */
    public static void check(final Class<?> targets) throws IOException, URISyntaxException
    {
        int found = 0;
        for (final Method method : targets.getDeclaredMethods())
        {
            if (method.isAnnotationPresent(FuzzTest.class))
            {
                final String folder = targets.getSimpleName() + "Inputs/" + method.getName();
                final URL place = targets.getResource(folder);
                assertTrue(place != null && holdsFiles(place.toURI()), () -> "no inputs are kept in " + folder);
                found++;
            }
        }
        assertTrue(found > 0, () -> targets + " has no target");
    }

    private static boolean holdsFiles(final URI folder) throws IOException
    {
        try (Stream<Path> files = Files.list(Path.of(folder)))
        {
            return files.anyMatch(Files::isRegularFile);
        }
    }
}
