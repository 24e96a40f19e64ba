/**
 * The {@code tadpole} command.
 */
@NullMarked
package io.tadpole.cli;

import org.jspecify.annotations.NullMarked;
