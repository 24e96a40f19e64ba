package io.tadpole.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder in shared memory in which channels and ledgers lie, and the children that work there. With it all of them
 * end. A child ends by itself when this process does, however that ends.
 */
final class Workplace implements AutoCloseable
{
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final List<String> FLAGS =
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-Xshare:auto", "-Xlog:disable");
    private static final String ARCHIVE = "child.jsa";

    private final Path folder;
    /** Without the flags of the JVM, which come behind the first word. */
    private final List<String> command;
    private final List<String> flags = new ArrayList<>();
    private final List<ChildProcess> children = new ArrayList<>();
    private int started;

    private Workplace(final Path folder, final List<String> command)
    {
        this.folder = folder;
        this.command = command;
    }

    /**
     * Makes a workplace for children in Java.
     */
    static Workplace java() throws IOException
    {
        final Path folder = makeFolder();
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(ChildJar.write(folder));
        command.add(CrashChild.class.getName());
        final Workplace workplace = new Workplace(folder, command);
        workplace.flags.addAll(FLAGS);
        return workplace;
    }

    /**
     * Makes a workplace for children of a native program.
     */
    static Workplace of(final Path program) throws IOException
    {
        return new Workplace(makeFolder(), List.of(program.toString()));
    }

    private static Path makeFolder() throws IOException
    {
        final String prefix = folderPrefix(ProcessHandle.current());
        return Files.isWritable(SHARED_MEMORY) ?
            Files.createTempDirectory(SHARED_MEMORY, prefix) : Files.createTempDirectory(prefix);
    }

    /** How the folders of a process are named. */
    static String folderPrefix(final ProcessHandle process)
    {
        return "tadpole-crash-" + process.pid() + "-";
    }

    Path folder()
    {
        return folder;
    }

    /**
     * Starts a child in Java that leaves its classes behind, as they are when it ends by itself, for later ones to
     * start from: that halves the time until they are up.
     */
    ChildProcess startFirst() throws IOException
    {
        flags.add("-XX:ArchiveClassesAtExit=" + folder.resolve(ARCHIVE));
        final ChildProcess first = startChild();
        flags.removeLast();
        flags.add("-XX:SharedArchiveFile=" + folder.resolve(ARCHIVE));
        return first;
    }

    /** Starts a child, which then waits. */
    ChildProcess startChild() throws IOException
    {
        final List<String> words = new ArrayList<>(command);
        words.addAll(1, flags);
        children.removeIf(child -> !child.isOpen());
        final ChildProcess child = ChildProcess.start(words, folder, ++started);
        children.add(child);
        return child;
    }

    @Override
    public void close() throws IOException
    {
        children.forEach(ChildProcess::close);
        delete(folder);
    }

    static void delete(final Path path) throws IOException
    {
        final List<Path> all;
        try (Stream<Path> found = Files.walk(path))
        {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path each : all)
        {
            Files.deleteIfExists(each);
        }
    }
}
