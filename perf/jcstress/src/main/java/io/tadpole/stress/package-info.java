/**
 * The ring and the engine under jcstress: each class is one race between the real parts, millions of times, with every
 * outcome in words. What is forbidden here is what {@code ipc-shm/ring/src/test/spin} proves of the protocol; these
 * tests look whether the compiler and the machine keep the order that the proof takes for granted.
 */
@NullMarked
package io.tadpole.stress;

import org.jspecify.annotations.NullMarked;
