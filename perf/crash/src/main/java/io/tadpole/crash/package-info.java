/**
 * Kills the processes of a ring, really and at named steps of its protocol, and checks what is left message by message.
 *
 * <pre>
 *     this process                          child: a role, woven        ledger: outside the child's memory
 *
 *     the other side of the ring   &lt;---&gt;    producer, consumer    ---&gt;  what it acknowledged or handled,
 *     checks each message                   or engine                   whether it stands at the step
 *     SIGKILL, then the next child  ---&gt;    stops behind one step
 * </pre>
 *
 * <p>The steps' names stand in {@link io.tadpole.crash.Step}. The Java child runs the ring's own classes with a call
 * woven in behind each step; the native ones are compiled with fault points that are empty in every other build.
 */
@NullMarked
package io.tadpole.crash;

import org.jspecify.annotations.NullMarked;
