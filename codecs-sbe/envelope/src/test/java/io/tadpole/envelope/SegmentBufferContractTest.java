package io.tadpole.envelope;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Every accessor against Agrona's own {@link UnsafeBuffer}: the same random arguments, the same bytes before; then the
 * same answer or the same kind of refusal, and the same bytes after. A method that Agrona adds is compared by itself.
 */
@Tag("opens")
final class SegmentBufferContractTest
{
    private static final int CAPACITY = 101;
    private static final int MARGIN = 32;
    private static final MemorySegment SURROUNDINGS = MemorySegment.ofArray(new byte[MARGIN]).fill((byte)0xA5);
    private static final int ROUNDS = 200;
    private static final byte[] EXTREMES = {0, 1, -1, Byte.MAX_VALUE, Byte.MAX_VALUE, Byte.MIN_VALUE};
    private static final long SEED = Seeds.seed("SegmentBufferContractTest");

    /** What concerns the memory rather than the bytes in it: see {@link SegmentBufferNeighbourTest}. */
    private static final Set<String> ELSEWHERE =
        Set.of("wrap", "addressOffset", "byteArray", "byteBuffer", "wrapAdjustment", "compareTo");

    private static final List<String> NUMBERS = List.of(
        "0", "00", "7", "-7", "-", "--1", "1234", "12345678", "123456789", "-123456789", "2147483647", "2147483648",
        "-2147483648", "-2147483649", "4294967296", "9999999999", "00000000001", "123456x", "x", "12345678x",
        "1234567890123456789", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "9999999999999999999", "99999999999999999999", "12345678901234567x9", "+1", " 1");

    private static final List<String> TEXTS =
        List.of("", "a", "Tadpole", "gr\u00fc\u00df dich", "\u20ac", "\ud83d\udc38", "9".repeat(90), "\u0080\u007f");

    enum Memory
    {
        NATIVE, ARRAY, MAPPED, PART, BYTE_BUFFER
    }

    /** A buffer amid its surroundings, which nobody may touch. */
    private record Subject(SegmentBuffer buffer, MemorySegment whole)
    {
        static Subject of(final Memory memory, final Arena arena)
        {
            final int length = MARGIN + CAPACITY + MARGIN;
            final MemorySegment whole = switch (memory)
            {
                case NATIVE, PART -> arena.allocate(length);
                case ARRAY -> MemorySegment.ofArray(new byte[length]);
                case MAPPED -> map(length, arena);
                case BYTE_BUFFER -> MemorySegment.ofBuffer(ByteBuffer.allocateDirect(length));
            };
            MemorySegment.copy(SURROUNDINGS, 0, whole, 0, MARGIN);
            MemorySegment.copy(SURROUNDINGS, 0, whole, MARGIN + CAPACITY, MARGIN);
            final SegmentBuffer buffer = switch (memory)
            {
                case NATIVE, ARRAY, MAPPED -> new SegmentBuffer(whole.asSlice(MARGIN, CAPACITY));
                case PART ->
                {
                    final SegmentBuffer part = new SegmentBuffer();
                    part.wrap(new SegmentBuffer(whole), MARGIN, CAPACITY);
                    yield part;
                }
                case BYTE_BUFFER ->
                {
                    final SegmentBuffer part = new SegmentBuffer();
                    part.wrap(whole.asByteBuffer(), MARGIN, CAPACITY);
                    yield part;
                }
            };
            return new Subject(buffer, whole);
        }

