/*
 * The protocol of the ring, for SPIN: one producer, its consumers, and everything that may end or replace one of them.
 * Each step names the code that it stands for. run.sh explores it; docs/model.md says what is covered and what is not.
 *
 * The memory. Positions count units (the ring's alignment). A unit is one word here: the header word of a record, or,
 * of a longer record's further units, a word of its message. Each word carries its position, its kind and the number
 * of the producer that wrote it, so a word of another lap, of a claim that was given up, or of a producer that was
 * killed is never taken for the right one. 0 is a word that is not published.
 *
 * The order of memory. A store waits in its role's store buffer and reaches the memory later, at any moment: that is
 * TSO (x86-64). With WEAK, a plain store may overtake every store before it, releases among them, but none to its own
 * word; a release overtakes nothing: release and acquire as arm64, Java and C have them, or weaker. Loads go in program
 * order, for each one that matters is an acquire or stands behind a full fence.
 *
 * A kill comes between any two steps. What waits in the store buffer is lost; that it reached the memory before is the
 * same kill after more steps. No kill on a real machine is worse than that.
 *
 * Set from outside: CAPACITY, SPAN, SLOTS, CONSUMERS, WEAK, PRODUCER_KILLS, CONSUMER_KILLS, EVICTIONS, EVICTED,
 * SUCCESSOR_ZEROES_NOTHING, and at most one defect: see run.sh.
 */

#ifndef CAPACITY
#define CAPACITY 4          /* units; a record or a run takes at most half of them */
#endif
#ifndef SPAN
#define SPAN 6              /* units that are published at least */
#endif
#ifndef SLOTS
#define SLOTS 5             /* of the producer's store buffer */
#endif
#ifndef CONSUMERS
#define CONSUMERS 1
#endif
#ifndef WEAK
#define WEAK 0
#endif
#ifndef PRODUCER_KILLS
#define PRODUCER_KILLS 1
#endif
#ifndef CONSUMER_KILLS
#define CONSUMER_KILLS 1    /* of all consumers together */
#endif
#ifndef EVICTIONS
#define EVICTIONS 0
#endif
#ifndef EVICTED
#define EVICTED 0           /* 1: consumer 0 was evicted before and joins */
#endif

#define AT(position) ((position) % CAPACITY)

/* Words. */
#define WORD(kind, position) (((generation) << 9) | ((kind) << 6) | (position))
#define POSITION(word) ((word) & 63)
#define KIND(word) (((word) >> 6) & 7)
#define GENERATION(word) ((word) >> 9)
#define MESSAGE 0                               /* kind of a word of a message */
#define RECORD(units) (units)                   /* kinds 1 to 4 */
#define PADDING(units) ((units) + 4)            /* kinds 5 to 7 */
#define IS_PADDING(word) (KIND(word) > 4)
#define SIZE(word) (KIND(word) > 4 -> KIND(word) - 4 : KIND(word))
#define STALE 63                                /* a message's word of no position */

/* Positions of consumers. */
#define DETACHED 255

/* The mapped files, as everybody sees them. */
short memory[CAPACITY];         /* ring: the records */
byte tailWord;                  /* ring: RingFileLayout.TAIL_OFFSET */
byte positionWord[CONSUMERS];   /* consumer-k: ConsumerFileLayout.POSITION_OFFSET ... */
bit joining[CONSUMERS];         /* ... and its lowest bit, ConsumerFileLayout.JOINING */

/* The producer's store buffer, oldest first. */
byte where[SLOTS];              /* the unit's position, or TAIL */
short what[SLOTS];
byte publishes[SLOTS];          /* of a first word: the tail behind what becomes visible with it; else 0 */
bit released[SLOTS];
byte stores;
#define TAIL 62
#define PLAIN 0
#define RELEASE 1

/* The consumers' store buffers: one store each, of the position. */
bit waits[CONSUMERS];
byte waitingPosition[CONSUMERS];
bit waitingMark[CONSUMERS];

/* What the assertions compare with; no role reads it. */
byte published;                 /* behind the last record that has become visible */
bit attached[CONSUMERS];        /* whether the producer must spare what the consumer has not consumed ... */
byte needed[CONSUMERS];         /* ... from this position on: where it would resume */
byte consumed[CONSUMERS];       /* where it is */
byte generation;                /* how many producers were killed */
byte stop;                      /* where the producer stops publishing */
bit started, finished;
byte producerKills = PRODUCER_KILLS;
byte consumerKills = CONSUMER_KILLS;
byte evictions = EVICTIONS;

