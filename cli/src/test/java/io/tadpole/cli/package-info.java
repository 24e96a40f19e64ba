/**
 * Tests of the command, and of the architecture: this module sees all others.
 */
@NullMarked
package io.tadpole.cli;

import org.jspecify.annotations.NullMarked;
