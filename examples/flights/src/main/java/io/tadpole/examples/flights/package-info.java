/**
 * The flights demo: real events through publisher, engine, a native process, journal and replay.
 */
@NullMarked
package io.tadpole.examples.flights;

import org.jspecify.annotations.NullMarked;
