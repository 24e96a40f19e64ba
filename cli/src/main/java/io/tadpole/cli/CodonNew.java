package io.tadpole.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Creates a folder with a kernel that works, its test, and what builds both. */
@Command(
    name = "new",
    description = "Create a folder with a kernel in Codon, a function that runs inside the JVM as a stage of an "
        + "engine: one that counts messages, its test, and build.sh, which builds and tests it and says how to run it.")
final class CodonNew implements Callable<Integer>
{
    private static final List<String> FILES = List.of("NAME.codon", "NAME_test.codon", "build.sh", "README.md");

    /** What a module in Codon cannot be called: the test imports the kernel by its name. */
    private static final Set<String> TAKEN = Set.of(
        "tadpole", "C", "python", "_", "False", "None", "True", "and", "as", "assert", "async", "await", "break",
        "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
        "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with",
        "yield");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME",
        description = "The folder, which must not exist; its name is the kernel's: letters, digits and _, and no "
        + "digit first.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Option(names = "--json",
        description = "Print one JSON object and nothing else: created, files, and next, the command that builds it.")
    private boolean json;

    /** Creates the command; for picocli. */
    CodonNew()
    {
    }

    @Override
    public Integer call() throws IOException
    {
        final String name = folder.getFileName() == null ? folder.toString() : folder.getFileName().toString();
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*"))
        {
            throw new ParameterException(
                spec.commandLine(), "'" + name + "' names no kernel: it has letters, digits and _, and no digit first");
        }
        if (TAKEN.contains(name))
        {
            throw new ParameterException(
                spec.commandLine(), "'" + name + "' names no kernel: in Codon it is something else; take another name");
        }
        final Path parent = folder.toAbsolutePath().getParent();
        if (!Files.isDirectory(Objects.requireNonNull(parent)))
        {
            throw new ParameterException(spec.commandLine(), "there is no folder " + parent + " to create it in");
        }
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS))
        {
            throw new ParameterException(
                spec.commandLine(), folder + " exists already: take another name, or delete it");
        }
        final List<String> files = FILES.stream().map(file -> file.replace("NAME", name)).toList();
        create(name, files);
        final PrintWriter out = spec.commandLine().getOut();
        final String next = "sh " + quoted(folder.resolve("build.sh").toString());
        if (json)
        {
            final Map<String, Object> created = new LinkedHashMap<>();
            created.put("created", folder.toString());
            created.put("files", files);
            created.put("next", next);
            out.println(Json.of(created));
        }
        else
        {
            out.println("created " + folder + ": " + String.join(", ", files));
            out.println("next: " + next);
        }
        out.flush();
        return Tadpole.DONE;
    }

    /** All of it, or nothing. */
    private void create(final String name, final List<String> files) throws IOException
    {
        Files.createDirectory(folder);
        try
        {
            for (int i = 0; i < files.size(); i++)
            {
                Files.writeString(folder.resolve(files.get(i)), fill(read(FILES.get(i)), name));
            }
        }
        catch (final IOException failed)
        {
            try (Stream<Path> made = Files.list(folder))
            {
                for (final Path file : made.toList())
                {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
            throw failed;
        }
    }

    private static String read(final String file) throws IOException
    {
        try (InputStream text = Objects.requireNonNull(CodonNew.class.getResourceAsStream("kernel/" + file)))
        {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String fill(final String text, final String name)
    {
        final Path launcher = Path.of(System.getProperty("tadpole.root", ".")).resolve("tadpole");
        return text.replace("NAME", name)
            .replace("@LAUNCHER@", quoted(launcher.toAbsolutePath().normalize().toString()));
    }

    /** For the shell; as it is where that takes it as it is. */
    private static String quoted(final String word)
    {
        return word.matches("[A-Za-z0-9_./+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
