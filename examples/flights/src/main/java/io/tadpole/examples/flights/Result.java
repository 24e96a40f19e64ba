package io.tadpole.examples.flights;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the demo found.
 *
 * @param input           that was read.
 * @param events          that were carried.
 * @param rejected        rows of the input that were no events.
 * @param nativeLanguage  of the native stage.
 * @param killed          whether the native stage was killed midway, and resumed.
 * @param boards          that were kept.
 * @param eventsPerSecond that were carried, from the first publication to the last stage's end.
 * @param latencies       of the hops.
 * @param allocated       in the steady state.
 * @param journal         where it lies.
 */
public record Result(
    String input,
    long events,
    long rejected,
    NativeLanguage nativeLanguage,
    boolean killed,
    Boards boards,
    double eventsPerSecond,
    Latencies latencies,
    Allocated allocated,
    Path journal)
{
    /**
     * The boards of one run.
     *
     * @param java        the Java stage's.
     * @param nativeStage the native stage's, null when there was none.
     * @param replay      of the journal, from its first sequence of this run.
     * @param reference   of a plain pass over the input.
     */
    record Boards(Board java, @Nullable Board nativeStage, Board replay, Board reference)
    {
        /** Whether all say the same. */
        boolean identical()
        {
            return reference.equals(java) && reference.equals(replay) &&
                (nativeStage == null || reference.equals(nativeStage));
        }
    }

    /**
     * How long the hops took, each from the message's timestamp.
     *
     * @param java        to the Java stage's count.
     * @param nativeStage to the native stage's checked answer, null when there was none.
     * @param journal     to the end of the append.
     */
    public record Latencies(Percentiles java, @Nullable Percentiles nativeStage, Percentiles journal)
    {
    }

    /**
     * Bytes an event in the steady state, which begins behind the first quarter of the events.
     *
     * @param perEvent          encoding, publishing and the Java stages: the median of windows of 1,024 events.
     * @param perEventMean      the same, as a mean of all events: it also holds what the JVM does now and then when it
     *                          compiles anew.
     * @param perEventInReading the input, as a mean.
     * @param perEventInJournal in the journal stage's thread, as a mean.
     */
    public record Allocated(double perEvent, double perEventMean, double perEventInReading, double perEventInJournal)
    {
    }

    /**
     * Whether every board says the same as the plain pass over the input.
     *
     * @return true when they do.
     */
    public boolean identical()
    {
        return boards.identical();
    }

    /**
     * The airports with the most events, for people.
     *
     * @param most airports to show.
     * @return lines of text, with a line of headings.
     */
    public String busiestAirports(final int most)
    {
        return BusiestAirports.table(boards.java, most);
    }

    /**
     * The whole result for programs.
     *
     * @return one JSON object, without an end of line.
     */
    public String toJson()
    {
        final Json json = new Json().beginObject()
            .name("input").value(input)
            .name("events").value(events)
            .name("rejected").value(rejected)
            .name("native").value(nativeLanguage.toString())
            .name("killed").value(killed)
            .name("identical").value(identical());
        writeBoards(json.name("boards"));
        json.name("events_per_second").value(eventsPerSecond);
        writeLatencies(json.name("latency_ns"));
        return json
            .name("allocated_bytes_per_event").value(allocated.perEvent)
            .name("allocated_bytes_per_event_mean").value(allocated.perEventMean)
            .name("allocated_bytes_per_event_reading").value(allocated.perEventInReading)
            .name("allocated_bytes_per_event_journal").value(allocated.perEventInJournal)
            .name("journal").value(journal.toString())
            .endObject()
            .toString();
    }

    private void writeBoards(final Json json)
    {
        json.beginObject();
        boards.java.writeTo(json.name("java"));
        json.name("native");
        if (boards.nativeStage == null)
        {
            json.nullValue();
        }
        else
        {
            boards.nativeStage.writeTo(json);
        }
        boards.replay.writeTo(json.name("replay"));
        boards.reference.writeTo(json.name("reference"));
        json.endObject();
    }

    private void writeLatencies(final Json json)
    {
        json.beginObject();
        latencies.java.writeTo(json.name("java"));
        json.name("native");
        if (latencies.nativeStage == null)
        {
            json.nullValue();
        }
        else
        {
            latencies.nativeStage.writeTo(json);
        }
        latencies.journal.writeTo(json.name("journal"));
        json.endObject();
    }
}
