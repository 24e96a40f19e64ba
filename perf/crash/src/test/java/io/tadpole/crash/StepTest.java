package io.tadpole.crash;

import io.tadpole.ring.Weaver;
import java.io.IOException;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Every store to a shared word has a name, in each language: so the table stays whole when the code changes. */
class StepTest
{
    private static final Path ROOT = Path.of(System.getProperty("tadpole.root"));

    /** What leaves something in shared memory; of an engine, also what its own threads tell each other. */
    private static final Pattern STORE =
        Pattern.compile("Ordered\\.(set.*|fullFence)|SegmentBuffer\\.put.*|Sequence\\.set");

    /**
     * Stores in calls that no killed process makes, the message's own bytes, which stand before any step, and what goes
     * to memory that nobody shares.
     */
    private static final Set<String> NO_STEPS = Set.of(
        "RingProducer.offer SegmentBuffer.putBytes 1",
        "RingProducer.publishPrivately SegmentBuffer.putLong 1",
        "RingProducer.publishPrivately SegmentBuffer.putLong 2");

    private static final Pattern NATIVE_STEP = Pattern.compile("(?:TADPOLE_STEP|reached)\\((.*)\\)");
    private static final Pattern C_STORE = Pattern.compile("tadpole_(store_(release|relaxed)|fence)\\(");
    private static final Pattern WORDS = Pattern.compile("\"([^\"]+)\"");

    @Test
    void shouldNameEveryStoreOfRingAndEngine() throws IOException
    {
        final Set<String> unnamed = new TreeSet<>();
        for (final Weaver.Call call : calls())
        {
            if (STORE.matcher(call.callee()).matches() && Step.at(call.site()) == null &&
                !NO_STEPS.contains(call.site()))
            {
                unnamed.add(call.site());
            }
        }
        assertEquals(Set.of(), unnamed, "give each a name in Step");
    }

    @Test
    void shouldNameNoCallThatIsNotThere() throws IOException
    {
        final Set<String> there = calls().stream().map(Weaver.Call::site).collect(Collectors.toSet());
        final List<String> gone = Stream.of(Step.values())
            .flatMap(step -> Stream.ofNullable(step.site()))
            .filter(site -> !there.contains(site))
            .toList();
        assertEquals(List.of(), gone);
        assertTrue(there.containsAll(NO_STEPS));
    }

    @Test
    void shouldHaveEachNameOnce()
    {
        final Set<String> words = new HashSet<>();
        for (final Step step : Step.values())
        {
            assertTrue(words.add(step.words()), step::words);
        }
        assertFalse(words.contains(CrashTable.RANDOM_MOMENT));
    }

    @Test
    void shouldNameEveryStoreInC() throws IOException
    {
        assertNative(
            Language.C,
            C_STORE,
            ROOT.resolve("bindings/c/include/tadpole/channel.h"),
            ROOT.resolve("bindings/c/include/tadpole/ring_consumer.h"),
            ROOT.resolve("bindings/c/include/tadpole/ring_producer.h"),
            ROOT.resolve("perf/crash/src/main/c/crash_child.c"));
    }

    /** The stores are those of the header. */
    @Test
    void shouldHaveEveryStepInPython() throws IOException
    {
        assertNative(
            Language.PYTHON,
            C_STORE,
            ROOT.resolve("bindings/c/include/tadpole/channel.h"),
            ROOT.resolve("bindings/c/include/tadpole/ring_consumer.h"),
            ROOT.resolve("bindings/c/include/tadpole/ring_producer.h"),
            ROOT.resolve("perf/crash/src/main/python/crash_child.py"));
    }

    @Test
    void shouldNameEveryStoreInCodon() throws IOException
    {
        final Path binding = ROOT.resolve("bindings/codon/tadpole");
        assertNative(
            Language.CODON,
            Pattern.compile("(?<!def )(store_release|store_relaxed|fence_full)\\("),
            binding.resolve("channel.codon"),
            binding.resolve("ring_producer.codon"),
            binding.resolve("ring_consumer.codon"),
            ROOT.resolve("perf/crash/src/main/codon/crash_child.codon"));
    }

    /** Behind each store stands its step; the child's own words in the ledger are no shared words of the ring. */
    private static void assertNative(final Language language, final Pattern store, final Path... sources)
        throws IOException
    {
        final Set<String> found = new TreeSet<>();
        for (final Path source : sources)
        {
            final List<String> lines = Files.readAllLines(source);
            for (int i = 0; i < lines.size(); i++)
            {
                final Matcher step = NATIVE_STEP.matcher(lines.get(i));
                if (step.find())
                {
                    WORDS.matcher(step.group(1)).results().forEach(words -> found.add(words.group(1)));
                }
                final boolean ofTheLedger = lines.get(i).contains("ledger");
                if (store.matcher(lines.get(i)).find() && !ofTheLedger && !lines.get(i).contains("static inline"))
                {
                    final String next = lines.get(i + 1) + lines.get(i + 2);
                    assertTrue(
                        NATIVE_STEP.matcher(next).find(),
                        source.getFileName() + ":" + (i + 1) + " has no step: " + lines.get(i).strip());
                }
            }
        }
        final Set<String> named = Stream.of(Role.values())
            .filter(language::has)
            .flatMap(role -> Step.of(role).stream())
            .map(Step::words)
            .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(named, found);
    }

    private static List<Weaver.Call> calls() throws IOException
    {
        final List<Weaver.Call> calls = new ArrayList<>();
        for (final Map.Entry<String, byte[]> entry : ChildJar.classes().entrySet())
        {
            if (entry.getKey().matches("io/tadpole/(ring|engine)/.*") && isDelivered(entry.getKey()))
            {
                Weaver.weave(entry.getValue(), ClassDesc.of("java.lang.Object"), call ->
                {
                    calls.add(call);
                    return null;
                });
            }
        }
        return calls;
    }

    /** Not a class of the ring's tests. */
    private static boolean isDelivered(final String name)
    {
        final String simple = name.substring(name.lastIndexOf('/') + 1).replaceAll("(\\$.*)?\\.class", ".java");
        final String module = name.startsWith("io/tadpole/ring/") ? "ipc-shm/ring" : "engine/core";
        final String folder = name.substring(0, name.lastIndexOf('/') + 1);
        return Files.exists(ROOT.resolve(module).resolve("src/main/java").resolve(folder + simple));
    }
}
