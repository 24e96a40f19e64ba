package io.tadpole.ring;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The files of a channel: their names, how each is created, and what is checked before one is believed.
 */
final class ChannelFiles
{
    private static final Set<String> REFUSED_FILE_SYSTEMS = Set.of(
        "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gfs2",
        "ocfs2");

    private ChannelFiles()
    {
    }

    /** Maps the ring; the caller ends the mapping, also when this throws. */
    static Ring attachRing(final Path channel, final boolean writable, final Resources resources) throws IOException
    {
        final Path path = ring(channel);
        final MappedFile file = resources.add(MappedFile.attach(
            path,
            writable,
            RingFileLayout.HEADER_LENGTH,
            RingFileLayout.HEADER_LENGTH + RingFileLayout.MAX_CAPACITY));
        checkIdentity(path, file.segment(), RingFileLayout.MAGIC, RingFileLayout.VERSION);
        final RingIdentity identity = RingIdentity.read(file.segment());
        if (!identity.isPossible())
        {
            throw new ChannelException(
                ChannelException.Reason.CORRUPT,
                path + ": its header says " + identity + ", which cannot be; remove the channel and create it anew");
        }
        checkLength(path, file, identity.fileLength());
        file.touch(path);
        return new Ring(file.segment(), identity);
    }

    /** Maps a consumer's file; the caller ends the mapping, also when this throws. */
    static MemorySegment attachConsumerFile(
        final Path channel, final Ring ring, final int index, final boolean writable, final Resources resources)
        throws IOException
    {
        final Path path = consumerFile(channel, index);
        final MappedFile file = resources.add(
            MappedFile.attach(path, writable, ConsumerFileLayout.LENGTH, ConsumerFileLayout.LENGTH));
        checkIdentity(path, file.segment(), ConsumerFileLayout.MAGIC, ConsumerFileLayout.VERSION);
        if (Ordered.getOpaque(file.segment(), ConsumerFileLayout.RING_ID_OFFSET) != ring.ringId() ||
            Ordered.getOpaque(file.segment(), ConsumerFileLayout.INDEX_OFFSET) != index)
        {
            throw new ChannelException(
                ChannelException.Reason.FOREIGN,
                path + " belongs to another ring or another consumer: remove the channel and create it anew");
        }
        checkLength(path, file, ConsumerFileLayout.LENGTH);
        return file.segment();
    }

    private static void checkLength(final Path path, final MappedFile file, final long expected)
        throws ChannelException
    {
        if (file.fileLength() != expected)
        {
            final boolean shorter = file.fileLength() < expected;
            throw new ChannelException(
                shorter ? ChannelException.Reason.TRUNCATED : ChannelException.Reason.CORRUPT,
                path + " has " + file.fileLength() + " bytes, its header says " + expected +
                (shorter ? ": it was cut off" : ": something was appended") +
                "; remove the channel and create it anew");
        }
    }

    private static void checkIdentity(
        final Path path, final MemorySegment file, final long magic, final long newestVersion) throws ChannelException
    {
        // SYNC POINT "ready": the version is stored last. Pairs with create and createConsumer.
        final long version = Ordered.getAcquire(file, RingFileLayout.VERSION_OFFSET);
        final long found = Ordered.getOpaque(file, RingFileLayout.MAGIC_OFFSET);
        if (found != magic && !(found == 0 && version == 0))
        {
            throw new ChannelException(
                ChannelException.Reason.FOREIGN,
                path + " is not a file of a Tadpole channel (it starts with 0x" + Long.toHexString(found) +
                "): give a channel's directory");
        }
        if (version == 0)
        {
            throw new ChannelException(
                ChannelException.Reason.HALF_CREATED,
                path + " was not created to the end: try again when its creator is done; " +
                "if the creator died, remove the channel and create it anew");
        }
        if (version < 0 || version > newestVersion)
        {
            throw new ChannelException(
                ChannelException.Reason.NEWER_VERSION,
                path + " has layout version " + version + ", this program knows versions up to " + newestVersion +
                ": use a newer Tadpole");
        }
    }

