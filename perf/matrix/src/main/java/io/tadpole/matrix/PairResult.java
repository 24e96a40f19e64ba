package io.tadpole.matrix;

import io.tadpole.crash.Language;
import org.jspecify.annotations.Nullable;

/**
 * What came of one pair.
 *
 * @param writer   language of the first writer.
 * @param reader   language of the readers.
 * @param messages that were read and checked; those that came twice once.
 * @param passed   whether all was well.
 * @param failure  what was not, in a sentence; null when all was.
 */
public record PairResult(Language writer, Language reader, long messages, boolean passed, @Nullable String failure)
{
}
