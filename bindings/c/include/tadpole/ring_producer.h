/*
 * The writing end of a ring.
 *
 *     struct tadpole_producer producer;
 *     struct tadpole_claim claim;
 *     tadpole_attach_producer(&producer, channel, &error);       recovers what a killed producer left
 *     tadpole_try_claim(&producer, 100, &claim);                 a position, or BACK_PRESSURED, TOO_LONG, ...
 *     ... write up to 100 bytes to claim.message ...
 *     tadpole_commit(&claim, length);                            all of it is published, and before it nothing
 *     tadpole_close_producer(&producer);
 *
 * One thread; it must not fork between claim and commit. Wait-free: a claim that finds no room looks at each consumer
 * once. No call allocates. A producer takes 1.2 KB, a page of its own, and the mappings.
 */
#ifndef TADPOLE_RING_PRODUCER_H
#define TADPOLE_RING_PRODUCER_H

#include "files.h"

/* Its fields are for its functions; those of `ring` may be read. */
struct tadpole_producer {
    struct tadpole_ring ring;
    int64_t *own;    /* own words: whether it has the role, its epoch, and its limit: no record may end, with its next
                        word, beyond that */
    int64_t tail;    /* where the next record, or the padding before it, starts */
    int64_t failure; /* why it writes nothing any more, or OK */
    int64_t first;   /* of the open claim: where its first record starts, */
    int64_t record;  /* where its present one does, */
    int64_t left;    /* how many messages may still be claimed, the present one included; 0: no claim is open */
    int64_t run_messages;
    int64_t run_bytes;
    int64_t run_word; /* the first record's word, which is released last of all */
    int64_t messages;
    int64_t bytes;
    int64_t back_pressured;
    int64_t seen[TADPOLE_CONSUMERS_MAX]; /* the last position of each consumer */
    const struct tadpole_consumer_file *files[TADPOLE_CONSUMERS_MAX];
    int lock;
};

/* Claimed space. */
struct tadpole_claim {
    unsigned char *message; /* write here, */
    int64_t max_length;     /* at most so many bytes; 0 once it has ended, and when there was no room */
    struct tadpole_producer *producer;
};

/* Gives the role up. An open claim is aborted; later calls answer CLOSED. Harmless for one that is closed. */
static inline void tadpole_close_producer(struct tadpole_producer *producer) {
    for (int k = 0; k < TADPOLE_CONSUMERS_MAX; k++) {
        tadpole_unmap_(producer->files[k], sizeof(struct tadpole_consumer_file));
        producer->files[k] = NULL;
    }
    tadpole_unmap_(producer->ring.header, producer->ring.mapped);
    tadpole_unmap_(producer->own, TADPOLE_OWN_WORDS_ * sizeof(int64_t));
    tadpole_close_(producer->lock);
    producer->ring.header = NULL;
    producer->own = NULL;
    producer->lock = -1;
    producer->left = 0;
    producer->run_messages = 0;
    producer->failure = TADPOLE_CLOSED;
}

static inline int64_t tadpole_fail_producer_(struct tadpole_producer *producer, int64_t status) {
    producer->failure = status;
    producer->own[TADPOLE_OWN_LIMIT_] = INT64_MIN;
    return status;
}

/* Looks again how far the consumers are; OK if there is room. Its limit never goes beyond the tail plus the capacity.
 */
__attribute__((noinline, unused)) static int64_t tadpole_refresh_(struct tadpole_producer *producer, int64_t required) {
    if (producer->failure != TADPOLE_OK) {
        return producer->failure;
    }
    if (producer->own[TADPOLE_OWN_ROLE_] == 0) {
        return TADPOLE_DEPOSED; /* a forked child */
    }
    /* Our tail's store before our loads of the positions: a consumer that joins stores its position, fences and reads
       the tail again, so one of the two sees the other. */
    tadpole_fence();
    TADPOLE_STEP("refresh: fenced");
    int64_t lowest = producer->tail;
    for (int k = 0; k < producer->ring.consumers; k++) {
        /* Acquires the consumer's release (tadpole_publish): it has read what is before its position. */
        int64_t position = tadpole_load_acquire(&producer->files[k]->position);
        if (position == TADPOLE_DETACHED) {
            continue; /* what was seen stays: who joins again may still publish a tail that it read before */
        }
        position &= ~TADPOLE_JOINING;
        if ((position & (producer->ring.alignment - 1)) != 0 || position < producer->seen[k] ||
            position > producer->tail) {
            return tadpole_fail_producer_(producer, TADPOLE_CORRUPT);
        }
        producer->seen[k] = position;
        lowest = position < lowest ? position : lowest;
    }
    if (tadpole_load_acquire(&producer->ring.header->epoch) != producer->own[TADPOLE_OWN_EPOCH_]) {
        return tadpole_fail_producer_(producer, TADPOLE_DEPOSED);
    }
    producer->own[TADPOLE_OWN_LIMIT_] = lowest + producer->ring.capacity;
    if (required > producer->own[TADPOLE_OWN_LIMIT_]) {
        producer->back_pressured = tadpole_sum_(producer->back_pressured, 1);
        tadpole_store_relaxed(&producer->ring.header->back_pressured, producer->back_pressured);
        TADPOLE_STEP("refused claim counted");
        return TADPOLE_BACK_PRESSURED;
    }
    return TADPOLE_OK;
}

