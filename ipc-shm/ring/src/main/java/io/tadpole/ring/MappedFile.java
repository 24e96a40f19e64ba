package io.tadpole.ring;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file whose space is real before it is used, mapped into memory. It owns the mapping: {@link #close()} ends every
 * view of it.
 */
final class MappedFile implements Resource
{
    private static final int CHUNK = 64 << 10;

    private final Arena arena;
    private final MemorySegment segment;
    private final long fileLength;

    private MappedFile(final Arena arena, final MemorySegment segment, final long fileLength)
    {
        this.arena = arena;
        this.segment = segment;
        this.fileLength = fileLength;
    }

    /**
     * Creates a file by writing all of its bytes, so that a full mount is an error here and not a fault later, and maps
     * it for writing.
     */
    static MappedFile create(final Path path, final long length) throws IOException
    {
        try (FileChannel channel = FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))))
        {
            writeZeros(channel, path, length);
            return map(channel, MapMode.READ_WRITE, length, length);
        }
        catch (final FileAlreadyExistsException exists)
        {
            throw new ChannelException(
                ChannelException.Reason.EXISTS, path + " exists already: remove the channel, or attach to it", exists);
        }
    }

    /**
     * Maps an existing file, following no symbolic link, and touches what every such file has. What a longer one has
     * beyond the most is not mapped, and what a sparse one has is filled only when {@link #touch} is called.
     */
    static MappedFile attach(
        final Path path, final boolean writable, final long minLength, final long maxLength) throws IOException
    {
        regularFile(path);
        final Set<OpenOption> options = writable ?
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS) :
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (FileChannel channel = FileChannel.open(path, options))
        {
            final long length = channel.size();
            if (length == 0)
            {
                throw new ChannelException(
                    ChannelException.Reason.HALF_CREATED,
                    path + " is empty: try again when the channel's creator is done; " +
                    "if the creator died, remove the channel and create it anew");
            }
            if (length < minLength)
            {
                throw new ChannelException(
                    ChannelException.Reason.TRUNCATED,
                    path + " has " + length + " bytes, at least " + minLength + " are needed: it was cut off; " +
                    "remove the channel and create it anew");
            }
            final MappedFile file =
                map(channel, writable ? MapMode.READ_WRITE : MapMode.READ_ONLY, Math.min(length, maxLength), length);
            try
            {
                touch(path, file.segment.asSlice(0, minLength));
            }
            catch (final ChannelException failed)
            {
                file.close();
                throw failed;
            }
            return file;
        }
    }

    /** Looks at a file of a channel without opening it: another kind of file may block whoever opens it. */
    static BasicFileAttributes regularFile(final Path path) throws IOException
    {
        final BasicFileAttributes attributes;
        try
        {
            attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        }
        catch (final NoSuchFileException missing)
        {
            throw new ChannelException(
                ChannelException.Reason.MISSING, path + " does not exist: create the channel first", missing);
        }
        if (attributes.isSymbolicLink())
        {
            throw new ChannelException(
                ChannelException.Reason.SYMBOLIC_LINK, path + " is a symbolic link: give the channel's real directory");
        }
        if (!attributes.isRegularFile())
        {
            throw new ChannelException(
                ChannelException.Reason.FOREIGN, path + " is no regular file: give a channel's directory");
        }
        return attributes;
    }

    MemorySegment segment()
    {
        return segment;
    }

    /** How long the file was when it was mapped. */
    long fileLength()
    {
        return fileLength;
    }

    /** Touches each page, so that a hole which the mount cannot fill is an error here. */
    void touch(final Path path) throws ChannelException
    {
        touch(path, segment);
    }

    @Override
    public void close()
    {
        arena.close();
    }

    private static void touch(final Path path, final MemorySegment pages) throws ChannelException
    {
        try
        {
            pages.load();
        }
        catch (final InternalError fault)
        {
            throw new ChannelException(
                ChannelException.Reason.NO_SPACE,
                path + " has pages that its mount cannot hold: make space there and attach again", fault);
        }
    }

    private static void writeZeros(final FileChannel channel, final Path path, final long length) throws IOException
    {
        final ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK);
        long written = 0;
        try
        {
            while (written < length)
            {
                zeros.clear().limit((int)Math.min(CHUNK, length - written));
                written += channel.write(zeros);
            }
        }
        catch (final IOException full)
        {
            channel.truncate(0);
            final FileStore mount = Files.getFileStore(path);
            throw new ChannelException(
                ChannelException.Reason.NO_SPACE,
                path + " needs " + length + " bytes, but " + mount + " has " + mount.getUsableSpace() +
                " bytes free (" + full.getMessage() + "): make space, or create a smaller ring", full);
        }
    }

    private static MappedFile map(
        final FileChannel channel, final MapMode mode, final long length, final long fileLength) throws IOException
    {
        final Arena arena = Arena.ofShared();
        try
        {
            return new MappedFile(arena, channel.map(mode, 0, length, arena), fileLength);
        }
        catch (final IOException | RuntimeException failed)
        {
            arena.close();
            throw failed;
        }
    }
}
