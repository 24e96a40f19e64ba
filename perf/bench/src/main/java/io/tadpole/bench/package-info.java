/**
 * The ring and the engine measured beside their peers: Agrona's ring, Aeron IPC, the Disruptor; and native kernels
 * beside the same in Java.
 *
 * <pre>
 *     Bench ---- a line of text: "run" ----&gt; Sending (JVM) ----&gt; Receiving (JVM, where the carrier has one)
 *       ^                                      |   the carrier under test     ^
 *       +---- probe, figures, probe -----------+   and the bare cache line ---+
 * </pre>
 *
 * <p>A shared machine moves its cores between runs: near each other a cache line takes a third of the time that it
 * takes when they are far apart. So the very threads of a run bounce a bare line before and after it, and only runs
 * whose probes agree count; and two carriers are only compared where all four probes agree.
 *
 * <p>What one thread does by itself, such as a kernel that is called, has a process of its own, {@code Looping}, and no
 * line: there the same multiplications, before and after each run, say whether the core was as fast.
 *
 * <p>What is fair, and what is not quite: the engine in memory has a ring of its own that nobody else maps, and so
 * writes neither its tail nor counts for others; the engine outside has a mapped ring, one stage outside and none
 * inside. Aeron's driver is a third busy thread, on two cores too. Whoever finds a ring full spins, also before the
 * Disruptor, whose {@code next} would park.
 */
@NullMarked
package io.tadpole.bench;

import org.jspecify.annotations.NullMarked;