/* The longest message that the ring takes, in bytes. */
static inline int64_t tadpole_max_message_length(const struct tadpole_producer *producer) {
    return producer->ring.capacity / 2 - TADPOLE_RECORD_MESSAGE;
}

/* OK, or why no claim for messages of this length can be opened now. */
static inline int64_t tadpole_check_claim_(const struct tadpole_producer *producer, int64_t max_length) {
    if (producer->own == NULL) {
        return TADPOLE_CLOSED;
    }
    if (producer->left != 0) {
        return TADPOLE_INVALID;
    }
    return max_length < 1 || max_length > tadpole_max_message_length(producer) ? TADPOLE_TOO_LONG : TADPOLE_OK;
}

/* Leaves a claim that answers INVALID to all that is asked of it; but one that is open may be this very one. */
static inline int64_t tadpole_no_claim_(struct tadpole_producer *producer, int64_t status,
                                        struct tadpole_claim *claim) {
    if (status != TADPOLE_INVALID) {
        claim->message = NULL;
        claim->max_length = 0;
        claim->producer = producer;
    }
    return status;
}

static inline int64_t tadpole_open_claim_(struct tadpole_producer *producer, int64_t max_length, int64_t need,
                                          int64_t count, struct tadpole_claim *claim) {
    const int64_t capacity = producer->ring.capacity;
    const int64_t index = producer->tail & (capacity - 1);
    const int64_t padding = index + need > capacity ? capacity - index : 0;
    /* Publishing writes the next record's word, too. */
    const int64_t required = producer->tail + padding + need + TADPOLE_RECORD_MESSAGE;
    if (required > producer->own[TADPOLE_OWN_LIMIT_]) {
        const int64_t status = tadpole_refresh_(producer, required);
        if (status < 0) {
            return tadpole_no_claim_(producer, status, claim);
        }
    }
    producer->first = producer->tail + padding;
    producer->record = producer->first;
    producer->left = count;
    claim->message = tadpole_record_(&producer->ring, producer->first) + TADPOLE_RECORD_MESSAGE;
    claim->max_length = max_length;
    claim->producer = producer;
    return producer->first;
}

/*
 * Claims space for a run of messages that become visible together, with one ordered store: see tadpole_next. Each has
 * at most `max_length` bytes; all of them together, with their words and rounding, take at most half the ring. Answers
 * as tadpole_try_claim does.
 */
static inline int64_t tadpole_try_claim_run(struct tadpole_producer *producer, int64_t max_length, int64_t count,
                                            struct tadpole_claim *claim) {
    const int64_t status = tadpole_check_claim_(producer, max_length);
    if (status != TADPOLE_OK) {
        return tadpole_no_claim_(producer, status, claim);
    }
    const int64_t size = tadpole_align_(TADPOLE_RECORD_MESSAGE + max_length, producer->ring.alignment);
    if (count < 1 || count > producer->ring.capacity / 2 / size) {
        return tadpole_no_claim_(producer, TADPOLE_TOO_LONG, claim);
    }
    return tadpole_open_claim_(producer, max_length, count * size, count, claim);
}

/*
 * Claims space for one message of at most `max_length` bytes, 1 to tadpole_max_message_length, to be written in place.
 * One claim is open at a time: it ends with a commit or an abort.
 *
 * The position, 0 or more, at which the record would start; or BACK_PRESSURED, TOO_LONG, CORRUPT, DEPOSED, CLOSED, or
 * INVALID when a claim is open already.
 */
static inline int64_t tadpole_try_claim(struct tadpole_producer *producer, int64_t max_length,
                                        struct tadpole_claim *claim) {
    const int64_t status = tadpole_check_claim_(producer, max_length);
    if (status != TADPOLE_OK) {
        return tadpole_no_claim_(producer, status, claim);
    }
    const int64_t size = tadpole_align_(TADPOLE_RECORD_MESSAGE + max_length, producer->ring.alignment);
    return tadpole_open_claim_(producer, max_length, size, 1, claim);
}

