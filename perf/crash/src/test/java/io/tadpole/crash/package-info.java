/** Tests of the kills, and short runs of them. */
@NullMarked
package io.tadpole.crash;

import org.jspecify.annotations.NullMarked;
