package io.tadpole.kernel;

import io.tadpole.kernel.KernelException.Reason;
import io.tadpole.ring.Ordered;
import io.tadpole.ring.RoleLock;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A state in a file, which survives the process: see {@link StateFileLayout}. What a kernel forgets to touch is missing
 * in one of the two copies, so they are compared whole, and the zeros around them looked at, behind the first commit,
 * the second, the fourth and so on.
 */
final class StateFile implements KernelState
{
    private static final int CHUNK = 64 << 10;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final StateShape shape;
    private final RoleLock lock;
    private final Arena arena;
    private final MemorySegment file;
    private final MemorySegment[] copies;
    private final MemorySegment touched;
    private final Margins margins;
    private long position = -1;
    private int active;
    private long commits;

    private StateFile(
        final Path path, final StateShape shape, final RoleLock lock, final Arena arena, final MemorySegment file)
    {
        this.path = path;
        this.shape = shape;
        this.lock = lock;
        this.arena = arena;
        this.file = file;
        this.copies = new MemorySegment[] {
            file.asSlice(StateFileLayout.copyOffset(shape, 0), shape.length()),
            file.asSlice(StateFileLayout.copyOffset(shape, 1), shape.length())};
        final MemorySegment marks = arena.allocate(shape.touchedLength() + Long.BYTES, Long.BYTES);
        this.touched = marks.asSlice(0, shape.touchedLength());
        this.margins = new Margins(
            file.asSlice(
                StateFileLayout.STATE_OFFSET + Long.BYTES,
                StateFileLayout.COPIES_OFFSET - StateFileLayout.STATE_OFFSET - Long.BYTES),
            behind(0),
            behind(1),
            marks.asSlice(shape.touchedLength()));
    }

    private MemorySegment behind(final int copy)
    {
        final long end = StateFileLayout.copyOffset(shape, copy) + shape.length();
        return file.asSlice(end, StateFileLayout.copyOffset(shape, copy + 1L) - end);
    }