#define SPARED(consumer, position) (!attached[consumer] || (position) < needed[consumer] + CAPACITY)
#define ROOM(consumer, position) (positionWord[consumer] == DETACHED || (position) <= positionWord[consumer] + CAPACITY)
#if CONSUMERS == 2
#define SPARED_BY_ALL(position) (SPARED(0, position) && SPARED(1, position))
#define ROOM_FOR_ALL(position) (ROOM(0, position) && ROOM(1, position))
#else
#define SPARED_BY_ALL(position) SPARED(0, position)
#define ROOM_FOR_ALL(position) ROOM(0, position)
#endif

/* A first word reaches the memory: with it, and only with it, all that is published with it is there and whole. */
inline becomeVisible(newTail)
{
    assert(walk == published);                                  /* published in order ... */
    if
    :: IS_PADDING(memory[AT(walk)]) ->
        assert(memory[AT(walk)] == WORD(PADDING(CAPACITY - AT(walk)), walk));
        walk = walk + CAPACITY - AT(walk)
    :: else
    fi;
    do
    :: walk < newTail ->
        rest = SIZE(memory[AT(walk)]);
        assert(rest > 0 && memory[AT(walk)] == WORD(RECORD(rest), walk));
        walk++;
        rest--;
        do
        :: rest > 0 ->
            assert(memory[AT(walk)] == WORD(MESSAGE, walk));
            walk++;
            rest--
        :: else -> break
        od
    :: else -> break
    od;
    assert(walk == newTail && memory[AT(newTail)] == 0);                /* ... up to a word that stops the reader */
    published = newTail
}

/* The store at a slot of the producer's buffer reaches the memory. */
inline land(slot)
{
    if
    :: where[slot] == TAIL -> tailWord = what[slot]
    :: else ->
        assert(SPARED_BY_ALL(where[slot]));                     /* nobody needs what it overwrites */
        assert(where[slot] >= published);                       /* what is published stays as it is */
        memory[AT(where[slot])] = what[slot];
        if
        :: publishes[slot] ->
            walk = where[slot];
            becomeVisible(publishes[slot])
        :: else
        fi
    fi;
    walk = slot + 1;
    do
    :: walk < stores ->
        where[walk - 1] = where[walk];
        what[walk - 1] = what[walk];
        publishes[walk - 1] = publishes[walk];
        released[walk - 1] = released[walk];
        walk++
    :: else -> break
    od;
    dropNewest();
    walk = 0;
    rest = 0
}

inline dropNewest()
{
    stores--;
    where[stores] = 0;
    what[stores] = 0;
    publishes[stores] = 0;
    released[stores] = 0
}

/* A consumer's store reaches the memory. */
inline landPosition(consumer)
{
    positionWord[consumer] = waitingPosition[consumer];
    joining[consumer] = waitingMark[consumer];
    if
    :: attached[consumer] -> needed[consumer] = waitingPosition[consumer]
    :: else
    fi;
    forget(consumer)
}

inline forget(consumer)
{
    waits[consumer] = 0;
    waitingPosition[consumer] = 0;
    waitingMark[consumer] = 0
}

#define OTHER_WORD(one, other) \
    (where[one] == TAIL || where[other] == TAIL -> where[one] != where[other] : AT(where[one]) != AT(where[other]))

active proctype Memory()
{
    byte walk, rest;
end:
    do
    :: d_step { stores > 0 -> land(0) }
#if WEAK
    :: d_step { stores > 1 && !released[1] && OTHER_WORD(1, 0) -> land(1) }
    :: d_step { stores > 2 && !released[2] && OTHER_WORD(2, 0) && OTHER_WORD(2, 1) -> land(2) }
    :: d_step { stores > 3 && !released[3] && OTHER_WORD(3, 0) && OTHER_WORD(3, 1) && OTHER_WORD(3, 2) -> land(3) }
#if SLOTS > 4
    :: d_step { stores > 4 && !released[4] && OTHER_WORD(4, 0) && OTHER_WORD(4, 1) && OTHER_WORD(4, 2) &&
        OTHER_WORD(4, 3) -> land(4) }
#endif
#if SLOTS > 5
    :: d_step { stores > 5 && !released[5] && OTHER_WORD(5, 0) && OTHER_WORD(5, 1) && OTHER_WORD(5, 2) &&
        OTHER_WORD(5, 3) && OTHER_WORD(5, 4) -> land(5) }
#endif
#endif
    :: d_step { waits[0] -> landPosition(0) }
#if CONSUMERS == 2
    :: d_step { waits[1] -> landPosition(1) }
#endif
    od
}

