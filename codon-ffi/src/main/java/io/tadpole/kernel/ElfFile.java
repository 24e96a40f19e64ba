package io.tadpole.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/**
 * What a shared library says of itself: an ELF file, as System V's ABI has it, of 64 bits and little-endian.
 *
 * <pre>
 *     header --+--&gt; program headers --+-- PT_DYNAMIC --&gt; needed libraries, code to be run at load and unload
 *              |                       +-- PT_LOAD          where in the file lies what is addressed
 *              |                       +-- PT_GNU_STACK     whether stacks must be executable
 *              +--&gt; section headers ----- .dynsym ------&gt; symbols: defined, or left to others
 * </pre>
 *
 * @param machine           for which it is.
 * @param needed            libraries that are loaded with it.
 * @param undefined         symbols that it leaves to others.
 * @param weak              those of them that others need not have.
 * @param defined           functions that others can see.
 * @param runsCode          whether it has code that is run when it is loaded or unloaded.
 * @param executableStack   whether loading it makes the stacks of all threads executable.
 */
record ElfFile(
    int machine,
    List<String> needed,
    SequencedSet<String> undefined,
    SequencedSet<String> weak,
    SequencedSet<String> defined,
    boolean runsCode,
    boolean executableStack)
{
    static final int X86_64 = 62;
    static final int AARCH64 = 183;

    private static final int MAGIC = 0x464C457F;
    private static final int CLASS_64_LITTLE_ENDIAN = 0x0102;
    private static final int SHARED_LIBRARY = 3;
    private static final int HEADER_LENGTH = 64;

    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_GNU_STACK = 0x6474E551;
    private static final int PF_X = 1;
    private static final int PROGRAM_HEADER_LENGTH = 56;

    private static final int SECTION_HEADER_LENGTH = 64;
    private static final int SHT_DYNSYM = 11;
    private static final int SYMBOL_LENGTH = 24;
    private static final int FUNCTION = 2;
    private static final int WEAK = 2;

    private static final long DT_NEEDED = 1;
    private static final long DT_STRTAB = 5;
    private static final long DT_INIT = 12;
    private static final long DT_FINI = 13;
    private static final long DT_INIT_ARRAYSZ = 27;
    private static final long DT_FINI_ARRAYSZ = 28;
    private static final long DT_PREINIT_ARRAYSZ = 33;
    private static final Set<Long> ARRAYS = Set.of(DT_INIT_ARRAYSZ, DT_FINI_ARRAYSZ, DT_PREINIT_ARRAYSZ);
    private static final long DT_AUXILIARY = 0x7FFF_FFFD;
    private static final long DT_FILTER = 0x7FFF_FFFF;
    private static final long DT_PLTRELSZ = 2;
    private static final long DT_RELA = 7;
    private static final long DT_RELASZ = 8;
    private static final long DT_JMPREL = 23;
    private static final int RELOCATION_LENGTH = 24;
    /** Relocations that call a function to learn an address: of x86-64, and of arm64. */
    private static final Set<Integer> CALLING = Set.of(37, 1032);

    /** The bytes are not those of a shared library of 64 bits. */
    static final class MalformedException extends Exception
    {
        private static final long serialVersionUID = 1;

        private MalformedException(final String message)
        {
            super(message);
        }
    }

    /**
     * Reads one.
     *
     * @param bytes of the whole file.
     * @throws MalformedException when it is none, or is cut off: the rest of a sentence that the file's name begins.
     */
    static ElfFile parse(final byte[] bytes) throws MalformedException
    {
        final ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_LENGTH || file.getInt(0) != MAGIC)
        {
            throw new MalformedException("is no ELF file");
        }
        if (file.getShort(4) != CLASS_64_LITTLE_ENDIAN || file.getShort(16) != SHARED_LIBRARY)
        {
            throw new MalformedException("is no shared library of 64 bits, little-endian");
        }
        try
        {
            return new Reader(file).read();
        }
        catch (final IndexOutOfBoundsException | ArithmeticException outside)
        {
            throw new MalformedException("is cut off, or damaged");
        }
    }

    /** Where things are said to be, an index of the file itself checks. */
    private static final class Reader
    {
        private final ByteBuffer file;
        private final List<Integer> programHeaders;
        private final List<String> needed = new ArrayList<>();
        private final SequencedSet<String> undefined = new LinkedHashSet<>();
        private final SequencedSet<String> weak = new LinkedHashSet<>();
        private final SequencedSet<String> defined = new LinkedHashSet<>();

        Reader(final ByteBuffer file)
        {
            this.file = file;
            this.programHeaders =
                table(file.getLong(32), Short.toUnsignedInt(file.getShort(56)), PROGRAM_HEADER_LENGTH);
        }

        ElfFile read() throws MalformedException
        {
            // Where nothing is said of the stacks, they are made executable.
            boolean executableStack = true;
            boolean runsCode = false;
            for (final int header : programHeaders)
            {
                switch (file.getInt(header))
                {
                    case PT_GNU_STACK -> executableStack = (file.getInt(header + 4) & PF_X) != 0;
                    case PT_DYNAMIC -> runsCode = readDynamic(header);
                    default ->
                    {
                    }
                }
            }
            readSymbols();
            return new ElfFile(
                file.getShort(18), needed, undefined, weak, defined, runsCode, executableStack);
        }

        /** Reads which libraries are needed; whether code runs at load or unload. */
        private boolean readDynamic(final int header)
        {
            final List<Long> names = new ArrayList<>();
            final Map<Long, Long> values = new HashMap<>();
            boolean runsCode = false;
            for (final int entry : table(file.getLong(header + 8), file.getLong(header + 32) / 16, 16))
            {
                final long tag = file.getLong(entry);
                final long value = file.getLong(entry + 8);
                if (tag == 0)
                {
                    break;
                }
                if (tag == DT_NEEDED || tag == DT_AUXILIARY || tag == DT_FILTER)
                {
                    names.add(value);
                }
                values.put(tag, value);
                runsCode |= tag == DT_INIT || tag == DT_FINI || (ARRAYS.contains(tag) && value != 0);
            }
            for (final long name : names)
            {
                needed.add(text(Math.addExact(offsetOf(values.getOrDefault(DT_STRTAB, 0L)), name)));
            }
            return runsCode || calls(values, DT_RELA, DT_RELASZ) || calls(values, DT_JMPREL, DT_PLTRELSZ);
        }

        /** Whether loading calls a function for one of some relocations. */
        private boolean calls(final Map<Long, Long> values, final long address, final long length)
        {
            final long count = values.getOrDefault(length, 0L) / RELOCATION_LENGTH;
            if (count == 0)
            {
                return false;
            }
            return table(offsetOf(values.getOrDefault(address, 0L)), count, RELOCATION_LENGTH).stream()
                .anyMatch(entry -> CALLING.contains(file.getInt(entry + 8)));
        }

        private void readSymbols() throws MalformedException
        {
            final List<Integer> sections =
                table(file.getLong(40), Short.toUnsignedInt(file.getShort(60)), SECTION_HEADER_LENGTH);
            final int symbols = sections.stream().filter(header -> file.getInt(header + 4) == SHT_DYNSYM).findFirst()
                .orElseThrow(() -> new MalformedException("has no table of its symbols, the section .dynsym"));
            final int strings = sections.get(file.getInt(symbols + 40));
            final long count = file.getLong(symbols + 32) / SYMBOL_LENGTH;
            for (final int symbol : table(file.getLong(symbols + 24), count, SYMBOL_LENGTH))
            {
                final int info = file.get(symbol + 4);
                final String name =
                    text(Math.addExact(file.getLong(strings + 24), Integer.toUnsignedLong(file.getInt(symbol))));
                if (file.getShort(symbol + 6) != 0)
                {
                    if ((info & 15) == FUNCTION)
                    {
                        defined.add(name);
                    }
                }
                else if (!name.isEmpty())
                {
                    undefined.add(name);
                    if (info >> 4 == WEAK)
                    {
                        weak.add(name);
                    }
                }
            }
        }

        /** The indexes of a table's entries. */
        private List<Integer> table(final long offset, final long count, final int entryLength)
        {
            final List<Integer> entries = new ArrayList<>();
            for (long i = 0; i < count; i++)
            {
                final int entry = Math.toIntExact(Math.addExact(offset, i * entryLength));
                if (entry < 0 || entry > file.limit() - entryLength)
                {
                    throw new IndexOutOfBoundsException(entry);
                }
                entries.add(entry);
            }
            return entries;
        }

        /** Where in the file the byte lies that is loaded at an address. */
        private long offsetOf(final long address)
        {
            for (final int header : programHeaders)
            {
                final long start = file.getLong(header + 16);
                if (file.getInt(header) == PT_LOAD && address >= start && address - start < file.getLong(header + 32))
                {
                    return Math.addExact(file.getLong(header + 8), address - start);
                }
            }
            throw new IndexOutOfBoundsException(address);
        }

        private String text(final long offset)
        {
            final int start = Math.toIntExact(offset);
            int end = start;
            while (file.get(end) != 0)
            {
                end++;
            }
            final byte[] bytes = new byte[end - start];
            file.get(start, bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
