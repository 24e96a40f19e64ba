/**
 * The flights demo: real events through publisher, engine, a native process, a native kernel in this JVM, a process
 * behind Aeron, journal and replay.
 */
@NullMarked
package io.tadpole.examples.flights;

import org.jspecify.annotations.NullMarked;
