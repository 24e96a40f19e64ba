package io.tadpole.engine;

import java.util.Set;
import java.util.concurrent.ThreadFactory;

/**
 * How an engine runs.
 *
 * @param capacityBytes of a new ring: a power of two, 64 KiB to 1 GiB. A message takes at most half of it.
 * @param waitStrategy  how the stages wait, by name: see {@link #WAIT_STRATEGIES}.
 * @param failurePolicy what happens to a message on which a stage throws.
 * @param threads       makes the stages' threads, one each; the place to pin them to cores.
 * @param schemaId      of the SBE schema of the messages; 0: any.
 * @param schemaVersion of that schema.
 */
public record EngineConfig(
    int capacityBytes,
    String waitStrategy,
    FailurePolicy failurePolicy,
    ThreadFactory threads,
    int schemaId,
    int schemaVersion)
{
    /**
     * The wait strategies, from the lowest latency to the least work: {@code busy-spin} wants a core for each stage,
     * {@code yielding} shares cores, {@code sleeping} parks for moments, {@code blocking} waits for a signal:
     * only with it a commit takes a lock, and is not wait-free.
     */
    public static final Set<String> WAIT_STRATEGIES = Waiting.names();

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when the wait strategy has no such name; the capacity is checked where a ring is
     *                                  created.
     */
    public EngineConfig
    {
        if (!WAIT_STRATEGIES.contains(waitStrategy))
        {
            throw new IllegalArgumentException(
                "wait strategy '" + waitStrategy + "' is none of " + WAIT_STRATEGIES);
        }
    }

    /**
     * An engine that shares its cores, stops at a failure, and takes messages of any schema.
     *
     * @param capacityBytes of a new ring: a power of two, 64 KiB to 1 GiB.
     * @return the configuration.
     */
    public static EngineConfig of(final int capacityBytes)
    {
        return new EngineConfig(
            capacityBytes, "yielding", FailurePolicy.STOP, Thread.ofPlatform().daemon().factory(), 0, 0);
    }

    /**
     * This configuration with another wait strategy.
     *
     * @param name one of {@link #WAIT_STRATEGIES}.
     * @return the configuration.
     */
    public EngineConfig withWaitStrategy(final String name)
    {
        return new EngineConfig(capacityBytes, name, failurePolicy, threads, schemaId, schemaVersion);
    }

    /**
     * This configuration with another failure policy.
     *
     * @param policy what happens to a message on which a stage throws.
     * @return the configuration.
     */
    public EngineConfig withFailurePolicy(final FailurePolicy policy)
    {
        return new EngineConfig(capacityBytes, waitStrategy, policy, threads, schemaId, schemaVersion);
    }

    /**
     * This configuration with another maker of threads.
     *
     * @param factory makes one thread for each stage.
     * @return the configuration.
     */
    public EngineConfig withThreads(final ThreadFactory factory)
    {
        return new EngineConfig(capacityBytes, waitStrategy, failurePolicy, factory, schemaId, schemaVersion);
    }

    /**
     * This configuration for messages of one schema.
     *
     * @param id      of the SBE schema, 0 to 65535.
     * @param version of it, 0 to 65535.
     * @return the configuration.
     */
    public EngineConfig withSchema(final int id, final int version)
    {
        return new EngineConfig(capacityBytes, waitStrategy, failurePolicy, threads, id, version);
    }
}
