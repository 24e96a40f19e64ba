/**
 * The buffer through which the generated SBE codecs read and write a memory segment, on a stock JVM without a flag.
 */
@NullMarked
package io.tadpole.envelope;

import org.jspecify.annotations.NullMarked;
