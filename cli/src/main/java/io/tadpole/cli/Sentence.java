package io.tadpole.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** Turns what went wrong with a file into one sentence: the JDK's own messages are often the bare path. */
final class Sentence
{
    private Sentence()
    {
    }

    /**
     * Says what went wrong.
     *
     * @param problem an input or output error.
     * @return one line, never empty.
     */
    static String of(final Throwable problem)
    {
        return switch (problem)
        {
            case UncheckedIOException wrapper when wrapper.getCause() != null -> of(wrapper, wrapper.getCause());
            case NoSuchFileException missing -> "there is no " + missing.getFile();
            case AccessDeniedException denied -> "access to " + denied.getFile() + " is denied";
            case FileAlreadyExistsException there -> there.getFile() + " exists already";
            case NotDirectoryException file -> file.getFile() + " is not a folder";
            case DirectoryNotEmptyException full -> full.getFile() + " is not empty";
            case FileNotFoundException missing -> "cannot open " + oneLine(missing.getMessage(), missing);
            case FileSystemException other when other.getReason() == null -> "cannot use " + other.getFile();
            default -> oneLine(problem.getMessage(), problem);
        };
    }

    /** The wrapper may say what was tried; without words of its own it repeats the cause. */
    private static String of(final UncheckedIOException wrapper, final IOException cause)
    {
        final String tried = wrapper.getMessage();
        return tried == null || tried.equals(cause.toString()) ? of(cause) : tried + ": " + of(cause);
    }

    private static String oneLine(final @Nullable String message, final Throwable problem)
    {
        if (message == null || message.isBlank())
        {
            return problem.getClass().getSimpleName();
        }
        return message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
