/**
 * The engine: an LMAX Disruptor whose memory is a ring.
 */
@NullMarked
package io.tadpole.engine;

import org.jspecify.annotations.NullMarked;
