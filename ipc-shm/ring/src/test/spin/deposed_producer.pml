/*
 * A producer that has lost its role's lock and yet lives, for SPIN: how that may happen is said in deposed_consumer.pml.
 * Two owners then write the same records until the former one finds the other's epoch, which it looks at when it has no
 * room left and asks the consumers how far they are. Proved is what that look does, and no more:
 *
 *   - Neither of the two overwrites what a consumer has not consumed.
 *   - What was published before the new owner found the tail is delivered, whole and in order.
 *   - Once the new epoch is there, the former owner publishes less than a capacity.
 *
 * Not promised: anything about what either of the two publishes from then on until the former one has stopped. Nor that
 * the new one does not find a consumer beyond its tail (CORRUPT).
 *
 * Here a record takes one unit, and each store is seen as soon as it is made; its order is ring.pml's.
 *
 * Set from outside: SPAN, and at most one defect: see run.sh.
 */

#define CAPACITY 4
#ifndef SPAN
#define SPAN 9
#endif
#define FIRST CAPACITY
#define STOP (FIRST + SPAN)
#define AT(position) ((position) % CAPACITY)
#define STALE 254

byte memory[CAPACITY];      /* a header word: its position, or 0 */
byte tailWord;
byte positionWord;          /* of the consumer */
bit epochWord;              /* whether the new owner has written its own */

/* What the assertions compare with. */
byte taken;                 /* the tail that the new owner found, or 0 */
byte last;                  /* published by the former owner behind the new epoch, in units */
bit started;

inline store(position, word)
{
    atomic
    {
        assert((position) < positionWord + CAPACITY);
        memory[AT(position)] = word
    }
}

/* RingProducer, of either owner */
proctype Producer(bit successor)
{
    byte tail, limit, lowest;

    if
    :: successor ->
        atomic
        {
            /* Recovery.tail; the walk ends, for the former owner has no more room than a capacity */
            tail = tailWord;
            do
            :: memory[AT(tail)] == tail -> tail++
            :: else -> break
            od;
            taken = tail
        }
        /* the constructor of RingProducer */
        epochWord = 1;
        store(tail, 0);
        tailWord = tail
    :: else -> tail = FIRST
    fi;

publish:
    if
    :: atomic { tail >= STOP -> goto done }
    :: atomic { tail < STOP && tail + 2 <= limit }
    :: atomic { tail < STOP && tail + 2 > limit -> goto refresh }
    fi;
    store(tail + 1, 0);
    store(tail, tail);
    atomic
    {
        tailWord = tail + 1;
        if
        :: !successor && epochWord -> last++; assert(last < CAPACITY)
        :: else
        fi;
        tail++
    }
    goto publish;

refresh:
    /* RingProducer.refresh: the position, the epoch, the limit */
    atomic
    {
        lowest = positionWord;
        if
        :: lowest > tail -> assert(taken); goto done            /* CORRUPT */
        :: else
        fi
    }
#ifndef NO_EPOCH_CHECK_BY_PRODUCER
    if
    :: atomic { !successor && epochWord -> goto done }          /* DEPOSED */
    :: else
    fi;
#endif
    atomic
    {
        limit = lowest + CAPACITY;
        lowest = 0;
        if
        :: tail + 2 <= limit -> goto publish
        :: else
        fi
    }
    if
    :: tail + 2 <= positionWord + CAPACITY
    :: !successor && epochWord
    fi;
    goto refresh;

done:
    limit = 0; lowest = 0
}

active proctype Consumer()
{
    byte head;
    started;
    head = FIRST;
end:
    do
    :: atomic { memory[AT(head)] == head -> head++ }
    :: atomic { memory[AT(head)] != head && memory[AT(head)] != 0 -> assert(taken && head >= taken); break }
    :: positionWord != head -> positionWord = head
    od
}

active proctype Rest()
{
    timeout ->
    assert(positionWord >= taken);
    assert(taken || (positionWord == STOP && tailWord == STOP))
}

init
{
    atomic
    {
        memory[0] = 0; memory[1] = STALE; memory[2] = STALE; memory[3] = STALE;
        tailWord = FIRST;
        positionWord = FIRST;
        started = 1;
        run Producer(0)
    }
    if
    :: run Producer(1)
    :: skip
    fi
}
