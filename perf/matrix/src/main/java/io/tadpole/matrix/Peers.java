package io.tadpole.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the peers of this machine are started, and why some are not there. Immutable. */
public final class Peers
{
    private static final List<String> FLAGS =
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-Xshare:auto", "-Xlog:disable");

    private final Map<Language, List<String>> commands = new EnumMap<>(Language.class);
    private final Map<Language, String> reasons = new EnumMap<>(Language.class);

    private Peers()
    {
    }

    /**
     * Finds the peers, which the launcher has built.
     *
     * @param root the project's folder.
     * @return them.
     * @throws IOException when a file that says why there is none cannot be read.
     */
    public static Peers of(final Path root) throws IOException
    {
        final Peers peers = new Peers();
        final List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(FLAGS);
        java.addAll(List.of("-cp", System.getProperty("java.class.path"), Peer.class.getName()));
        peers.commands.put(Language.JAVA, java);
        for (final Language language : List.of(Language.C, Language.CODON))
        {
            peers.add(root, language, List.of(root.resolve("build/native/matrix_peer_" + language).toString()));
        }
        peers.add(root, Language.PYTHON, List.of(
            root.resolve("build/python/bin/python").toString(),
            root.resolve("perf/matrix/src/main/python/peer.py").toString()));
        return peers;
    }

    private void add(final Path root, final Language language, final List<String> command) throws IOException
    {
        final Path reason = root.resolve("build/native/matrix_peer_" + language + ".reason");
        if (Files.exists(reason))
        {
            reasons.put(language, Files.readString(reason).strip());
        }
        else if (Files.isExecutable(Path.of(command.getFirst())))
        {
            commands.put(language, command);
        }
        else
        {
            reasons.put(language, "it was not built; run ./tadpole matrix");
        }
    }

    /**
     * Why there is no peer in a language.
     *
     * @param language of the peer.
     * @return the reason, or null when there is one.
     */
    public @Nullable String whyMissing(final Language language)
    {
        return reasons.get(language);
    }

    List<String> command(final Language language)
    {
        final List<String> command = commands.get(language);
        if (command == null)
        {
            throw new IllegalStateException("there is no peer in " + language);
        }
        return command;
    }

    /** The languages of which there are peers, in the order of the matrix. */
    List<Language> languages()
    {
        return List.copyOf(commands.keySet());
    }
}