        private static MemorySegment map(final int length, final Arena arena)
        {
            try
            {
                final Path file = Files.createTempFile("segment", ".buffer");
                try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE))
                {
                    return channel.map(FileChannel.MapMode.READ_WRITE, 0, length, arena);
                }
            }
            catch (final IOException ex)
            {
                throw new UncheckedIOException(ex);
            }
        }

        byte[] bytes()
        {
            return whole.asSlice(MARGIN, CAPACITY).toArray(ValueLayout.JAVA_BYTE);
        }

        void fill(final byte[] bytes)
        {
            MemorySegment.copy(bytes, 0, whole, ValueLayout.JAVA_BYTE, MARGIN, bytes.length);
        }

        void assertSurroundingsUntouched(final Supplier<String> call)
        {
            assertEquals(-1, SURROUNDINGS.mismatch(whole.asSlice(0, MARGIN)), call);
            assertEquals(-1, SURROUNDINGS.mismatch(whole.asSlice(MARGIN + CAPACITY)), call);
        }
    }

    /** What a call came to: an answer, or the kind of exception. */
    private record Outcome(@Nullable Object answer, @Nullable Class<?> refusal)
    {
    }

    static Stream<Arguments> methods()
    {
        return Stream.of(MutableDirectBuffer.class.getMethods())
            .filter(method -> !ELSEWHERE.contains(method.getName()))
            .flatMap(method -> Stream.of(Memory.values()).map(memory -> Arguments.of(method, memory)));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void shouldDoAsAgronaDoes(final Method method, final Memory memory)
    {
        final Random random = new Random(SEED ^ (method + " " + memory).hashCode());
        try (Arena arena = Arena.ofConfined())
        {
            final Subject subject = Subject.of(memory, arena);
            int answers = 0;
            for (int round = 0; round < ROUNDS; round++)
            {
                final byte[] before = bytes(random);
                final long seed = random.nextLong();
                final @Nullable Object[] expectedArguments = arguments(method, new Random(seed), before);
                final @Nullable Object[] actualArguments = arguments(method, new Random(seed), before);
                final Supplier<String> call = () -> call(method, actualArguments);
                final byte[] expectedBytes = before.clone();
                subject.fill(before);

                final Outcome expected = invoke(method, new UnsafeBuffer(expectedBytes), expectedArguments);
                final Outcome actual = invoke(method, subject.buffer(), actualArguments);

                assertEquals(expected, actual, call);
                subject.assertSurroundingsUntouched(call);
                if (expected.refusal() == null)
                {
                    answers++;
                    assertArrayEquals(expectedBytes, subject.bytes(), call);
                    for (int i = 0; i < actualArguments.length; i++)
                    {
                        assertEquals(content(expectedArguments[i]), content(actualArguments[i]), call);
                    }
                }
                else
                {
                    assertArrayEquals(before, subject.bytes(), () -> "a refused call wrote: " + call.get());
                }
            }
            assertTrue(answers > ROUNDS / 20, "hardly ever answered: " + answers);
        }
    }

    private static Outcome invoke(
        final Method method, final MutableDirectBuffer buffer, final @Nullable Object[] arguments)
    {
        try
        {
            return new Outcome(content(method.invoke(buffer, arguments)), null);
        }
        catch (final InvocationTargetException ex)
        {
            final Throwable refusal = ex.getCause();
            for (final Class<?> kind : List.of(
                IndexOutOfBoundsException.class, NumberFormatException.class, IllegalArgumentException.class))
            {
                if (kind.isInstance(refusal))
                {
                    return new Outcome(null, kind);
                }
            }
            throw new AssertionError(call(method, arguments), refusal);
        }
        catch (final IllegalAccessException ex)
        {
            throw new AssertionError(ex);
        }
    }

    /** Something that is equal when the bits are. */
    private static @Nullable Object content(final @Nullable Object value)
    {
        return switch (value)
        {
            case final Double number -> Double.doubleToRawLongBits(number);
            case final Float number -> Float.floatToRawIntBits(number);
            case final byte[] bytes -> Arrays.toString(bytes);
            case final ByteBuffer bytes -> bytes + " " + Arrays.toString(bytesOf(bytes));
            case final DirectBuffer bytes ->
            {
                final byte[] copy = new byte[bytes.capacity()];
                bytes.getBytes(0, copy);
                yield Arrays.toString(copy);
            }
            case final StringWriter text -> text.toString();
            case null, default -> value;
        };
    }

    private static byte[] bytesOf(final ByteBuffer buffer)
    {
        final byte[] copy = new byte[buffer.capacity()];
        buffer.duplicate().clear().get(copy);
        return copy;
    }

    private static String call(final Method method, final @Nullable Object[] arguments)
    {
        return method.getName() + Stream.of(arguments).map(SegmentBufferContractTest::content).toList();
    }

    // ---- arguments

    private static @Nullable Object[] arguments(final Method method, final Random random, final byte[] bytes)
    {
        final Class<?>[] types = method.getParameterTypes();
        final @Nullable Object[] arguments = new @Nullable Object[types.length];
        for (int i = 0; i < types.length; i++)
        {
            arguments[i] = argument(method, i, random);
        }
        adapt(method, arguments, random, bytes);
        return arguments;
    }

    /** Random bytes; now and then such that the numbers among them are extreme, or not numbers at all. */
    private static byte[] bytes(final Random random)
    {
        final byte[] bytes = new byte[CAPACITY];
        random.nextBytes(bytes);
        if (random.nextInt(4) == 0)
        {
            for (int i = 0; i < bytes.length; i++)
            {
                bytes[i] = EXTREMES[random.nextInt(EXTREMES.length)];
            }
        }
        return bytes;
    }

    private static @Nullable Object argument(final Method method, final int position, final Random random)
    {
        final Class<?> type = method.getParameterTypes()[position];
        if (type == int.class)
        {
            return isValue(method, position) ? value(method, random) : index(random);
        }
        if (type == long.class)
        {
            final long bits = random.nextLong() >> random.nextInt(64);
            return method.getName().contains("Natural") ? bits & Long.MAX_VALUE : bits;
        }
        if (type == double.class)
        {
            return Double.longBitsToDouble(random.nextLong());
        }
        if (type == float.class)
        {
            return Float.intBitsToFloat(random.nextInt());
        }
        if (type == short.class)
        {
            return (short)random.nextInt();
        }
        if (type == char.class)
        {
            return (char)random.nextInt();
        }
        if (type == byte.class)
        {
            return (byte)random.nextInt();
        }
        if (type == ByteOrder.class)
        {
            return random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        }
        if (type == Appendable.class)
        {
            return new StringWriter();
        }
        if (type == String.class || type == CharSequence.class)
        {
            return random.nextInt(16) == 0 ? null : TEXTS.get(random.nextInt(TEXTS.size()));
        }
        return memory(type, random);
    }

    private static Object memory(final Class<?> type, final Random random)
    {
        final byte[] bytes = new byte[random.nextInt(CAPACITY + 8)];
        random.nextBytes(bytes);
        if (type == byte[].class)
        {
            return bytes;
        }

        final ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).clear();
        final int offset = random.nextInt(bytes.length + 1);
        if (type == ByteBuffer.class)
        {
            return switch (random.nextInt(4))
            {
                case 0 -> ByteBuffer.wrap(bytes).position(offset);
                case 1 -> ByteBuffer.wrap(bytes).position(offset).slice();
                case 2 -> direct.position(offset);
                default -> direct.position(offset).slice();
            };
        }
        if (DirectBuffer.class.isAssignableFrom(type))
        {
            return switch (random.nextInt(5))
            {
                case 0 -> new UnsafeBuffer(bytes);
                case 1 -> new UnsafeBuffer(bytes, offset, bytes.length - offset);
                case 2 -> new UnsafeBuffer(direct);
                case 3 -> new UnsafeBuffer(direct, offset, bytes.length - offset);
                default -> new SegmentBuffer(MemorySegment.ofBuffer(direct));
            };
        }
        throw new AssertionError("no random " + type);
    }

    private static int index(final Random random)
    {
        return switch (random.nextInt(20))
        {
            case 0 -> random.nextInt();
            case 1 -> -random.nextInt(10);
            case 2 -> Integer.MAX_VALUE - random.nextInt(10);
            case 3, 4, 5 -> CAPACITY - random.nextInt(10) + 2;
            case 6, 7, 8, 9, 10 -> random.nextInt(CAPACITY);
            default -> random.nextInt(30);
        };
    }

    private static int value(final Method method, final Random random)
    {
        final int bits = random.nextInt() >> random.nextInt(32);
        return method.getName().contains("Natural") ? bits & Integer.MAX_VALUE : bits;
    }

    private static boolean isValue(final Method method, final int position)
    {
        return switch (method.getName())
        {
            case "putInt", "putIntAscii", "putNaturalIntAscii" -> position == 1;
            case "putNaturalPaddedIntAscii" -> position == 2;
            case "putNaturalIntAsciiFromEnd" -> position == 0;
            default -> false;
        };
    }

    /** Makes arguments that mean something, and takes out where the two are known to differ. */
    private static void adapt(
        final Method method, final @Nullable Object[] arguments, final Random random, final byte[] bytes)
    {
        final String name = method.getName();
        if (name.startsWith("parse") && random.nextInt(10) != 0)
        {
            final String number = NUMBERS.get(random.nextInt(NUMBERS.size()));
            final int index = random.nextInt(CAPACITY - number.length() + 1);
            new SegmentBuffer(MemorySegment.ofArray(bytes)).putStringWithoutLengthAscii(index, number);
            arguments[0] = index;
            arguments[1] = number.length();
        }
        else if (name.startsWith("getString") && !name.contains("WithoutLength"))
        {
            final List<Class<?>> types = List.of(method.getParameterTypes());
            final int index = (int)nonNull(arguments[0]);
            if (types.indexOf(int.class) != types.lastIndexOf(int.class))
            {
                // Agrona checks the length's place and the text as one range, or not at all.
                arguments[0] = index & Integer.MAX_VALUE;
                arguments[1] = (int)nonNull(arguments[1]) & Integer.MAX_VALUE;
            }
            else if (index >= 0 && index <= CAPACITY - Integer.BYTES && random.nextInt(10) != 0)
            {
                final int order = types.indexOf(ByteOrder.class);
                ByteBuffer.wrap(bytes)
                    .order(order < 0 ? ByteOrder.LITTLE_ENDIAN : (ByteOrder)nonNull(arguments[order]))
                    .putInt(index, random.nextInt(CAPACITY - index));
            }
        }
        else if (name.equals("checkLimit"))
        {
            arguments[0] = (int)nonNull(arguments[0]) & Integer.MAX_VALUE;
        }
    }

    private static Object nonNull(final @Nullable Object value)
    {
        if (value == null)
        {
            throw new AssertionError("an argument is missing");
        }
        return value;
    }
}
