package io.tadpole.aeron;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Agrona's classes are twice on the class path, in Aeron's jar and in their own: so they must be the same. */
class AgronaTest
{
    @Test
    void shouldBeTheSameInBothJars() throws IOException
    {
        try (JarFile aeron = jar("aeron-all-"); JarFile agrona = jar("agrona-"))
        {
            final List<JarEntry> classes = agrona.stream()
                .filter(entry -> entry.getName().startsWith("org/agrona/") && entry.getName().endsWith(".class"))
                .toList();
            int bundled = 0;
            for (final JarEntry each : classes)
            {
                final JarEntry other = aeron.getJarEntry(each.getName());
                if (other != null)
                {
                    bundled++;
                    assertArrayEquals(bytes(agrona, each), bytes(aeron, other), each.getName());
                }
            }
            assertTrue(bundled > 200, bundled + " classes are in both");
            assertTrue(aeron.stream().map(JarEntry::getName).filter(name -> name.startsWith("org/agrona/")).allMatch(
                name -> agrona.getJarEntry(name) != null), "Aeron's jar has classes that Agrona's has not");
        }
    }

    private static JarFile jar(final String prefix) throws IOException
    {
        final String found = Stream.of(System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator)))
            .filter(path -> new File(path).getName().matches(Pattern.quote(prefix) + "[0-9.]+\\.jar"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(prefix + " is not on the class path"));
        return new JarFile(found);
    }

    private static byte[] bytes(final JarFile jar, final JarEntry entry) throws IOException
    {
        try (InputStream in = jar.getInputStream(entry))
        {
            return in.readAllBytes();
        }
    }
}
