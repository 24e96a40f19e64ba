/**
 * The Aeron IPC carrier: the same producer and consumer as a ring's, over a stream of Aeron on this machine, so that
 * any other Aeron client can be the other side.
 *
 * <pre>
 *     AeronProducer --&gt; exclusive publication --&gt; log: three terms in a file --&gt; image --&gt; AeronConsumer
 *                                                  |
 *          Driver: Aeron's media driver, in this JVM or in a process of its own; it creates the log, and tells the
 *          producer from time to time how far the slowest consumer is. No message goes through it.
 *
 *     a term     | frame | frame | what the producer has claimed and not yet filled |     nothing yet       |
 *                                ^ position                                         ^ Aeron's own tail
 *
 *     a frame    | length, version, flags, type | term offset, session | stream, term | reserved | message | rounding |
 *                0                              8                      16             24         32        to 32
 * </pre>
 *
 * <p>The producer claims space of Aeron and frames the messages in it itself: so a message may be shorter than its
 * claim, an abort costs nothing, and the messages of a run appear with one ordered store. What lies behind the last
 * frame of claimed space always begins with a negative length, which readers wait at, and the driver skips when the
 * producer died.
 *
 * <p>Unlike a ring, a stream ends with its producer, and a consumer that comes later does not take over from a former
 * one. It needs {@code --add-opens java.base/jdk.internal.misc=ALL-UNNAMED}.
 */
@NullMarked
package io.tadpole.aeron;

import org.jspecify.annotations.NullMarked;
