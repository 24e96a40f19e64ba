package io.tadpole.matrix;

import io.tadpole.crash.Language;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The short form of {@code ./tadpole matrix}. */
@Timeout(300)
class MatrixTest
{
    private static final Path ROOT = Path.of(System.getProperty("tadpole.root"));

    static Stream<Arguments> pairs()
    {
        return Stream.of(Language.values()).flatMap(
            writer -> Stream.of(Language.values()).map(reader -> Arguments.of(writer, reader)));
    }

    /** How a peer is started; a test that needs one that is not there is skipped. */
    static List<String> command(final Language language) throws IOException
    {
        final Peers peers = Peers.of(ROOT);
        assumeTrue(
            peers.whyMissing(language) == null, () -> "no peer in " + language + ": " + peers.whyMissing(language));
        return peers.command(language);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldCarryEachMessage(final Language writer, final Language reader) throws IOException
    {
        command(writer);
        command(reader);
        final long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        final List<PairResult> results = Matrix.run(
            List.of(writer), List.of(reader), Peers.of(ROOT), new MatrixConfig(MatrixConfig.QUICK_MESSAGES, 1, seed),
            System.out::println, () -> false);
        assertEquals(1, results.size());
        assertTrue(results.getFirst().passed(), results::toString);
        assertTrue(results.getFirst().messages() > MatrixConfig.QUICK_MESSAGES);
    }
}
