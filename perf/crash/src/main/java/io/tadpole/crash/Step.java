package io.tadpole.crash;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The steps of the ring's protocol behind which a process is killed, in the protocol's words: all that leave something
 * behind in a shared file, and a few between them. A Java step stands behind a call, named as {@link
 * io.tadpole.ring.Weaver.Call#site()} does, or in the child itself; a native one where {@code TADPOLE_STEP} or {@code
 * reached} has the same words.
 */
enum Step
{
    DIRECTORY_MADE(Scene.CREATE, "create: directory made", "Channel.create ChannelFiles.createDirectory 1"),
    PRODUCER_LOCK_MADE(Scene.CREATE, "create: producer's lock file made", "Channel.create ChannelFiles.createLock 1"),
    RING_ZEROED(Scene.CREATE, "create: ring's space written", "Channel.create MappedFile.create 1"),
    RING_HEADER_WRITTEN(Scene.CREATE, "create: ring's header written", "Channel.create Ring.initialise 1"),
    CONSUMER_LOCK_MADE(Scene.CREATE, "create: consumer's lock file made", "Channel.create ChannelFiles.createLock 2"),
    CONSUMER_ZEROED(
        Scene.CREATE, "create: consumer's space written", "ChannelFiles.createConsumer MappedFile.create 1"),
    CONSUMER_READY(
        Scene.CREATE, "create: consumer's version stored", "ChannelFiles.createConsumer Ordered.setRelease 1"),
    RING_READY(Scene.CREATE, "create: ring's version stored", "Channel.create Ordered.setRelease 1"),

    PRODUCER_LOCKED(
        Scene.PUBLISH, "attach: producer's lock taken", Hits.ONCE, Shows.NOTHING,
        "Channel.lockProducer RoleLock.acquire 1"),
    PRODUCER_EPOCH(
        Scene.PUBLISH, "recovery: epoch written", Hits.ONCE, Shows.NOTHING, "RingProducer.<init> Ordered.setRelease 1"),
    TAIL_WORD_ZEROED(
        Scene.PUBLISH, "recovery: word at tail zeroed", Hits.ONCE, Shows.NOTHING,
        "RingProducer.<init> Ordered.setRelease 2"),
    TAIL_RECOVERED(
        Scene.PUBLISH, "recovery: tail stored", Hits.ONCE, Shows.NOTHING, "RingProducer.<init> Ordered.setRelease 3"),
    CLAIMED(Scene.PUBLISH, "space claimed", Hits.OFTEN, Shows.NOTHING),
    MESSAGE_WRITTEN(Scene.PUBLISH, "message written, nothing else", Hits.OFTEN, Shows.NOTHING),
    LATER_WORD_WRITTEN(
        Scene.PUBLISH, "run's later word written", Hits.OFTEN, Shows.NOTHING,
        "RingProducer.endRecord SegmentBuffer.putLong 1"),
    NEXT_WORD_ZEROED(
        Scene.PUBLISH, "next word zeroed", Hits.OFTEN, Shows.NOTHING, "RingProducer.publishShared Ordered.set 1"),
    FIRST_WORD_RELEASED(
        Scene.PUBLISH, "first word released", Hits.OFTEN, Shows.PUBLISH,
        "RingProducer.publishShared Ordered.setRelease 1"),
    WORD_BEHIND_PADDING_WRITTEN(
        Scene.PUBLISH, "word behind padding written", Hits.SELDOM, Shows.NOTHING,
        "RingProducer.publishShared SegmentBuffer.putLong 1"),
    PADDING_RELEASED(
        Scene.PUBLISH, "padding released", Hits.SELDOM, Shows.PUBLISH,
        "RingProducer.publishShared Ordered.setRelease 2"),
    TAIL_STORED(
        Scene.PUBLISH, "tail stored", Hits.OFTEN, Shows.PUBLISH, "RingProducer.publishShared Ordered.setRelease 3"),
    PUBLISHED_COUNTED(
        Scene.PUBLISH, "published messages counted", Hits.OFTEN, Shows.PUBLISH_BUT_FIRST,
        "RingProducer.count Ordered.set 1"),
    PUBLISHED_BYTES_COUNTED(
        Scene.PUBLISH, "published bytes counted", Hits.OFTEN, Shows.PUBLISH_BUT_FIRST,
        "RingProducer.count Ordered.set 2"),
    ACKNOWLEDGED(Scene.PUBLISH, "acknowledged", Hits.OFTEN, Shows.NOTHING),
    REFRESH_FENCED(
        Scene.PUBLISH, "refresh: fenced", Hits.SELDOM, Shows.NOTHING, "RingProducer.refresh Ordered.fullFence 1"),
    REFUSAL_COUNTED(
        Scene.PUBLISH, "refused claim counted", Hits.SELDOM, Shows.NOTHING, "RingProducer.refresh Ordered.setOpaque 1"),