static inline void tadpole_count_published_(struct tadpole_producer *producer) {
    /* Behind the tail: a successor that finds records behind the tail takes none of them for counted. */
    tadpole_store_relaxed(&producer->ring.header->messages, producer->messages);
    TADPOLE_STEP("published messages counted");
    tadpole_store_relaxed(&producer->ring.header->bytes, producer->bytes);
    TADPOLE_STEP("published bytes counted");
}

/* Makes the records from `first` to `end` visible, the first of which has this word. */
static inline void tadpole_publish_records_(struct tadpole_producer *producer, int64_t word, int64_t end) {
    const struct tadpole_ring *ring = &producer->ring;
    const int64_t padding = producer->first - producer->tail;
    /* The next word is zero before these records can be seen, so a reader or a recovery stops there. */
    tadpole_store_relaxed(tadpole_word_(ring, end), 0);
    TADPOLE_STEP("next word zeroed");
    if (padding == 0) {
        /* Released to the consumer's acquire (tadpole_peek): messages, words of a run, and the zero. */
        tadpole_store_release(tadpole_word_(ring, producer->tail), word);
        TADPOLE_STEP("first word released");
    } else {
        tadpole_store_relaxed(tadpole_word_(ring, producer->first), word);
        TADPOLE_STEP("word behind padding written");
        tadpole_store_release(tadpole_word_(ring, producer->tail), TADPOLE_PUBLISHED | TADPOLE_PADDING | padding);
        TADPOLE_STEP("padding released");
    }
    /* After the word, so that the first unpublished word at or after the stored tail is the tail. */
    tadpole_store_release(&ring->header->tail, end);
    TADPOLE_STEP("tail stored");
    producer->tail = end;
    producer->left = 0;
    tadpole_count_published_(producer);
}

/* Ends a record of a run: the first one's word is released last of all. */
static inline void tadpole_end_record_(struct tadpole_producer *producer, int64_t length) {
    if (producer->run_messages == 0) {
        producer->run_word = tadpole_message_word_(length);
    } else {
        tadpole_store_relaxed(tadpole_word_(&producer->ring, producer->record), tadpole_message_word_(length));
        TADPOLE_STEP("run's later word written");
    }
    producer->run_messages++;
    producer->run_bytes += length;
    producer->record += tadpole_align_(TADPOLE_RECORD_MESSAGE + length, producer->ring.alignment);
}

/* OK, or why a message of this length cannot end now. The claim stays as it is. */
static inline int64_t tadpole_check_end_(const struct tadpole_claim *claim, int64_t length) {
    if (claim->producer->own == NULL) {
        return TADPOLE_CLOSED;
    }
    if (claim->max_length == 0 || claim->producer->left == 0) {
        return TADPOLE_INVALID;
    }
    return length < 1 || length > claim->max_length ? TADPOLE_TOO_LONG : TADPOLE_OK;
}

/*
 * Ends a message of a run, 1 to claim->max_length bytes, and opens the space of the next one: claim->message moves. The
 * position of the next record; TOO_LONG, or INVALID when the run has no further message, and the claim is as it was.
 */
static inline int64_t tadpole_next(struct tadpole_claim *claim, int64_t length) {
    struct tadpole_producer *producer = claim->producer;
    const int64_t status = tadpole_check_end_(claim, length);
    if (status != TADPOLE_OK) {
        return status;
    }
    if (producer->left < 2) {
        return TADPOLE_INVALID;
    }
    tadpole_end_record_(producer, length);
    producer->left--;
    claim->message = tadpole_record_(&producer->ring, producer->record) + TADPOLE_RECORD_MESSAGE;
    return producer->record;
}

__attribute__((noinline, unused)) static int64_t tadpole_commit_run_(struct tadpole_claim *claim, int64_t length) {
    struct tadpole_producer *producer = claim->producer;
    if (length != 0) {
        tadpole_end_record_(producer, length);
    }
    producer->messages = tadpole_sum_(producer->messages, producer->run_messages);
    producer->bytes = tadpole_sum_(producer->bytes, producer->run_bytes);
    producer->run_messages = 0;
    producer->run_bytes = 0;
    claim->max_length = 0;
    tadpole_publish_records_(producer, producer->run_word, producer->record);
    return producer->tail;
}