/* One step of the producer: a store, or its end. */
inline store(unit, word, order, tailBehind)
{
    if
    :: d_step { stores < SLOTS ->
        where[stores] = unit;
        what[stores] = word;
        released[stores] = order;
        publishes[stores] = tailBehind;
        stores++ }
    :: atomic { producerKills > 0 -> producerKills--; goto killed }
    fi
}

/* DeclaredConsumers.lowestPosition, of one consumer: the asserted is what it answers CORRUPT for. */
inline look(consumer)
{
    d_step
    {
        if
        :: positionWord[consumer] != DETACHED ->
            assert(positionWord[consumer] >= seen[consumer] && positionWord[consumer] <= tail);
            seen[consumer] = positionWord[consumer];
            if
            :: lowest == 0 || positionWord[consumer] < lowest -> lowest = positionWord[consumer]
            :: else
            fi
        :: else
        fi
    }
}

/* RingProducer; bindings/codon ring_producer.codon; examples/flights ring.h producer_*. */
active proctype Producer()
{
    byte tail, limit;           /* fields of RingProducer */
    byte seen[CONSUMERS];       /* of DeclaredConsumers */
    byte skip_, claimed;        /* of the open claim: its padding, and the units of all its records */
    byte first, second;         /* units of the records as they are committed; second is 0 without a run */
    bit aborts;
    byte start, end, lowest;

    /* A ring that has been in use: at any offset (a larger one: before its end), and no word 0 but the tail's. */
    atomic
    {
#if CAPACITY > 4
        select(tail : CAPACITY + CAPACITY / 2 + 1 .. CAPACITY + CAPACITY - 1);
#else
        select(tail : CAPACITY .. CAPACITY + CAPACITY - 1);
#endif
        start = 0;
        do
        :: start < CAPACITY -> memory[start] = STALE; start++
        :: else -> break
        od;
        start = 0;
        memory[AT(tail)] = 0;
        tailWord = tail;
        published = tail;
        stop = tail + SPAN;
        positionWord[0] = tail;
        needed[0] = tail;
        consumed[0] = tail;
        attached[0] = 1;
#if CONSUMERS == 2
        positionWord[1] = tail;
        needed[1] = tail;
        consumed[1] = tail;
        attached[1] = 1;
#endif
#if EVICTED
        positionWord[0] = DETACHED;
        attached[0] = 0;
#endif
        started = 1
    }

publish:
    atomic
    {
        skip_ = 0; second = 0; aborts = 0;
        if
        :: tail >= stop -> goto done
        :: tail < stop -> claimed = 1; first = 1
        :: tail < stop -> claimed = 2; first = 2
        :: tail < stop -> claimed = 2; first = 1                /* commit of less than was claimed */
        :: tail < stop -> claimed = 2; first = 1; second = 1    /* tryClaimRun, Claim.next */
        :: tail < stop -> claimed = 2; first = 1; second = 1; aborts = 1
#if CAPACITY > 4
        :: tail < stop -> claimed = 4; first = 2; second = 2
        :: tail < stop -> claimed = 4; first = 1; second = 2    /* the run's first record shorter than claimed */
        :: tail < stop -> claimed = 4; first = 4
#endif
        fi;
        /* RingProducer.claim: padding and records are decided, and checked for space, together. */
        if
        :: AT(tail) + claimed > CAPACITY -> skip_ = CAPACITY - AT(tail)
        :: else
        fi
    }
#ifdef NEXT_WORD_NOT_CLAIMED
#define REQUIRED (tail + skip_ + claimed)
#else
#define REQUIRED (tail + skip_ + claimed + 1)
#endif
    if
    :: REQUIRED <= limit -> goto write
    :: else
    fi;

refresh:
    /* RingProducer.refresh: Ordered.fullFence */
#ifndef NO_FENCE_IN_REFRESH
    if
    :: stores == 0
    :: atomic { producerKills > 0 -> producerKills--; goto killed }
    fi;
#endif
    look(0);
#if CONSUMERS == 2
    look(1);
#endif
    atomic
    {
#ifdef LIMIT_BEYOND_TAIL_AND_CAPACITY
        if
        :: lowest == 0 -> lowest = tail + CAPACITY
        :: else
        fi;
#else
        if
        :: lowest == 0 || lowest > tail -> lowest = tail
        :: else
        fi;
#endif
        limit = lowest + CAPACITY;
        lowest = 0;
        if
        :: REQUIRED <= limit -> goto write
        :: else
        fi
    }
    /* BACK_PRESSURED: the caller tries again; here, once there is room. */
    if
    :: ROOM_FOR_ALL(REQUIRED) -> goto refresh
    :: atomic { producerKills > 0 -> producerKills--; goto killed }
    fi;

write:
    start = tail + skip_;
    /* The messages are written in place, and RingProducer.endRecord writes the word of a run's second record. */
    if
    :: first > 1 -> store(start + 1, WORD(MESSAGE, start + 1), PLAIN, 0)
    :: else
    fi;
#if CAPACITY > 4
    if
    :: first > 2 -> store(start + 2, WORD(MESSAGE, start + 2), PLAIN, 0)
    :: else
    fi;
    if
    :: first > 3 -> store(start + 3, WORD(MESSAGE, start + 3), PLAIN, 0)
    :: else
    fi;
    if
    :: second > 1 -> store(start + first + 1, WORD(MESSAGE, start + first + 1), PLAIN, 0)
    :: else
    fi;
#endif
    end = start + first + second;
#ifdef RUN_FIRST_WORD_FIRST
    if
    :: second > 0 && !skip_ ->
        store(end, 0, PLAIN, 0);
        store(start, WORD(RECORD(first), start), RELEASE, end);
        store(start + first, WORD(RECORD(second), start + first), PLAIN, 0);
        goto storeTail
    :: else
    fi;
#endif
    if
    :: second > 0 -> store(start + first, WORD(RECORD(second), start + first), PLAIN, 0)
    :: else
    fi;
    if
    :: aborts -> end = 0; goto publish                          /* RingProducer.abort */
    :: else
    fi;

    /* RingProducer.publish */
#ifdef TAIL_BEFORE_HEADER
    store(TAIL, end, RELEASE, 0);
#endif
#ifdef PADDING_BEFORE_ZERO
    if
    :: skip_ -> store(start, WORD(RECORD(first), start), PLAIN, 0);
        store(tail, WORD(PADDING(skip_), tail), RELEASE, end);
        store(end, 0, PLAIN, 0);
        goto storeTail
    :: else
    fi;
#endif
#ifdef PADDING_BEFORE_RECORD
    if
    :: skip_ -> store(end, 0, PLAIN, 0);
        store(tail, WORD(PADDING(skip_), tail), RELEASE, end);
        store(start, WORD(RECORD(first), start), PLAIN, 0);
        goto storeTail
    :: else
    fi;
#endif
#ifndef NEXT_WORD_NOT_ZEROED
    store(end, 0, PLAIN, 0);
#endif
    if
    :: skip_ == 0 ->
#ifdef HEADER_PLAIN
        store(start, WORD(RECORD(first), start), PLAIN, end)
#else
        store(start, WORD(RECORD(first), start), RELEASE, end)
#endif
    :: else ->
        store(start, WORD(RECORD(first), start), PLAIN, 0);
        store(tail, WORD(PADDING(skip_), tail), RELEASE, end)
    fi;
storeTail:
#ifndef TAIL_BEFORE_HEADER
    store(TAIL, end, RELEASE, 0);
#endif
    atomic { tail = end; end = 0; start = 0; goto publish }

killed:
    atomic
    {
        do
        :: stores > 0 -> dropNewest()
        :: else -> break
        od;
        skip_ = 0; claimed = 0; first = 0; second = 0; aborts = 0; start = 0; end = 0; lowest = 0; limit = 0;
        seen[0] = 0;
#if CONSUMERS == 2
        seen[1] = 0;
#endif
        generation++;
        /* Recovery.tail; nobody else writes the ring meanwhile. */
        tail = tailWord;
        do
        :: memory[AT(tail)] != 0 ->
            assert(tail < published && KIND(memory[AT(tail)]) != MESSAGE);
            tail = tail + SIZE(memory[AT(tail)])
        :: else -> break
        od;
        assert(tail == published)                               /* the first unpublished word is the tail */
    }
    /* The constructor of RingProducer. The zero is there already, so Codon and C leave it out. */
#ifndef SUCCESSOR_ZEROES_NOTHING
    store(tail, 0, RELEASE, 0);
#endif
#ifndef SUCCESSOR_STORES_NO_TAIL
    store(TAIL, tail, RELEASE, 0);
#endif
    goto publish;

done:
    stores == 0;
    finished = 1
}

