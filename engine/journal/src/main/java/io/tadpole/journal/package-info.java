/**
 * The journal: what went through an engine, in a Chronicle queue, to replay and to prove.
 *
 * <pre>
 *     engine ─► JournalStage ─► Journal ─► excerpts ─┬─► Replay              by sequence, bounded or following live
 *                               one writer           ├─► Journal.describe    what is there
 *     failed messages ─► DeadLetters ─► Journal      └─► Chronicle's tools   docs/layout.md
 * </pre>
 *
 * One batch of the engine is one excerpt ({@link io.tadpole.journal.ExcerptLayout}): a header with a CRC32C, then the
 * records as they lay in the ring. Each message has a journal sequence, dense from 0 over restarts.
 *
 * <p>A writer may be killed at any instruction: what was appended stays, half an excerpt is no excerpt. A full disk is
 * a status, {@link io.tadpole.ring.Status#NO_SPACE}, since the space of an excerpt is made real before it is written;
 * on a file system that copies on write (btrfs, ZFS) it cannot be promised, and is then a fault of the JVM.
 *
 * <p>Chronicle needs the flags in the file {@code jvm-flags}. It logs through slf4j: the application that embeds a
 * journal chooses who listens.
 */
@NullMarked
package io.tadpole.journal;

import org.jspecify.annotations.NullMarked;