/*
 * Publishes the message, 1 to claim->max_length bytes, and those of the run before it; behind tadpole_next also 0: the
 * run ends with the message before. The position behind it; or TOO_LONG, INVALID when no claim is open, CLOSED, and
 * nothing is published.
 */
static inline int64_t tadpole_commit(struct tadpole_claim *claim, int64_t length) {
    struct tadpole_producer *producer = claim->producer;
    const int64_t status = tadpole_check_end_(claim, length);
    if (status != TADPOLE_OK && !(status == TADPOLE_TOO_LONG && length == 0 && producer->run_messages != 0)) {
        return status;
    }
    if (producer->run_messages != 0) {
        return tadpole_commit_run_(claim, length);
    }
    producer->messages = tadpole_sum_(producer->messages, 1);
    producer->bytes = tadpole_sum_(producer->bytes, length);
    claim->max_length = 0;
    tadpole_publish_records_(producer, tadpole_message_word_(length),
                             producer->first +
                                 tadpole_align_(TADPOLE_RECORD_MESSAGE + length, producer->ring.alignment));
    return producer->tail;
}

/* Gives the space back; nothing becomes visible, of a run neither. Harmless for a claim that has ended. */
static inline void tadpole_abort(struct tadpole_claim *claim) {
    if (claim->max_length != 0) {
        /* No word that a reader or a successor can reach was written. */
        claim->producer->left = 0;
        claim->producer->run_messages = 0;
        claim->producer->run_bytes = 0;
        claim->max_length = 0;
    }
}

/* Publishes a copy of a message. The position behind it, or what tadpole_try_claim answers. */
static inline int64_t tadpole_offer(struct tadpole_producer *producer, const void *message, int64_t length) {
    struct tadpole_claim claim;
    const int64_t status = tadpole_try_claim(producer, length, &claim);
    if (status < 0) {
        return status;
    }
    memcpy(claim.message, message, (size_t)length);
    return tadpole_commit(&claim, length);
}

/* Where the next record will start, in bytes. */
static inline int64_t tadpole_producer_position(const struct tadpole_producer *producer) {
    return producer->tail;
}

static inline int64_t tadpole_corrupt_(struct tadpole_error *error, const char *channel, const char *what,
                                       int64_t value, int64_t position) {
    return tadpole_fail_(error, TADPOLE_CORRUPT, 0,
                         "%s: ring holds a position or record that cannot be (%s 0x%llx at position %lld): stop the "
                         "channel and keep its files",
                         channel, what, (unsigned long long)value, (long long)position);
}

/*
 * Walks the published records from the stored tail on. The first word that is not published is the tail, and it is
 * zero: a producer zeroes it before it publishes what lies before it. A status when the ring holds what no producer can
 * have left.
 */
static inline int64_t tadpole_find_tail_(const struct tadpole_ring *ring, const char *channel,
                                         struct tadpole_count_ *stepped_over, struct tadpole_error *error) {
    const int64_t stored = tadpole_load_acquire(&ring->header->tail);
    int64_t tail = stored;
    stepped_over->messages = 0;
    stepped_over->bytes = 0;
    if (!tadpole_is_position_(ring, stored)) {
        return tadpole_corrupt_(error, channel, "the stored tail", stored, stored);
    }
    for (;;) {
        const int64_t word = tadpole_load_acquire(tadpole_word_(ring, tail));
        if (word == 0) {
            return tail;
        }
        const int64_t size = tadpole_record_size_(ring, word, tail);
        if (size < 0 || tail + size - stored > ring->capacity) {
            return tadpole_corrupt_(error, channel, "the word", word, tail);
        }
        if (!tadpole_is_padding_(word)) {
            stepped_over->messages++;
            stepped_over->bytes += tadpole_message_length_(word);
        }
        tail += size;
    }
}

/*
 * Whole records lie between each consumer and the tail, for a consumer holds the producer back: so a stored tail that
 * only looks like one, or a consumer that is somewhere in a message, is found here and not by what gets lost.
 */
static inline int64_t tadpole_check_consumers_(const struct tadpole_producer *producer, int64_t tail,
                                               const char *channel, struct tadpole_error *error) {
    int64_t positions[TADPOLE_CONSUMERS_MAX + 1];
    struct tadpole_count_ count;
    int held = 0;
    for (int k = 0; k < producer->ring.consumers; k++) {
        const int64_t position = tadpole_load_acquire(&producer->files[k]->position);
        if (tadpole_is_held_(position)) {
            int at = held++;
            for (; at > 0 && positions[at - 1] > position; at--) {
                positions[at] = positions[at - 1];
            }
            positions[at] = position;
        }
    }
    positions[held] = tail;
    for (int i = 0; i < held; i++) {
        if (!tadpole_count_between_(&producer->ring, positions[i], positions[i + 1], &count) ||
            tail - positions[i] > producer->ring.capacity) {
            return tadpole_fail_(error, TADPOLE_CORRUPT, 0,
                                 "%s: ring holds a position or record that cannot be (no whole records from a "
                                 "consumer at position %lld to the tail at %lld): keep the files, and evict that "
                                 "consumer or create the channel again",
                                 channel, (long long)positions[i], (long long)tail);
        }
    }
    return TADPOLE_OK;
}

