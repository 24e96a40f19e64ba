/** Tests of the matrix. */
@NullMarked
package io.tadpole.matrix;

import org.jspecify.annotations.NullMarked;
