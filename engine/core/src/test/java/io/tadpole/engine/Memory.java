package io.tadpole.engine;

import java.io.IOException;
import java.nio.file.Path;

/** The two kinds of memory that an engine runs in. */
enum Memory
{
    /** A channel's file. */
    MAPPED
    {
        @Override
        Engine start(final Path directory, final EngineConfig config, final StageGraph graph) throws IOException
        {
            return Engine.create(directory.resolve("channel"), config, graph);
        }
    },

    /** Of the process alone. */
    PRIVATE
    {
        @Override
        Engine start(final Path directory, final EngineConfig config, final StageGraph graph)
        {
            return Engine.inMemory(config, graph);
        }
    };

    abstract Engine start(Path directory, EngineConfig config, StageGraph graph) throws IOException;
}
