package io.tadpole.kernel;

import io.tadpole.ring.HostileInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What a fuzzer aims at in a file that says it is a library: a small one that was made by hand, in which words are
 * replaced, and which is cut off. It is read, or refused with a sentence.
 */
final class HostileLibrary
{
    private static final int PROGRAM_HEADERS = 64;
    private static final int DYNAMIC = 256;
    private static final int SECTION_HEADERS = 512;
    private static final int SYMBOLS = 768;
    private static final int STRINGS = 1024;
    private static final int LENGTH = 1152;

    private final byte[] library = make();

    /** A library with one needed library, one symbol that it defines, and one that it does not. */
    static byte[] make()
    {
        final ByteBuffer file = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 0x464C457F).putShort(4, (short)0x0102).putShort(16, (short)3).putShort(18, (short)62);
        file.putLong(32, PROGRAM_HEADERS).putLong(40, SECTION_HEADERS).putShort(56, (short)3).putShort(60, (short)3);
        programHeader(file, 0, 1, 5, 0, LENGTH);
        programHeader(file, 1, 2, 6, DYNAMIC, 6 * 16);
        programHeader(file, 2, 0x6474E551, 6, 0, 0);
        final long[] dynamic = {1, 1, 5, STRINGS, 27, 0, 28, 0, 10, 128, 0, 0};
        for (int i = 0; i < dynamic.length; i++)
        {
            file.putLong(DYNAMIC + i * 8, dynamic[i]);
        }
        sectionHeader(file, 1, 11, SYMBOLS, 3 * 24, 2);
        sectionHeader(file, 2, 3, STRINGS, 128, 0);
        symbol(file, 1, 11, (1 << 4) | 2, 1);
        symbol(file, 2, 19, 1 << 4, 0);
        file.put(STRINGS, "\0libc.so.6\0defined\0missing\0".getBytes(StandardCharsets.US_ASCII));
        return file.array();
    }

    private static void programHeader(
        final ByteBuffer file, final int index, final int type, final int flags, final long offset, final long length)
    {
        final int at = PROGRAM_HEADERS + index * 56;
        file.putInt(at, type).putInt(at + 4, flags).putLong(at + 8, offset).putLong(at + 16, offset);
        file.putLong(at + 32, length);
    }

    private static void sectionHeader(
        final ByteBuffer file, final int index, final int type, final long offset, final long length, final int link)
    {
        final int at = SECTION_HEADERS + index * 64;
        file.putInt(at + 4, type).putLong(at + 24, offset).putLong(at + 32, length).putInt(at + 40, link);
    }

    private static void symbol(
        final ByteBuffer file, final int index, final int name, final int info, final int section)
    {
        final int at = SYMBOLS + index * 24;
        file.putInt(at, name).put(at + 4, (byte)info).putShort(at + 6, (short)section);
    }

    /** Reads the library with other words. */
    void parse(final byte[] bytes)
    {
        final HostileInput input = new HostileInput(bytes);
        byte[] hostile = library.clone();
        final ByteBuffer file = ByteBuffer.wrap(hostile).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = input.below(5); i >= 0; i--)
        {
            final int at = input.below(LENGTH - Long.BYTES);
            final long word = input.word();
            switch (input.below(3))
            {
                case 0 -> file.putLong(at & -Long.BYTES, word);
                case 1 -> file.putShort(at, (short)word);
                default -> file.putInt(at & -Integer.BYTES, (int)word);
            }
        }
        if (input.below(4) == 3)
        {
            hostile = Arrays.copyOf(hostile, input.below(LENGTH));
        }
        try
        {
            final ElfFile read = ElfFile.parse(hostile);
            assertTrue(read.needed().size() <= LENGTH && read.undefined().size() <= LENGTH);
        }
        catch (final ElfFile.MalformedException refused)
        {
            assertTrue(String.valueOf(refused.getMessage()).matches("(is|has) .*"), refused.toString());
        }
    }
}
