package io.tadpole.engine;

/**
 * One stage of an engine's graph: a {@link MessageStage} takes message by message, a {@link BatchStage} whole
 * stretches of the ring. The engine runs each stage on a thread of its own and calls all its methods there,
 * but for {@link #resumeAt}.
 */
public sealed interface Stage permits MessageStage, BatchStage
{
    /**
     * Where the stage starts: asked once, by the thread that starts the engine, before the stage's own starts. In a new
     * ring that is 0; in a ring that a killed engine left, what the former stage of this name had handled behind {@code
     * mirrored} is handled again, unless the stage knows better.
     *
     * @param ringId   identity of the ring.
     * @param mirrored position in bytes up to which the former stage of this name said that it had handled the ring; 0
     *                 in a new ring.
     * @return position in bytes at which a record starts, or the tail; not below what the slowest stage had handled.
     */
    default long resumeAt(final long ringId, final long mirrored)
    {
        return mirrored;
    }

    /** Called once before the first message. What it throws stops the engine. */
    default void onStart()
    {
    }

    /** Called once after the last message, also when the stage failed, but not when it could not start. */
    default void onStop()
    {
    }
}