/* Maps what a producer needs and finds the tail, or a status; the caller closes what was opened. */
static inline int64_t tadpole_open_producer_(struct tadpole_producer *producer, int folder, const char *channel,
                                             struct tadpole_count_ *stepped_over, struct tadpole_error *error) {
    /* The lock first: nobody can replace the ring from then on. */
    int64_t status = tadpole_take_role_(folder, channel, "producer.lock", error);
    if (status == TADPOLE_MISSING) {
        /* A channel that is foreign or half created is told as that, not as a missing lock. */
        struct tadpole_error of_the_ring;
        const int64_t ring_status = tadpole_map_ring_(folder, channel, false, &producer->ring, &of_the_ring);
        if (ring_status != TADPOLE_OK) {
            if (error != NULL) {
                *error = of_the_ring;
            }
            return ring_status;
        }
    }
    if (status < 0) {
        return status;
    }
    producer->lock = (int)status;
    TADPOLE_STEP("attach: producer's lock taken");
    status = tadpole_map_ring_(folder, channel, true, &producer->ring, error);
    for (int64_t k = 0; status == TADPOLE_OK && k < producer->ring.consumers; k++) {
        struct tadpole_consumer_file *file;
        status = tadpole_map_consumer_(folder, channel, &producer->ring, k, false, &file, error);
        producer->files[k] = file;
    }
    if (status == TADPOLE_OK && producer->ring.stages != 0) {
        status = tadpole_fail_(error, TADPOLE_ENGINES, 0,
                               "%s: ring is an engine's, with stages in its process: only that engine may write it",
                               channel);
    }
    if (status == TADPOLE_OK) {
        status = tadpole_find_tail_(&producer->ring, channel, stepped_over, error);
    }
    if (status >= 0) {
        producer->tail = status;
        status = tadpole_check_consumers_(producer, producer->tail, channel, error);
    }
    return status == TADPOLE_OK ? tadpole_own_words_(channel, &producer->own, error) : status;
}

/*
 * Takes the producer's role, and goes on where the last producer ended, however it ended. OK; else `producer` is
 * closed, and `error`, which may be NULL, says why. May block on the file system.
 */
static inline int64_t tadpole_attach_producer(struct tadpole_producer *producer, const char *channel,
                                              struct tadpole_error *error) {
    struct tadpole_count_ stepped_over = {0, 0};
    memset(producer, 0, sizeof *producer);
    producer->lock = -1;
    int64_t status = tadpole_open_folder_(channel, error);
    if (status >= 0) {
        const int folder = (int)status;
        status = tadpole_open_producer_(producer, folder, channel, &stepped_over, error);
        close(folder);
    }
    if (status < 0) {
        tadpole_close_producer(producer);
        return status;
    }
    struct tadpole_ring_file *header = producer->ring.header;
    /* A producer that was killed before it stored its tail has not counted what lies behind it either. */
    producer->messages = tadpole_sum_(tadpole_load_relaxed(&header->messages), stepped_over.messages);
    producer->bytes = tadpole_sum_(tadpole_load_relaxed(&header->bytes), stepped_over.bytes);
    producer->back_pressured = tadpole_load_relaxed(&header->back_pressured);
    producer->own[TADPOLE_OWN_EPOCH_] = tadpole_sum_(tadpole_load_acquire(&header->epoch), 1);
    tadpole_store_release(&header->epoch, producer->own[TADPOLE_OWN_EPOCH_]);
    TADPOLE_STEP("recovery: epoch written");
    /* Zero before anything is published behind it. And the tail is stored before the first refresh: whoever joins reads
       it. */
    tadpole_store_release(tadpole_word_(&producer->ring, producer->tail), 0);
    TADPOLE_STEP("recovery: word at tail zeroed");
    tadpole_store_release(&header->tail, producer->tail);
    TADPOLE_STEP("recovery: tail stored");
    tadpole_count_published_(producer);
    return TADPOLE_OK;
}

#endif