/* A step of a consumer is this, or its end. */
#define OR_KILLED :: atomic { consumerKills > 0 -> consumerKills--; goto killed }

/* RingConsumer; bindings/codon ring_consumer.codon; examples/flights ring.h consumer_*. */
proctype Consumer(byte me)
{
    byte head;                  /* RingConsumer.head */
    byte read;                  /* of the record at the head: units read */
    byte behind;                /* of the record at the head: where it ends */
    byte told;                  /* a tail */

    atomic
    {
        started;
        if
        :: positionWord[me] == DETACHED -> goto join
        :: else -> head = positionWord[me]
        fi
    }

poll:
    if
    /* RingConsumer.nextWord: the asserted is what it answers CORRUPT for, and more. */
    :: atomic { memory[AT(head)] != 0 ->
        assert(head < published);
        assert(POSITION(memory[AT(head)]) == head && KIND(memory[AT(head)]) != MESSAGE);
        behind = head + SIZE(memory[AT(head)]);
        if
        :: IS_PADDING(memory[AT(head)]) -> read = behind - head
        :: else -> read = 1
        fi;
        goto handler }
    /* RingConsumer.publish: at the end of a poll, at each eighth of the capacity, or when the handler says so. */
    :: atomic { head != positionWord[me] && !waits[me] ->
        waits[me] = 1;
        waitingPosition[me] = head }
    OR_KILLED
    fi;
    goto poll;

handler:
    if
    :: atomic { head + read == behind -> head = behind; behind = 0; read = 0; consumed[me] = head; goto poll }
    :: atomic { head + read < behind ->
        assert(memory[AT(head + read)] ==
            (GENERATION(memory[AT(head)]) << 9 | MESSAGE << 6 | (head + read)));
        read++ }
#ifdef POSITION_BEFORE_HANDLER
    :: atomic { behind != positionWord[me] && !waits[me] ->
        waits[me] = 1;
        waitingPosition[me] = behind }
#endif
    OR_KILLED
    fi;
    goto handler;

killed:
    atomic
    {
        head = 0; behind = 0; read = 0; told = 0;
        if
        :: waits[me] -> forget(me)
        :: else
        fi;
        /* Until a position without the mark is in its file, a consumer has not joined. */
        if
        :: joining[me] || positionWord[me] == DETACHED -> attached[me] = 0
        :: else
        fi
    }
    if
    /* Recovery.position: whoever comes next resumes ... */
    :: atomic { positionWord[me] != DETACHED && !joining[me] ->
        head = positionWord[me];
        needed[me] = head;
        consumed[me] = head;
        goto poll }
    /* ... or an operator evicts it first: Channel.evict ... */
    :: atomic { positionWord[me] != DETACHED && evictions > 0 ->
        evictions--;
        positionWord[me] = DETACHED;
        joining[me] = 0;
        attached[me] = 0;
        consumed[me] = 0;
        needed[me] = 0;
        goto join }
    /* ... or joins where it had not joined yet. */
    :: joining[me] || positionWord[me] == DETACHED
    fi;

join:
    /* RingConsumer.join */
    if
    :: told = tailWord
    OR_KILLED
    fi;
    if
    :: d_step { !waits[me] ->
        waits[me] = 1;
        waitingPosition[me] = told;
#ifndef NO_JOINING_MARK
        waitingMark[me] = 1;
#endif
        skip }
    OR_KILLED
    fi;
#ifndef NO_FENCE_IN_JOIN
    if
    :: !waits[me]
    OR_KILLED
    fi;
#endif
    if
    :: d_step { true ->
#ifndef NO_SECOND_LOOK_IN_JOIN
        told = tailWord;
#endif
        head = told;
        told = 0;
        attached[me] = 1;
        needed[me] = head;
        consumed[me] = head }
    OR_KILLED
    fi;
    if
    :: d_step { !waits[me] ->
        waits[me] = 1;
        waitingPosition[me] = head }
    OR_KILLED
    fi;
    goto poll
}

/* When nothing moves any more, all is published, and whoever is attached has consumed it. */
active proctype Rest()
{
    timeout ->
    assert(finished && published >= stop && tailWord == published);
    assert(attached[0] && consumed[0] == published && positionWord[0] == published);
#if CONSUMERS == 2
    assert(attached[1] && consumed[1] == published && positionWord[1] == published)
#endif
}

init
{
    atomic
    {
        run Consumer(0);
#if CONSUMERS == 2
        run Consumer(1)
#endif
    }
}
