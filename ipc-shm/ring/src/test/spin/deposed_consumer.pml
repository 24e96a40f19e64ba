/*
 * A consumer that has lost its role's lock and yet lives, for SPIN. A kernel lock goes when its process dies, so this
 * takes a fault: somebody closed the lock file's descriptor, or replaced the file, behind the owner's back. Then two
 * owners write the same position until the former one finds the other's epoch. Proved is what that look at the epoch
 * does, and no more:
 *
 *   - Once the new epoch is there, the former owner makes at most one store more: the one before which it had looked.
 *     That one, and what still waits in its store buffer, may reach the memory later: late stores. Each is a position
 *     that the former owner has reached, so the producer never finds one beyond its tail.
 *   - Unless there is a late store, all is as if the former owner had been killed.
 *   - If there is one, nothing is overwritten but what one of the two has handled; and nothing, ever, that another
 *     consumer needs.
 *
 * Not promised, behind a late store: that the new owner sees, or sees whole, what the former one has handled; that the
 * producer does not find the position moved backward (CORRUPT), or held where that store put it until the new owner moves
 * on or is evicted (BACK_PRESSURED). And never promised: what the handlers of the former owner are handed until it looks
 * again.
 *
 * The order of the ring's own stores is ring.pml's; here a record takes one unit and appears in one step.
 *
 * Set from outside: EVICTED, SPAN, and at most one defect: see run.sh.
 */

#define CAPACITY 4
#ifndef EVICTED
#define EVICTED 0           /* 1: an operator's command evicts the former owner, and the new one joins */
#endif
#ifndef SPAN
#define SPAN 5
#endif
#define FIRST CAPACITY
#define STOP (FIRST + SPAN)
#define AT(position) ((position) % CAPACITY)
#define DETACHED 255
#define STALE 254
#define LESSER(one, other) ((one) < (other) -> (one) : (other))
#define GREATER(one, other) ((one) > (other) -> (one) : (other))

byte memory[CAPACITY];      /* a header word: its position, or 0 */
byte tailWord;
byte positionWord[2];       /* of consumer 0, which changes its owner, and of consumer 1 */
bit epochWord;              /* of consumer 0: whether the new owner, or the evicting one, has written its own */

/* What the assertions compare with. */
byte handled[2];            /* by consumer 0's present owner, and by consumer 1 */
byte formerly;              /* by consumer 0's former owner */
bit attached = 1;           /* consumer 0 is not evicted */
bit late;                   /* a store of the former owner came behind the new epoch */
bit corrupt;                /* the producer said CORRUPT */
bit taken;                  /* the new owner has come */
bit started;

/* The former owner's store buffer. */
#define SLOTS 2
byte what[SLOTS];
byte stores;

active proctype Producer()
{
    byte tail, limit, seen, lowest;
    atomic
    {
        memory[0] = 0; memory[1] = STALE; memory[2] = STALE; memory[3] = STALE;
        tail = FIRST; tailWord = FIRST;
        positionWord[0] = FIRST; positionWord[1] = FIRST; handled[0] = FIRST; handled[1] = FIRST; formerly = FIRST;
        started = 1
    }
publish:
    if
    :: atomic { tail < STOP && tail + 2 <= limit ->
        assert(tail + 1 < handled[1] + CAPACITY);
        assert(!attached || tail + 1 < handled[0] + CAPACITY || late && tail + 1 < formerly + CAPACITY);
        memory[AT(tail + 1)] = 0;
        memory[AT(tail)] = tail;
        tail++ };
        tailWord = tail;
        goto publish
    :: atomic { tail < STOP && tail + 2 > limit }
    :: atomic { tail >= STOP -> goto done }
    fi;
refresh:
    /* DeclaredConsumers.lowestPosition */
    atomic
    {
        lowest = tail;
        if
        :: positionWord[0] == DETACHED
        :: else ->
            assert(positionWord[0] <= tail);
            if
            :: positionWord[0] < seen -> assert(late); corrupt = 1; goto done
            :: else -> seen = positionWord[0]; lowest = seen
            fi
        fi
    }
    atomic
    {
        assert(positionWord[1] <= tail);
        limit = LESSER(lowest, positionWord[1]) + CAPACITY;
        lowest = 0
    }
    if
    :: tail + 2 <= limit -> goto publish
    :: else
    fi;
    (positionWord[0] == DETACHED || tail + 2 <= positionWord[0] + CAPACITY) && tail + 2 <= positionWord[1] + CAPACITY;
    goto refresh;
done:
    limit = 0; seen = 0
}

/* The former owner. */
active proctype Former()
{
    byte head;
    bit last;                   /* it has made a store behind the new epoch */
    started;
    head = FIRST;
poll:
    if
    :: atomic { memory[AT(head)] == head ->
        head++;
        formerly = head;
        if
        :: !taken -> handled[0] = head
        :: else
        fi }
    /* Deposed, it may find anything; what it does with it is its own affair. */
    :: atomic { memory[AT(head)] != head && memory[AT(head)] != 0 -> assert(taken); head = 0; goto ended }
    :: (stores == 0 -> positionWord[0] != head : what[stores - 1] != head) -> goto publish
    fi;
    goto poll;
publish:
    /* RingConsumer.publish: a look at the epoch, and then the store */
#ifndef NO_EPOCH_CHECK_BY_CONSUMER
    if
    :: atomic { epochWord -> head = 0; goto ended }             /* DEPOSED */
    :: else
    fi;
#endif
    atomic
    {
        stores < SLOTS ->
        what[stores] = head;
        stores++;
        if
        :: epochWord -> assert(!last); last = 1
        :: else
        fi
    }
    goto poll;
ended:
    skip
}

active proctype FormerMemory()
{
end:
    do
    :: d_step { stores > 0 ->
        positionWord[0] = what[0];
        what[0] = what[1];
        what[1] = 0;
        stores--;
        late = late | epochWord }
    od
}

/* The new owner. */
active proctype Successor()
{
    byte head;
    started;
    if
    :: goto ended
    :: skip
    fi;
#if EVICTED
    /* Channel.evict; RingConsumer.join, whose mark is ring.pml's */
    epochWord = 1;
    atomic { positionWord[0] = DETACHED; attached = 0; taken = 1 }
    head = tailWord;
    positionWord[0] = head;
    atomic { head = tailWord; handled[0] = head; attached = 1 }
    positionWord[0] = head;
#else
    /* Recovery.position: the epoch, a full fence, the position */
#ifndef POSITION_BEFORE_EPOCH
    epochWord = 1;
#endif
    atomic { head = positionWord[0]; handled[0] = head; taken = 1 }
#ifdef POSITION_BEFORE_EPOCH
    epochWord = 1;
#endif
#endif
poll:
    if
    :: atomic { memory[AT(head)] == head -> head++; handled[0] = head }
    :: atomic { memory[AT(head)] != head && memory[AT(head)] != 0 -> assert(late); head = 0; goto ended }
    :: positionWord[0] != head -> positionWord[0] = head
    fi;
    goto poll;
ended:
    skip
}

/* Consumer 1 has nothing to do with it. */
active proctype Other()
{
    byte head;
    started;
    head = FIRST;
end:
    do
    :: atomic { memory[AT(head)] != 0 -> assert(memory[AT(head)] == head); head++; handled[1] = head }
    :: positionWord[1] != head -> positionWord[1] = head
    od
}

active proctype Rest()
{
    timeout ->
    assert(late || (!corrupt && tailWord == STOP && handled[0] == STOP && handled[1] == STOP))
}
