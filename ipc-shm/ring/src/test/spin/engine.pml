/*
 * The engine over the ring, for SPIN: a publisher and two stages, threads of one JVM that is killed as a whole, and a
 * stage in a process outside, which is killed by itself and may be evicted. Each step names the code it stands for. What
 * the ring alone promises is in ring.pml; here records take one unit and the stores of one thread stay in their order,
 * for all that matter here are releases.
 *
 *     publisher ---> cursor ---> stage 0
 *         |                                           stage 1 is declared to come after the stage outside
 *         +--------> header words ---> outside ---> stage 1
 *
 * A position is where the next record starts; the Disruptor's sequence is one less.
 *
 * Set from outside: SPAN, KILLS, OUTSIDE_KILLS, EVICTIONS, and at most one defect: see run.sh.
 */

#define CAPACITY 4
#ifndef SPAN
#define SPAN 6              /* records that are published */
#endif
#ifndef KILLS
#define KILLS 1             /* of the engine's JVM */
#endif
#ifndef OUTSIDE_KILLS
#define OUTSIDE_KILLS 0
#endif
#ifndef EVICTIONS
#define EVICTIONS 0
#endif
#define FIRST CAPACITY      /* the position at which all begins */
#define STOP (FIRST + SPAN)
#define AT(position) ((position) % CAPACITY)
#define DETACHED 255
#define STALE 254
#define LESSER(one, other) ((one) < (other) -> (one) : (other))

/* The mapped files. */
byte memory[CAPACITY];      /* a header word: its position, or 0 */
byte tailWord;
byte mirror[2];             /* RingFileLayout.STAGE_POSITION_OFFSET */
byte outsideWord;           /* ConsumerFileLayout.POSITION_OFFSET */

/* The JVM's own memory. */
byte cursor;
byte sequence[2];

/* Store buffers. The publisher's holds what is below, oldest first; a stage's one mirror and one sequence, in the order
 * in which the code stores them. */
#define SLOTS 4
#define TAIL 253
#define CURSOR 252
byte where[SLOTS];          /* a unit's position, TAIL or CURSOR */
byte what[SLOTS];
byte stores;
bit mirrorWaits[2], sequenceWaits[2];
byte waiting[2];
bit outsideWaits;
byte outsideWaiting;

/* What the assertions compare with. */
byte published = FIRST;     /* behind the last header word that is visible */
byte handled[2] = FIRST;    /* of each stage: what it remembers itself, together with its effects */
byte outsideHead = FIRST;   /* where the process outside is */
bit outsideAttached = 1;
bit running;                /* the JVM */
byte threads;               /* stages of it */
bit finished;
byte kills = KILLS;
byte outsideKills = OUTSIDE_KILLS;
byte evictions = EVICTIONS;

inline land()
{
    if
    :: where[0] == TAIL -> tailWord = what[0]
    :: where[0] == CURSOR -> cursor = what[0]
    :: else ->
        /* A successor resumes a stage at its mirror, and the process outside at its position. */
        assert(where[0] < mirror[0] + CAPACITY && where[0] < mirror[1] + CAPACITY);
        assert(!outsideAttached || where[0] < outsideWord + CAPACITY);
        memory[AT(where[0])] = what[0];
        if
        :: what[0] != 0 -> published = what[0] + 1
        :: else
        fi
    fi;
    slot = 1;
    do
    :: slot < stores -> where[slot - 1] = where[slot]; what[slot - 1] = what[slot]; slot++
    :: else -> break
    od;
    dropNewest();
    slot = 0
}

inline dropNewest()
{
    stores--;
    where[stores] = 0;
    what[stores] = 0
}

inline landMirror(stage)
{
    mirror[stage] = waiting[stage];
    mirrorWaits[stage] = 0;
    if
    :: !sequenceWaits[stage] -> waiting[stage] = 0
    :: else
    fi
}

inline landSequence(stage)
{
    sequence[stage] = waiting[stage];
    sequenceWaits[stage] = 0;
    if
    :: !mirrorWaits[stage] -> waiting[stage] = 0
    :: else
    fi
}

#ifdef SEQUENCE_BEFORE_MIRROR
#define MIRROR_IS_NEXT(stage) (mirrorWaits[stage] && !sequenceWaits[stage])
#define SEQUENCE_IS_NEXT(stage) (sequenceWaits[stage])
#else
#define MIRROR_IS_NEXT(stage) (mirrorWaits[stage])
#define SEQUENCE_IS_NEXT(stage) (sequenceWaits[stage] && !mirrorWaits[stage])
#endif

