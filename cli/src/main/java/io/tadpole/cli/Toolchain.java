package io.tadpole.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks for what builds Tadpole: JDK, Maven, C compiler, Python and Codon. */
final class Toolchain
{
    private static final int JDK = 25;
    private static final Pattern MAVEN = Pattern.compile("apache-maven-([0-9][^/]*)-bin");
    private static final String WHERE_IS_CODON =
        "from codon_compiler_demo.paths import CODON_BIN; print(CODON_BIN)";

    private final @Nullable Path root;

    /**
     * Looks in one working copy.
     *
     * @param root the project's folder; null when the command was not started by the launcher.
     */
    Toolchain(final @Nullable Path root)
    {
        this.root = root;
    }

    /**
     * Looks for everything.
     *
     * @return one finding each.
     */
    List<Finding> findings()
    {
        return List.of(
            jdk(),
            maven(),
            program("flock", "util-linux"),
            program("gcc", "gcc libc6-dev").optional(),
            program("objcopy", "binutils").optional(),
            python().optional(),
            codon().optional());
    }

    private static Finding jdk()
    {
        final Runtime.Version version = Runtime.version();
        final Path home = Path.of(System.getProperty("java.home"));
        if (version.feature() != JDK || !Files.isExecutable(home.resolve("bin/javac")))
        {
            return Finding.missing("jdk", "this is " + version + " in " + home + ", not a JDK " + JDK,
                "apt-get install openjdk-25-jdk, or sdk install java 25-tem");
        }
        return Finding.ok("jdk", version + " in " + home);
    }

    private Finding maven()
    {
        if (root == null)
        {
            return Finding.missing("maven", "not started by ./tadpole", "start it by ./tadpole");
        }
        try
        {
            final String properties = Files.readString(root.resolve(".mvn/wrapper/maven-wrapper.properties"));
            final Matcher version = MAVEN.matcher(properties);
            if (version.find() && Files.isExecutable(root.resolve("mvnw")))
            {
                return Finding.ok("maven", version.group(1) + " by ./mvnw");
            }
        }
        catch (final IOException problem)
        {
            // Said below: a working copy without the wrapper is what is wrong, whatever the reason.
        }
        return Finding.missing("maven", "the wrapper ./mvnw is not complete",
            "git checkout -- mvnw .mvn");
    }

    private static Finding program(final String name, final String packages)
    {
        final Optional<Path> file = Program.onPath(name);
        final Optional<String> version = file.flatMap(path -> Program.answer(List.of(path.toString(), "--version")));
        return version
            .map(text -> Finding.ok(name, text.lines().findFirst().orElse("") + " in " + file.orElseThrow()))
            .orElseGet(() -> Finding.missing(name, "not on the PATH", "apt-get install " + packages));
    }

    /** The same candidates as the launcher's, in the same order. */
    private static Finding python()
    {
        final String question = "import sys, venv, ensurepip; print(sys.version.split()[0], 'in', sys.executable)";
        return Stream.of("python3", "/usr/bin/python3", "/usr/local/bin/python3")
            .map(python -> Program.answer(List.of(python, "-c", question)))
            .flatMap(Optional::stream)
            .findFirst()
            .map(answer -> Finding.ok("python3", answer + ", with venv"))
            .orElseGet(() -> Finding.missing("python3", "no python3 with its venv module",
                "apt-get install python3 python3-venv"));
    }

    private Finding codon()
    {
        return codonBinary()
            .flatMap(binary -> Program.answer(List.of(binary, "--version")).map(version -> version + " in " + binary))
            .map(answer -> Finding.ok("codon", answer))
            .orElseGet(() -> Finding.missing("codon", "not set up yet in build/venv",
                "./tadpole demo sets it up (64 MB from PyPI)"));
    }

    private Optional<String> codonBinary()
    {
        if (root == null || !isSetUp(root.resolve("build/venv")))
        {
            return Optional.empty();
        }
        return Program.answer(List.of(root.resolve("build/venv/bin/python").toString(), "-c", WHERE_IS_CODON));
    }

    /** The launcher leaves a mark when the environment is complete. */
    private static boolean isSetUp(final Path venv)
    {
        if (!Files.isDirectory(venv))
        {
            return false;
        }
        try (Stream<Path> marks = Files.list(venv))
        {
            return marks.anyMatch(mark -> mark.getFileName().toString().startsWith("codon-"));
        }
        catch (final IOException problem)
        {
            throw new UncheckedIOException(problem);
        }
    }
}