    /**
     * Opens a state, or creates one that counts nothing.
     *
     * @param path  of the file; a lock file lies beside it.
     * @param shape that the kernel says.
     * @throws KernelException when the file is of another kind, or of another kernel.
     * @throws IOException     when it is in use, or cannot be created or mapped.
     */
    static StateFile open(final Path path, final StateShape shape) throws IOException
    {
        final RoleLock lock = lock(path);
        final Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            OWNER_ONLY))
        {
            final long length = StateFileLayout.fileLength(shape);
            final boolean fresh = isFresh(path, channel, shape);
            if (fresh)
            {
                writeZeros(path, channel, length);
            }
            final MemorySegment file = channel.map(MapMode.READ_WRITE, 0, length, arena);
            touchPages(path, file);
            if (fresh)
            {
                file.set(ValueLayout.JAVA_LONG, StateFileLayout.ROWS_OFFSET, shape.rows());
                file.set(ValueLayout.JAVA_LONG, StateFileLayout.ROW_LENGTH_OFFSET, shape.rowLength());
                file.set(ValueLayout.JAVA_LONG, StateFileLayout.KERNEL_VERSION_OFFSET, shape.version());
                file.set(ValueLayout.JAVA_LONG, StateFileLayout.MAGIC_OFFSET, StateFileLayout.MAGIC);
                // Last: a creator that is killed before leaves a file that is seen to be half created.
                Ordered.setRelease(file, StateFileLayout.VERSION_OFFSET, StateFileLayout.VERSION);
            }
            return new StateFile(path, shape, lock, arena, file);
        }
        catch (final IOException | RuntimeException | Error failed)
        {
            arena.close();
            lock.close();
            throw failed;
        }
    }

    /** On a file of its own: Java drops a file's locks when any of its descriptors closes. */
    private static RoleLock lock(final Path path) throws IOException
    {
        final Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isSymbolicLink(path))
        {
            throw unusable(path, "is a symbolic link, or lies in no folder: give a file's own path, in a folder that " +
                "exists");
        }
        final Path lock = path.resolveSibling(path.getFileName() + ".lock");
        try
        {
            Files.createFile(lock, OWNER_ONLY);
        }
        catch (final FileAlreadyExistsException exists)
        {
            // Of a former owner: whether that lives, the lock itself says.
        }
        return RoleLock.acquire(lock);
    }

    /** Whether it is new, or half created; otherwise it is this kernel's, or refused. */
    private static boolean isFresh(final Path path, final FileChannel channel, final StateShape shape)
        throws IOException
    {
        final long size = channel.size();
        final ByteBuffer header =
            ByteBuffer.allocate((int)StateFileLayout.STATE_OFFSET).order(ByteOrder.LITTLE_ENDIAN);
        channel.read(header, 0);
        final long magic = header.getLong((int)StateFileLayout.MAGIC_OFFSET);
        final long version = header.getLong((int)StateFileLayout.VERSION_OFFSET);
        if (version == 0 && (magic == StateFileLayout.MAGIC || isZero(header)) &&
            size <= StateFileLayout.fileLength(shape))
        {
            return true;
        }
        if (magic != StateFileLayout.MAGIC)
        {
            throw unusable(path, "is not the state of a kernel: give another path");
        }
        if (version != StateFileLayout.VERSION)
        {
            throw unusable(path, "was written by a newer Tadpole: use that one");
        }
        if (header.getLong((int)StateFileLayout.DAMAGED_OFFSET) != 0)
        {
            throw unusable(path, "was damaged by its kernel, which missed its rows or changed one that it did not " +
                "touch: correct the kernel, and give a state of before, or another path");
        }
        final StateShape found = new StateShape(
            header.getLong((int)StateFileLayout.ROWS_OFFSET),
            header.getLong((int)StateFileLayout.ROW_LENGTH_OFFSET),
            header.getLong((int)StateFileLayout.KERNEL_VERSION_OFFSET));
        if (!found.equals(shape))
        {
            throw unusable(path, "has " + found + ", and the kernel wants " + shape +
                ": load the kernel that wrote it, or give another path");
        }
        if (size != StateFileLayout.fileLength(shape))
        {
            throw unusable(path, "has " + size + " bytes instead of " + StateFileLayout.fileLength(shape) +
                ": restore it, or remove it and count anew");
        }
        return false;
    }

    private static boolean isZero(final ByteBuffer bytes)
    {
        return MemorySegment.ofBuffer(bytes.clear()).mismatch(
            MemorySegment.ofArray(new byte[bytes.capacity()])) < 0;
    }

    private static void writeZeros(final Path path, final FileChannel channel, final long length) throws IOException
    {
        final ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK);
        try
        {
            // From the front, so that the version goes first.
            for (long at = 0; at < length; )
            {
                zeros.clear().limit((int)Math.min(CHUNK, length - at));
                at += channel.write(zeros, at);
            }
        }
        catch (final IOException full)
        {
            throw new KernelException(
                Reason.STATE, path + " needs " + length + " bytes, and its disk has " +
                Files.getFileStore(path).getUsableSpace() + " free (" + full.getMessage() + "): make space", full);
        }
    }

    /** So that a hole which the disk cannot fill is an error here, and no fault in the kernel. */
    private static void touchPages(final Path path, final MemorySegment file) throws KernelException
    {
        try
        {
            file.load();
        }
        catch (final InternalError fault)
        {
            throw new KernelException(
                Reason.STATE, path + " has pages that its disk cannot hold: make space there", fault);
        }
    }

    private static KernelException unusable(final Path path, final String why)
    {
        return new KernelException(Reason.STATE, path + " " + why);
    }

    @Override
    public long bind(final long ringId, final long start)
    {
        final long bound = file.get(ValueLayout.JAVA_LONG, StateFileLayout.RING_ID_OFFSET);
        if (bound == 0 || file.get(ValueLayout.JAVA_LONG, StateFileLayout.STATE_OFFSET) == 0)
        {
            // It counts nothing: of a ring that was removed, perhaps, before it got a message. The id behind the
            // position, and none meanwhile: whoever finds it finds that, too.
            Ordered.setRelease(file, StateFileLayout.RING_ID_OFFSET, 0);
            Ordered.fullFence();
            file.set(ValueLayout.JAVA_LONG, StateFileLayout.STATE_OFFSET, start);
            Ordered.setRelease(file, StateFileLayout.RING_ID_OFFSET, ringId);
        }
        else if (bound != ringId)
        {
            throw new IllegalArgumentException(
                path + " counts ring 0x" + Long.toHexString(bound) + ", and this is ring 0x" +
                Long.toHexString(ringId) + ": give the kernel another file, or this ring's");
        }
        final long state = Ordered.getAcquire(file, StateFileLayout.STATE_OFFSET);
        active = (int)(state & StateFileLayout.ACTIVE_COPY_MASK);
        position = state & -StateFileLayout.POSITION_ALIGNMENT;
        putBack();
        return position;
    }

    @Override
    public long rows()
    {
        return copies[1 - active].address();
    }

    @Override
    public long touched()
    {
        return touched.address();
    }

    @Override
    public void commit(final long to)
    {
        active = 1 - active;
        position = to;
        // SYNC POINT "state": the copy that the word names is whole. Pairs with the look at it in bind.
        Ordered.setRelease(file, StateFileLayout.STATE_OFFSET, to | active);
        // The word stays before the stores to the copy that it deactivated.
        Ordered.fullFence();
        catchUp();
        commits++;
        if (Long.bitCount(commits) == 1)
        {
            check();
        }
    }

    private void check()
    {
        if (!margins.areZero())
        {
            throw damaged(Margins.MISSED);
        }
        final long different = copies[0].mismatch(copies[1]);
        if (different >= 0)
        {
            throw damaged(
                "the kernel changed row " + different / shape.rowLength() + " of its state and did not touch it, so " +
                path + " cannot be trusted: touch each row before it is changed, and start with a state of before");
        }
    }

    /** Nobody knows what it counts: it is refused from now on. */
    private IllegalStateException damaged(final String why)
    {
        file.set(ValueLayout.JAVA_LONG, StateFileLayout.DAMAGED_OFFSET, 1);
        return new IllegalStateException(why);
    }

    private void catchUp()
    {
        final long words = shape.touchedWords();
        for (long word = 0; word < words; word++)
        {
            long bits = touched.getAtIndex(ValueLayout.JAVA_LONG, word);
            if (bits != 0)
            {
                touched.setAtIndex(ValueLayout.JAVA_LONG, word, 0);
                while (bits != 0)
                {
                    copyRow(word * Long.SIZE + Long.numberOfTrailingZeros(bits));
                    bits &= bits - 1;
                }
            }
        }
    }

    private void copyRow(final long row)
    {
        if (row >= shape.rows())
        {
            throw damaged(
                "the kernel touched row " + row + " of " + shape + ": correct it, and start with a state of before");
        }
        final long offset = row * shape.rowLength();
        MemorySegment.copy(copies[active], offset, copies[1 - active], offset, shape.rowLength());
    }

    @Override
    public void advance(final long to)
    {
        position = to;
        Ordered.setRelease(file, StateFileLayout.STATE_OFFSET, to | active);
    }

    @Override
    public void putBack()
    {
        copies[1 - active].copyFrom(copies[active]);
        touched.fill((byte)0);
    }

    @Override
    public long position()
    {
        return position;
    }

    @Override
    public MemorySegment counted()
    {
        return copies[active].asReadOnly();
    }

    @Override
    public void close()
    {
        try
        {
            if (commits > 0)
            {
                check();
            }
        }
        finally
        {
            arena.close();
            lock.close();
        }
    }
}
