package io.tadpole.crash;

import io.tadpole.ring.Weaver;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The class path of the child in Java: the classes that this process runs, those of ring and engine woven, so that the
 * child can stop behind each {@link Step}.
 */
final class ChildJar
{
    private static final Pattern OURS = Pattern.compile("io/tadpole/(envelope|ring|engine|crash)/[^/]+\\.class");
    private static final Pattern WOVEN = Pattern.compile("io/tadpole/(ring|engine)/.*");
    private static final ClassDesc LISTENER = ClassDesc.of(FaultPoints.class.getName());

    private ChildJar()
    {
    }

    /**
     * Writes the jar.
     *
     * @param folder where to.
     * @return the class path for the child: the jar, and those of third parties.
     */
    static String write(final Path folder) throws IOException
    {
        final Path jar = folder.resolve("child.jar");
        final List<String> classPath = new ArrayList<>();
        classPath.add(jar.toString());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar)))
        {
            for (final Map.Entry<String, byte[]> entry : classes().entrySet())
            {
                out.putNextEntry(new JarEntry(entry.getKey()));
                out.write(
                    WOVEN.matcher(entry.getKey()).matches() ?
                        Weaver.weave(entry.getValue(), LISTENER, call -> words(call)) : entry.getValue());
            }
        }
        for (final String entry : entries())
        {
            if (entry.endsWith(".jar"))
            {
                classPath.add(entry);
            }
        }
        return String.join(File.pathSeparator, classPath);
    }

    private static List<String> entries()
    {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).toList();
    }

    private static @Nullable String words(final Weaver.Call call)
    {
        final Step step = Step.at(call.site());
        return step == null ? null : step.words();
    }

    /** Our classes on the class path, by their names in a jar; the first one of a name counts. */
    static Map<String, byte[]> classes() throws IOException
    {
        final Map<String, byte[]> found = new LinkedHashMap<>();
        for (final String entry : entries())
        {
            final Path path = Path.of(entry);
            if (Files.isDirectory(path))
            {
                addFolder(path, found);
            }
            else if (entry.endsWith(".jar") && Files.exists(path))
            {
                addJar(path, found);
            }
        }
        return found;
    }

    private static void addFolder(final Path folder, final Map<String, byte[]> found) throws IOException
    {
        try (Stream<Path> files = Files.walk(folder))
        {
            for (final Path file : (Iterable<Path>)files::iterator)
            {
                final String name = folder.relativize(file).toString();
                if (OURS.matcher(name).matches() && !found.containsKey(name))
                {
                    found.put(name, Files.readAllBytes(file));
                }
            }
        }
    }

    private static void addJar(final Path path, final Map<String, byte[]> found) throws IOException
    {
        try (JarFile jar = new JarFile(path.toFile()))
        {
            for (final JarEntry entry : (Iterable<JarEntry>)jar.stream()::iterator)
            {
                if (OURS.matcher(entry.getName()).matches() && !found.containsKey(entry.getName()))
                {
                    try (InputStream in = jar.getInputStream(entry))
                    {
                        found.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
    }
}