    CURSOR_SET(Scene.STAGES, "attach: cursor set", Hits.ONCE, "RingSequencer.<init> Sequence.set 1"),
    CURSOR_MOVED(Scene.STAGES, "cursor moved", Hits.OFTEN, "RingSequencer.published Sequence.set 1"),
    STAGE_HANDLED(
        Scene.STAGES, "stage handled a message", Hits.OFTEN,
        "StageProcessor.deliver MessageStage.onMessage 1"),
    STRETCH_OFFERED(Scene.STAGES, "stage handled a stretch", Hits.OFTEN, "StageProcessor.take BatchStage.onBatch 1"),
    STRETCH_REFUSED(Scene.STAGES, "stage's refusal told", Hits.SELDOM, "StageProcessor.take Sequence.set 1"),
    STRETCH_OFFERED_AGAIN(
        Scene.STAGES, "stage handled a stretch it had refused", Hits.SELDOM,
        "StageProcessor.take BatchStage.onBatch 2"),
    STRETCH_TAKEN(Scene.STAGES, "stage's refusal taken back", Hits.OFTEN, "StageProcessor.take Sequence.set 2"),
    STAGE_COUNTED(Scene.STAGES, "stage's messages counted", Hits.OFTEN, "Ring.mirrorStage Ordered.set 1"),
    STAGE_BATCHES_COUNTED(Scene.STAGES, "stage's batches counted", Hits.OFTEN, "Ring.mirrorStage Ordered.set 2"),
    MIRROR_STORED(Scene.STAGES, "mirror stored", Hits.OFTEN, "Ring.mirrorStage Ordered.setRelease 1"),
    SEQUENCE_SET(Scene.STAGES, "sequence set", Hits.OFTEN, "StageProcessor.say Sequence.set 1"),

    CONSUMER_LOCKED(
        Scene.CONSUME, "attach: consumer's lock taken", Hits.ONCE, "Channel.attachConsumer RoleLock.acquire 1"),
    COUNTED_ANEW(
        Scene.CONSUME, "resume: messages counted anew", Hits.ONCE, "Recovery.position Ordered.setOpaque 1"),
    BYTES_COUNTED_ANEW(
        Scene.CONSUME, "resume: bytes counted anew", Hits.ONCE, "Recovery.position Ordered.setOpaque 2"),
    CONSUMER_EPOCH(Scene.CONSUME, "epoch written", Hits.ONCE, "RingConsumer.newEpoch Ordered.setRelease 1"),
    EPOCH_FENCED(Scene.CONSUME, "epoch fenced", Hits.ONCE, "RingConsumer.newEpoch Ordered.fullFence 1"),
    POLLED(Scene.CONSUME, "message polled", Hits.OFTEN),
    HANDLED(Scene.CONSUME, "message handled", Hits.OFTEN),
    CONSUMED_COUNTED(
        Scene.CONSUME, "consumed messages counted", Hits.OFTEN, "RingConsumer.publish Ordered.set 1"),
    CONSUMED_BYTES_COUNTED(
        Scene.CONSUME, "consumed bytes counted", Hits.OFTEN, "RingConsumer.publish Ordered.set 2"),
    BATCHES_COUNTED(Scene.CONSUME, "batches counted", Hits.OFTEN, "RingConsumer.publish Ordered.set 3"),
    POSITION_PUBLISHED(Scene.CONSUME, "position published", Hits.OFTEN, "RingConsumer.publish Ordered.setRelease 1"),

