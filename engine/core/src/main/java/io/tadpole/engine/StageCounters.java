package io.tadpole.engine;

/**
 * How far a stage is, inside or outside the JVM.
 *
 * @param name        of the stage.
 * @param outside     whether it runs outside this JVM.
 * @param position    up to where it has handled the ring, in bytes.
 * @param messages    that it has handled since the ring was created.
 * @param batches     in which it handled them.
 * @param lagMessages that are published and not yet handled.
 * @param depthBytes  of the ring that these take.
 */
public record StageCounters(
    String name, boolean outside, long position, long messages, long batches, long lagMessages, long depthBytes)
{
}