    static void createConsumer(final Path channel, final int index, final String name, final long ringId)
        throws IOException
    {
        try (MappedFile file = MappedFile.create(consumerFile(channel, index), ConsumerFileLayout.LENGTH))
        {
            final MemorySegment words = file.segment();
            Ring.put(words, ConsumerFileLayout.MAGIC_OFFSET, ConsumerFileLayout.MAGIC);
            Ring.put(words, ConsumerFileLayout.RING_ID_OFFSET, ringId);
            Ring.put(words, ConsumerFileLayout.INDEX_OFFSET, index);
            Ring.put(words, ConsumerFileLayout.CREATED_NS_OFFSET, Ring.epochNs());
            Ring.putName(words, ConsumerFileLayout.NAME_OFFSET, name);
            Ordered.setRelease(words, ConsumerFileLayout.VERSION_OFFSET, ConsumerFileLayout.VERSION);
        }
    }

    static void createLock(final Path path) throws IOException
    {
        Files.createFile(
            path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    static void createDirectory(final Path channel) throws IOException
    {
        try
        {
            Files.createDirectory(
                channel, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        catch (final FileAlreadyExistsException exists)
        {
            throw new ChannelException(
                ChannelException.Reason.EXISTS, channel + " exists already: attach to it, or remove it first", exists);
        }
        catch (final NoSuchFileException missing)
        {
            throw new ChannelException(
                ChannelException.Reason.MISSING,
                channel + " cannot be created: its parent directory does not exist", missing);
        }
    }

    static void checkFileSystem(final Path channel) throws IOException
    {
        final Path parent = channel.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent))
        {
            throw new ChannelException(
                ChannelException.Reason.MISSING, channel + " cannot be created: its parent directory does not exist");
        }
        final String type = Files.getFileStore(parent).type();
        if (REFUSED_FILE_SYSTEMS.contains(type) || type.startsWith("fuse"))
        {
            throw new ChannelException(
                ChannelException.Reason.FILE_SYSTEM,
                channel + " is on a file system of type " + type + ", where memory cannot be shared and locks cannot " +
                "be trusted: use the shared-memory mount or a local disk");
        }
    }

    static void checkDirectory(final Path channel) throws IOException
    {
        if (Files.isSymbolicLink(channel))
        {
            throw new ChannelException(
                ChannelException.Reason.SYMBOLIC_LINK,
                channel + " is a symbolic link: give the channel's real directory");
        }
        if (!Files.isDirectory(channel, LinkOption.NOFOLLOW_LINKS))
        {
            throw new ChannelException(
                ChannelException.Reason.MISSING, channel + " is not a directory: create the channel first");
        }
        checkFileSystem(channel);
    }

    static void checkDeclared(final Path channel, final Ring ring, final int index) throws ChannelException
    {
        if (index < 0 || index >= ring.declared())
        {
            throw new ChannelException(
                ChannelException.Reason.MISSING,
                channel + " declares " + ring.declared() + " consumers, numbered from 0: there is no consumer " +
                index);
        }
    }

    /** A file that happens to be called `ring` is not ours: the magic says so, or nothing yet. */
    static void checkRemovable(final Path channel) throws IOException
    {
        final Path path = ring(channel);
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
        {
            return;
        }
        final ByteBuffer start = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))
        {
            file.read(start);
        }
        if (start.getLong(0) != RingFileLayout.MAGIC && start.getLong(0) != 0)
        {
            throw new ChannelException(
                ChannelException.Reason.FOREIGN, path + " is not a file of a Tadpole channel: nothing was removed");
        }
    }

    static boolean isOurs(final Path file)
    {
        final String name = file.getFileName().toString();
        return name.matches("ring|producer\\.lock|consumer-\\d+(\\.lock)?");
    }

    static void delete(final Path channel) throws IOException
    {
        try (var files = Files.newDirectoryStream(channel, ChannelFiles::isOurs))
        {
            for (final Path file : files)
            {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(channel);
        }
        catch (final DirectoryNotEmptyException notEmpty)
        {
            throw new ChannelException(
                ChannelException.Reason.FOREIGN,
                channel + " also holds other files: the channel's own are removed, the directory stays", notEmpty);
        }
    }

    static Path ring(final Path channel)
    {
        return channel.resolve("ring");
    }

    static Path producerLock(final Path channel)
    {
        return channel.resolve("producer.lock");
    }

    static Path consumerFile(final Path channel, final int index)
    {
        return channel.resolve("consumer-" + index);
    }

    static Path consumerLock(final Path channel, final int index)
    {
        return channel.resolve("consumer-" + index + ".lock");
    }
}
