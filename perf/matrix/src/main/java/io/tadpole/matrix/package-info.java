/**
 * Every language writes to every language: real processes, real kills, each message checked.
 *
 * <pre>
 *     this process, the driver                 the peers: one file a language, each a process
 *
 *     plan: what each message is  -----------&gt; write: claim, run, offer  ---ring---&gt;  read: poll, check
 *     notes: how far it may go    -----------&gt;   |                                      |
 *     notes: how far it is        &lt;--------------+--------------------------------------+
 *     SIGKILL, successor, check
 * </pre>
 *
 * <p>{@link io.tadpole.matrix.Pair} drives one writer and one reader through everything; {@link
 * io.tadpole.matrix.Notes} has the words that a peer and the driver share, {@link io.tadpole.matrix.Plan} the messages,
 * and {@link io.tadpole.matrix.Peer} is the peer that the other languages' are like.
 */
@NullMarked
package io.tadpole.matrix;

import org.jspecify.annotations.NullMarked;