active proctype Memory()
{
    byte slot;
end:
    do
    :: d_step { stores > 0 -> land() }
    :: d_step { MIRROR_IS_NEXT(0) -> landMirror(0) }
    :: d_step { SEQUENCE_IS_NEXT(0) -> landSequence(0) }
    :: d_step { MIRROR_IS_NEXT(1) -> landMirror(1) }
    :: d_step { SEQUENCE_IS_NEXT(1) -> landSequence(1) }
    :: d_step { outsideWaits -> outsideWord = outsideWaiting; outsideWaits = 0; outsideWaiting = 0 }
    od
}

inline append(to, word)
{
    where[stores] = to;
    what[stores] = word;
    stores++
}

/* RingProducer over RingSequencer, and before that RunningStages: the thread that makes the engine publishes, too. */
active proctype Publisher()
{
    byte tail, limit, seen, lowest, start, stage, walk;

    atomic
    {
        memory[0] = 0;
        memory[1] = STALE;
        memory[2] = STALE;
        memory[3] = STALE;
        tail = FIRST; tailWord = FIRST; cursor = FIRST; outsideWord = FIRST;
        mirror[0] = FIRST; mirror[1] = FIRST; sequence[0] = FIRST; sequence[1] = FIRST;
        running = 1; threads = 2;
        run Stage(0);
        run Stage(1)
    }

publish:
    if
    :: atomic { tail >= STOP -> goto done }
    :: atomic { tail < STOP && tail + 2 <= limit -> goto write }               /* RingProducer.claim; and the next header word */
    :: atomic { tail < STOP && tail + 2 > limit -> goto refresh }
    fi;

refresh:
    /* RingProducer.refresh: Ordered.fullFence */
    if
    :: stores == 0
    :: !running -> goto killed
    fi;
    /* RingSequencer.lowestPosition: first the consumers outside ... */
    atomic
    {
        lowest = tail;
        if
        :: outsideWord != DETACHED ->
            assert(outsideWord >= seen && outsideWord <= tail);
            seen = outsideWord;
            lowest = outsideWord
        :: else
        fi
    }
    /* ... then the stages. */
#ifndef LAST_STAGE_GATES_ALONE
    lowest = LESSER(lowest, sequence[0]);
#endif
    atomic { lowest = LESSER(lowest, sequence[1]); limit = lowest + CAPACITY; lowest = 0 }
    if
    :: tail + 2 <= limit -> goto write
    :: else
    fi;
    /* BACK_PRESSURED, until there is room. */
    if
    :: (outsideWord == DETACHED || tail + 2 <= outsideWord + CAPACITY) &&
#ifndef LAST_STAGE_GATES_ALONE
        tail + 2 <= sequence[0] + CAPACITY &&
#endif
        tail + 2 <= sequence[1] + CAPACITY -> goto refresh
    :: !running -> goto killed
    fi;

write:
    /* RingProducer.publish, and RingSequencer.published. All at once: they become visible one by one, and what a kill
     * has lost or has kept from being stored is the same. */
    if
    :: d_step { running && stores == 0 ->
#ifdef CURSOR_BEFORE_HEADER
        append(CURSOR, tail + 1);
#endif
        append(tail + 1, 0);
        append(tail, tail);
        append(TAIL, tail + 1);
#ifndef CURSOR_BEFORE_HEADER
        append(CURSOR, tail + 1);
#endif
        tail++ }
        goto publish
    :: !running -> goto killed
    fi;

killed:
    atomic
    {
        threads == 0;
        do
        :: stores > 0 -> dropNewest()
        :: else -> break
        od;
        limit = 0; seen = 0; lowest = 0;
        /* The JVM's own memory is no more. */
        cursor = 0; sequence[0] = 0; sequence[1] = 0;
        /* Recovery.tail */
        tail = tailWord;
        do
        :: memory[AT(tail)] != 0 -> assert(memory[AT(tail)] == tail); tail++
        :: else -> break
        od;
        assert(tail == published);
        /* Backlog: what the ring holds, from the slowest on. */
        lowest = LESSER(mirror[0], mirror[1]);
        if
        :: outsideWord != DETACHED -> lowest = LESSER(lowest, outsideWord)
        :: else
        fi;
        walk = lowest;
        do
        :: walk < tail -> assert(memory[AT(walk)] == walk); walk++
        :: else -> break
        od;
        walk = 0;
        running = 1
    }
    /* The constructor of RingProducer. */
    if
    :: d_step { running -> append(TAIL, tail) }
    :: !running -> goto killed
    fi;
    /* RunningStages: the cursor is set before any stage, and a stage's sequence is set to it when it is added. */
    atomic { cursor = tail; sequence[0] = tail; sequence[1] = tail; stage = 0 }
    do
    :: stage < 2 ->
        atomic
        {
            /* Stage.resumeAt: at the mirror, where the stage itself remembers, or wherever the ring still holds all. */
            assert(lowest <= mirror[stage] && mirror[stage] <= handled[stage] && handled[stage] <= tail);
            if
            :: start = mirror[stage]
            :: start = handled[stage]
            :: start = lowest
            fi
        }
#ifndef STAGE_STARTS_AT_CURSOR
        /* StageProcessor.startAt: no claim is made meanwhile, so only a kill could come between. */
        if
        :: running -> mirror[stage] = start
        :: !running -> start = 0; stage = 0; goto killed
        fi;
        atomic { sequence[stage] = start; handled[stage] = start; start = 0 }
#endif
        stage++
    :: else -> break
    od;
    atomic { stage = 0; lowest = 0; threads = 2; run Stage(0); run Stage(1); goto publish }

done:
    if
    :: atomic { running && stores == 0 -> finished = 1 }
    :: !running -> goto killed
    fi
}

