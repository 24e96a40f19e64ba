package io.tadpole.ring;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a channel is created.
 *
 * @param capacityBytes of the ring: a power of two, 64 KiB to 1 GiB. A message takes at most half of it.
 * @param alignment     of the records in bytes: {@link RecordLayout#COMPACT} or {@link RecordLayout#UNIT}.
 * @param consumers     the names of the declared consumers, at most 64, each at most 56 bytes of UTF-8. Each of them
 *                      holds the producer back from the first message on.
 * @param stages        the names of an engine's own stages, at most 28, each at most 56 bytes of UTF-8.
 * @param schemaId      of the SBE schema of the messages; 0: any.
 * @param schemaVersion of that schema.
 */
public record ChannelConfig(
    int capacityBytes, int alignment, List<String> consumers, List<String> stages, int schemaId, int schemaVersion)
{
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when one is out of its range.
     */
    public ChannelConfig
    {
        if (Integer.bitCount(capacityBytes) != 1 ||
            capacityBytes < RingFileLayout.MIN_CAPACITY || capacityBytes > RingFileLayout.MAX_CAPACITY)
        {
            throw new IllegalArgumentException(
                "capacity " + capacityBytes + " is not a power of two from 65536 to 1073741824 bytes");
        }
        if (alignment != RecordLayout.COMPACT && alignment != RecordLayout.UNIT)
        {
            throw new IllegalArgumentException("alignment " + alignment + " is neither 8 nor 64 bytes");
        }
        if (schemaId < 0 || schemaId > 0xFFFF || schemaVersion < 0 || schemaVersion > 0xFFFF)
        {
            throw new IllegalArgumentException(
                "schema " + schemaId + " version " + schemaVersion + ": each is a number from 0 to 65535");
        }
        consumers = checkNames("consumer", consumers, RingFileLayout.MAX_CONSUMERS);
        stages = checkNames("stage", stages, RingFileLayout.MAX_STAGES);
    }

    /**
     * A plain ring: compact records, one consumer, any schema.
     *
     * @param capacityBytes of the ring: a power of two, 64 KiB to 1 GiB.
     * @return the configuration.
     */
    public static ChannelConfig plain(final int capacityBytes)
    {
        return new ChannelConfig(capacityBytes, RecordLayout.COMPACT, numbered(1), List.of(), 0, 0);
    }

    /**
     * This configuration with another alignment.
     *
     * @param newAlignment {@link RecordLayout#COMPACT} or {@link RecordLayout#UNIT}.
     * @return the configuration.
     */
    public ChannelConfig withAlignment(final int newAlignment)
    {
        return new ChannelConfig(capacityBytes, newAlignment, consumers, stages, schemaId, schemaVersion);
    }

    /**
     * This configuration with a number of consumers, named consumer-0 and so on.
     *
     * @param count 1 to 64.
     * @return the configuration.
     */
    public ChannelConfig withConsumers(final int count)
    {
        return new ChannelConfig(capacityBytes, alignment, numbered(count), stages, schemaId, schemaVersion);
    }

    private static List<String> numbered(final int count)
    {
        return IntStream.range(0, count).mapToObj(k -> "consumer-" + k).toList();
    }

    private static List<String> checkNames(final String kind, final List<String> names, final int max)
    {
        if (names.size() > max)
        {
            throw new IllegalArgumentException(names.size() + " " + kind + "s: at most " + max + " can be declared");
        }
        for (final String name : names)
        {
            final int length = name.getBytes(StandardCharsets.UTF_8).length;
            if (length < 1 || length > RingFileLayout.NAME_LENGTH || name.indexOf('\0') >= 0)
            {
                throw new IllegalArgumentException(
                    kind + " name '" + name + "' is not 1 to " + RingFileLayout.NAME_LENGTH + " bytes of UTF-8 text");
            }
        }
        if (names.stream().distinct().count() != names.size())
        {
            throw new IllegalArgumentException("two " + kind + "s have one name: " + names);
        }
        return List.copyOf(names);
    }
}