    JOINING_MARKED(Scene.JOIN, "joining mark stored", Hits.ONCE, "RingConsumer.join Ordered.setRelease 1"),
    JOIN_FENCED(Scene.JOIN, "join: fenced", Hits.ONCE, "RingConsumer.join Ordered.fullFence 1"),
    JOIN_REREAD(Scene.JOIN, "join: tail read again", Hits.ONCE, "RingConsumer.join Ring.tail 2"),
    JOINED(Scene.JOIN, "joined position stored", Hits.ONCE, "RingConsumer.join Ordered.setRelease 2"),

    EVICTION_EPOCH(Scene.EVICT, "evict: epoch written", Hits.ONCE, "Channel.evict RingConsumer.newEpoch 1"),
    DETACHED(Scene.EVICT, "evict: detached stored", Hits.ONCE, "Channel.evict Ordered.setRelease 1");

    private static final Map<String, Step> BY_SITE =
        Stream.of(values()).filter(step -> step.site != null)
            .collect(Collectors.toMap(step -> Objects.requireNonNull(step.site), step -> step));

    private final Scene scene;
    private final String words;
    private final Hits hits;
    private final Shows shows;
    private final @Nullable String site;

    /** How often a process comes to a step. */
    enum Hits
    {
        /** When it takes its role. */
        ONCE(1),
        /** Once a turn of the ring, or when it is full. */
        SELDOM(20),
        /** With each message or batch. */
        OFTEN(3000);

        private final int most;

        Hits(final int most)
        {
            this.most = most;
        }

        /** At which time a process is killed that comes there again and again, at most. */
        int most()
        {
            return most;
        }
    }

    /** What a reader sees of the publish that was under way. */
    enum Shows
    {
        /** Nothing, or there is none. */
        NOTHING,
        /** All of it, although it was not acknowledged. */
        PUBLISH,
        /** All of it, but at the first time, when the role is taken, there is none. */
        PUBLISH_BUT_FIRST,
        /** All of it or nothing: another thread stands at the step. */
        EITHER
    }

    Step(final Scene scene, final String words, final String site)
    {
        this(scene, words, Hits.ONCE, Shows.EITHER, site);
    }

    Step(final Scene scene, final String words, final Hits hits)
    {
        this(scene, words, hits, Shows.EITHER, null);
    }

    Step(final Scene scene, final String words, final Hits hits, final String site)
    {
        this(scene, words, hits, Shows.EITHER, site);
    }

    Step(final Scene scene, final String words, final Hits hits, final Shows shows)
    {
        this(scene, words, hits, shows, null);
    }

    Step(final Scene scene, final String words, final Hits hits, final Shows shows, final @Nullable String site)
    {
        this.scene = scene;
        this.words = words;
        this.hits = hits;
        this.shows = shows;
        this.site = site;
    }

    /** The step behind a call; null for a call that is none. */
    static @Nullable Step at(final String site)
    {
        return BY_SITE.get(site);
    }

    /** The steps of a role, in the order of the protocol: the same in every language. */
    static List<Step> of(final Role role)
    {
        return Stream.of(values()).filter(step -> step.scene.isOf(role)).toList();
    }

    Scene scene()
    {
        return scene;
    }

    String words()
    {
        return words;
    }

    Hits hits()
    {
        return hits;
    }

    /** Where the call stands behind which this step is; null for a step of the child itself. */
    @Nullable String site()
    {
        return site;
    }

    /**
     * What a reader sees of the publish that was under way when a producer was killed here.
     *
     * @param hit at which it was killed, from 1.
     */
    Shows shows(final long hit)
    {
        return shows != Shows.PUBLISH_BUT_FIRST ? shows : hit == 1 ? Shows.NOTHING : Shows.PUBLISH;
    }
}