/* What a stage waits for: stage 0 for the cursor, stage 1 for SharedSequence.get of the process outside. A stage looks
 * once a batch, and then handles record after record; here it looks for each, which is no less. */
#ifdef OUTSIDE_NOT_BOUNDED
#define OUTSIDE outsideWord
#else
#define OUTSIDE (outsideWord == DETACHED -> cursor : LESSER(outsideWord, cursor))
#endif
#define AVAILABLE(stage) (stage == 0 -> cursor : OUTSIDE)

/* StageProcessor */
proctype Stage(byte me)
{
    byte next;
    next = sequence[me];
    do
    /* handleMessages, handleStretches: one record */
    :: atomic { running && next < AVAILABLE(me) ->
        assert(next < published && memory[AT(next)] == next);
        assert(me == 0 || !outsideAttached || next < outsideHead);
        next++;
        if
        :: next > handled[me] -> handled[me] = next
        :: else
        fi }
    /* say: at the end of a batch, or earlier; first the mirror, then the sequence */
    :: d_step { running && next != sequence[me] && !mirrorWaits[me] && !sequenceWaits[me] ->
        waiting[me] = next; mirrorWaits[me] = 1; sequenceWaits[me] = 1 }
    :: atomic { !running -> next = 0; threads--; break }
    od
}

/* The JVM is killed: all its threads, and what waits in their store buffers. */
active proctype Kill()
{
end:
    do
    :: atomic { kills > 0 && running && !finished ->
        kills--;
        running = 0;
        mirrorWaits[0] = 0; sequenceWaits[0] = 0; waiting[0] = 0;
        mirrorWaits[1] = 0; sequenceWaits[1] = 0; waiting[1] = 0 }
    od
}

/* RingConsumer, in any language. */
active proctype Outside()
{
    byte head;
    running;
    head = FIRST;
poll:
    if
    :: atomic { memory[AT(head)] != 0 ->
        assert(head < published && memory[AT(head)] == head);
        head++;
        outsideHead = head }
    :: atomic { head != outsideWord && !outsideWaits -> outsideWaits = 1; outsideWaiting = head }
    :: atomic { outsideKills > 0 -> outsideKills--; outsideWaits = 0; outsideWaiting = 0; goto killed }
    fi;
    goto poll;
killed:
    if
    :: atomic { head = outsideWord; outsideHead = head; goto poll }
    /* Channel.evict; how it joins again is in ring.pml. */
    :: atomic { evictions > 0 -> evictions--; outsideWord = DETACHED; outsideAttached = 0 }
    fi
}

active proctype Rest()
{
    timeout ->
    assert(finished && published == STOP && tailWord == STOP && cursor == STOP);
    assert(sequence[0] == STOP && mirror[0] == STOP && handled[0] == STOP);
    assert(sequence[1] == STOP && mirror[1] == STOP && handled[1] == STOP);
    assert(!outsideAttached || (outsideHead == STOP && outsideWord == STOP))
}
