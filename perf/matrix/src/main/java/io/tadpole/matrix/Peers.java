package io.tadpole.matrix;

import io.tadpole.crash.Language;
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
        for (final Language language : Language.values())
        {
            if (language != Language.JAVA)
            {
                peers.add(language, root.resolve("build/native/matrix_peer_" + language));
            }
        }
        return peers;
    }

    private void add(final Language language, final Path program) throws IOException
    {
        final Path reason = Path.of(program + ".reason");
        if (Files.isExecutable(program))
        {
            commands.put(language, List.of(program.toString()));
        }
        else
        {
            reasons.put(
                language,
                Files.exists(reason) ? Files.readString(reason).strip() : "it was not built; run ./tadpole matrix");
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
