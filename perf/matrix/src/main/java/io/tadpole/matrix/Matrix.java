package io.tadpole.matrix;

import io.tadpole.crash.Language;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Runs the pairs, one after the other. */
public final class Matrix
{
    private Matrix()
    {
    }

    /**
     * Runs each writer with each reader. Blocks.
     *
     * @param writers  languages that there are peers in.
     * @param readers  languages that there are peers in.
     * @param peers    of this machine.
     * @param config   how much.
     * @param progress is told each pair's end, in a line.
     * @param isEnded  asked all the time: once it says so, the run ends with the pairs that it has.
     * @return what came of each pair.
     * @throws IOException when processes or files cannot be made.
     */
    public static List<PairResult> run(
        final List<Language> writers,
        final List<Language> readers,
        final Peers peers,
        final MatrixConfig config,
        final Consumer<String> progress,
        final BooleanSupplier isEnded) throws IOException
    {
        final List<PairResult> results = new ArrayList<>();
        final int pairs = writers.size() * readers.size();
        try
        {
            for (final Language writer : writers)
            {
                for (final Language reader : readers)
                {
                    final PairResult result = Pair.run(writer, reader, peers, config, isEnded);
                    results.add(result);
                    progress.accept(
                        results.size() + " of " + pairs + ": " + writer + " to " + reader + ": " +
                        result.messages() + " messages" + (result.passed() ? "" : ", " + result.failure()));
                }
            }
        }
        catch (final EndedException ended)
        {
            return results;
        }
        return results;
    }
}
