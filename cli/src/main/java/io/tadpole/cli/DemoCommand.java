package io.tadpole.cli;

import io.tadpole.examples.flights.Demo;
import io.tadpole.examples.flights.DemoConfig;
import io.tadpole.examples.flights.DemoFailedException;
import io.tadpole.examples.flights.NativeLanguage;
import io.tadpole.examples.flights.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Runs the flights demo, and shows what it found. */
@Command(
    name = "demo",
    description = "Carry real flight events through publisher, engine, a native process, a native kernel in the JVM, a "
        + "second Java process behind Aeron, journal and replay, and compare the boards of airports that each of them "
        + "kept. Fails when they are not identical.")
final class DemoCommand implements Callable<Integer>
{
    private static final String EVENTS = "data/flight-events.csv.gz";
    private static final String BOARD = "flights_board";
    private static final String KERNEL = "flights_kernel";
    private static final int BUSIEST = 10;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--input", paramLabel = "FILE",
        description = "Flight events, CSV or gzipped CSV (default: the project's data/flight-events.csv.gz).")
    private @Nullable Path input;

    @Option(names = "--rate", paramLabel = "EVENTS_PER_S", defaultValue = "100000", converter = Rate.class,
        description = "How many events a second, or max (default: ${DEFAULT-VALUE}). At max, latency is only queueing.")
    private long eventsPerSecond;

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "1",
        description = "How many times the input's events happen (default: ${DEFAULT-VALUE}).")
    private int repeat;

    @Option(names = "--native", paramLabel = "codon|c|none", converter = Language.class,
        description = "What the native stage and the kernel are written in (default: codon). Where Codon cannot be "
        + "installed, the demo says so and uses C; where there is no C compiler either, it says so and has neither, "
        + "unless one was asked for by this option: then it ends with exit code 2.")
    private @Nullable NativeLanguage language;

    @Option(names = "--kill", negatable = true, defaultValue = "true", fallbackValue = "true",
        description = "Kill the native stage midway, and start it again (the default), or not.")
    private boolean kill;

    @Option(names = "--kernel", paramLabel = "FILE",
        description = "Run a kernel of your own, too: a shared library, such as `tadpole codon build --lib` makes, "
        + "as the stage user-kernel of the demo's engine. The first row of its state is shown, and 16 by --json. A "
        + "library that could harm the JVM is "
        + "refused with exit code 2; a kernel that refuses a message ends the demo with 1.")
    private @Nullable Path userKernel;

    @Option(names = "--journal", paramLabel = "DIR",
        description = "Where the journal lies; one that is there already goes on (default: a new temporary folder).")
    private @Nullable Path journal;

    @Option(names = "--strict", description = "End at the first row that is no flight event, with exit code 2.")
    private boolean strict;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    /** Creates the command; for picocli. */
    DemoCommand()
    {
    }

    /** A number of events a second, or {@code max}. */
    static final class Rate implements ITypeConverter<Long>
    {
        /** Creates the converter; for picocli. */
        Rate()
        {
        }

        @Override
        public Long convert(final String value)
        {
            if (value.equals("max"))
            {
                return 0L;
            }
            if (!value.matches("[1-9][0-9]{0,9}") || Long.parseLong(value) > DemoConfig.MAX_EVENTS_PER_SECOND)
            {
                throw new TypeConversionException(
                    "'" + value + "' is neither max nor a whole number of events, 1 to 1000000000");
            }
            return Long.valueOf(value);
        }
    }

    /** The launcher builds what stands behind {@code --native}: so both must take the same words, and no other. */
    static final class Language implements ITypeConverter<NativeLanguage>
    {
        /** Creates the converter; for picocli. */
        Language()
        {
        }

        @Override
        public NativeLanguage convert(final String value)
        {
            return Stream.of(NativeLanguage.values())
                .filter(language -> language.toString().equals(value))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + value + "' is not codon, c or none"));
        }
    }

    @Override
    public Integer call() throws IOException
    {
        if (repeat < 1)
        {
            throw new ParameterException(spec.commandLine(), "--repeat must be at least 1, not " + repeat);
        }
        final PrintWriter err = spec.commandLine().getErr();
        final Path root = Path.of(System.getProperty("tadpole.root", "."));
        final NativeLanguage found = available(root, err);
        final DemoConfig config = new DemoConfig(
            input == null ? root.resolve(EVENTS) : input,
            eventsPerSecond,
            repeat,
            found,
            found == NativeLanguage.NONE ? null : built(root, BOARD, found),
            kernel(root, found, err),
            userKernel,
            kill,
            journal == null ? newJournal() : journal,
            strict);
        try
        {
            final Result result = Demo.run(config, new DemoProgress(err));
            final PrintWriter out = spec.commandLine().getOut();
            out.println(json ? Json.of(result.toMap()) : DemoReport.text(result, eventsPerSecond, BUSIEST));
            out.flush();
            return result.identical() ? Tadpole.DONE : Tadpole.FAILED;
        }
        catch (final DemoFailedException failed)
        {
            say(err, Sentence.of(failed));
            return Tadpole.FAILED;
        }
    }

    /** Not created here: no input, no journal. */
    private static Path newJournal()
    {
        return Path.of(System.getProperty("java.io.tmpdir"), "tadpole-journal-" + UUID.randomUUID());
    }

    /** The language asked for; C where Codon could not be had, and none where C could not either; never silently. */
    private NativeLanguage available(final Path root, final PrintWriter err) throws IOException
    {
        final NativeLanguage wanted = language == null ? NativeLanguage.CODON : language;
        if (wanted == NativeLanguage.NONE || Files.exists(built(root, BOARD, wanted)))
        {
            return wanted;
        }
        if (wanted == NativeLanguage.CODON)
        {
            say(err, "the native stage is not in Codon: " + reason(root, BOARD, NativeLanguage.CODON));
        }
        if (Files.exists(built(root, BOARD, NativeLanguage.C)))
        {
            return NativeLanguage.C;
        }
        final String missing = "there is no native stage: " + reason(root, BOARD, NativeLanguage.C);
        if (language != null)
        {
            throw new ParameterException(spec.commandLine(), missing);
        }
        say(err, missing);
        return NativeLanguage.NONE;
    }

    /** The kernel of the language of the native stage; null where there is none. */
    private static @Nullable Path kernel(final Path root, final NativeLanguage language, final PrintWriter err)
        throws IOException
    {
        if (language == NativeLanguage.NONE)
        {
            return null;
        }
        final Path kernel = built(root, KERNEL, language);
        if (!Files.exists(kernel))
        {
            say(err, "there is no kernel in " + language + ": " + reason(root, KERNEL, language));
            return null;
        }
        return kernel;
    }

    /** The launcher leaves it where it could not build a program. */
    private static String reason(final Path root, final String program, final NativeLanguage language)
        throws IOException
    {
        final Path reason = root.resolve("build/native/" + program + "_" + language + ".reason");
        return Files.exists(reason) ? Files.readString(reason).strip() : "it was not built; run ./tadpole";
    }

    private static void say(final PrintWriter err, final String sentence)
    {
        err.println("tadpole: " + sentence);
        err.flush();
    }

    private static Path built(final Path root, final String program, final NativeLanguage language)
    {
        return root.resolve("build/native/" + program + "_" + language);
    }
}
