package io.tadpole.crash;

/** What a killed process was doing. */
enum Scene
{
    /** Creates a channel. */
    CREATE,
    /** Takes the producer's role and publishes, by itself or in an engine. */
    PUBLISH,
    /** Runs an engine. */
    STAGES,
    /** Takes a consumer's role where the last one ended, and polls. */
    CONSUME,
    /** Takes the role of a consumer that was evicted. */
    JOIN,
    /** Evicts a dead consumer. */
    EVICT,
    /** Takes both roles and forks: in no plan, for a test of the locks. */
    FORK;

    boolean isOf(final Role role)
    {
        return switch (this)
        {
            case CREATE -> role == Role.PRODUCER;
            case PUBLISH -> role != Role.CONSUMER;
            case STAGES -> role == Role.ENGINE;
            case FORK -> false;
            case CONSUME, JOIN, EVICT -> role == Role.CONSUMER;
        };
    }
}
