/**
 * Native kernels: a function in Codon, C, or any language that makes shared libraries, runs as a stage of an engine in
 * this JVM, or reads a plain ring, over the bytes that are already mapped.
 *
 * <pre>
 *     NativeKernel.load(library)
 *       ElfFile, LibraryCheck     the file is read, and refused where it could harm the JVM, before it is loaded
 *       Native                    the one door to foreign code: loads it, calls it
 *       SignalHandlers            are those of the JVM still the JVM's?
 *       KernelState               what the kernel keeps: rows in memory, or in a file that survives
 *     NativeKernel.onBatch        one call for each batch
 * </pre>
 *
 * <p>It wants the flag {@code --enable-native-access}, and no other. What a library exports stands in {@code
 * docs/kernels.md}.
 */
@NullMarked
package io.tadpole.kernel;

import org.jspecify.annotations.NullMarked;
