/** Tests of the benchmarks: that they measure what they say; no figure is asserted. */
@NullMarked
package io.tadpole.bench;

import org.jspecify.annotations.NullMarked;
