/* The records of a mapped ring, and the one check that every reader makes of a word. Nobody believes a word unchecked.
 */
#ifndef TADPOLE_RECORD_H
#define TADPOLE_RECORD_H

#include <stdbool.h>

#include "layout.h"
#include "ordered.h"
#include "status.h"

#define TADPOLE_HIGHEST_POSITION_ (INT64_C(1) << 62) /* no ring gets there: more than a century at 1 GB/s */

/* A mapped ring. What its header says for good was loaded once: what was checked is what is used. */
struct tadpole_ring {
    struct tadpole_ring_file *header;
    unsigned char *records;
    size_t mapped; /* bytes from the header on */
    int64_t capacity;
    int64_t alignment;
    int64_t consumers;
    int64_t stages;
    int64_t ring_id;
};

static inline int64_t tadpole_align_(int64_t length, int64_t alignment) {
    return (length + alignment - 1) & -alignment;
}

/* Epochs and counts begin with what a file says, which may be any number: they go round, as Java's do. */
static inline int64_t tadpole_sum_(int64_t count, int64_t more) {
    return (int64_t)((uint64_t)count + (uint64_t)more);
}

/* The address of a record, by its position. */
static inline unsigned char *tadpole_record_(const struct tadpole_ring *ring, int64_t position) {
    return ring->records + (position & (ring->capacity - 1));
}

static inline int64_t *tadpole_word_(const struct tadpole_ring *ring, int64_t position) {
    return (int64_t *)(void *)tadpole_record_(ring, position);
}

static inline bool tadpole_is_padding_(int64_t word) {
    return (word & TADPOLE_PADDING) != 0;
}

static inline int64_t tadpole_message_word_(int64_t length) {
    return TADPOLE_PUBLISHED | (TADPOLE_RECORD_MESSAGE + length);
}

static inline int64_t tadpole_message_length_(int64_t word) {
    return (word & TADPOLE_LENGTH_MASK) - TADPOLE_RECORD_MESSAGE;
}

/*
 * Bytes of ring that the record of a word takes, or CORRUPT for a word that no producer writes: so a reader never
 * leaves the records, and never runs in circles (a padding is at most half the ring, too).
 */
static inline int64_t tadpole_record_size_(const struct tadpole_ring *ring, int64_t word, int64_t position) {
    const int64_t index = position & (ring->capacity - 1);
    const int64_t length = word & TADPOLE_LENGTH_MASK;
    const int64_t size = tadpole_align_(length, ring->alignment);
    const bool message =
        word - length == TADPOLE_PUBLISHED && length > TADPOLE_RECORD_MESSAGE && index + size <= ring->capacity;
    const bool padding = word - length == (TADPOLE_PUBLISHED | TADPOLE_PADDING) && length == ring->capacity - index;
    return (message || padding) && size <= ring->capacity / 2 ? size : (int64_t)TADPOLE_CORRUPT;
}

/* Whether a ring gets there, and a record may start there. */
static inline bool tadpole_is_position_(const struct tadpole_ring *ring, int64_t position) {
    return position >= 0 && position <= TADPOLE_HIGHEST_POSITION_ && (position & (ring->alignment - 1)) == 0;
}

/* Whether a consumer's position is one up to which nothing is kept for it: evicted, or joining, which may lie further
   back than the producer waits. DETACHED has the bit, too. */
static inline bool tadpole_is_held_(int64_t position) {
    return (position & TADPOLE_JOINING) == 0;
}

struct tadpole_count_ {
    int64_t messages;
    int64_t bytes;
};

/* Counts what lies between two positions; false when it is not whole records, or more than a capacity of them. */
static inline bool tadpole_count_between_(const struct tadpole_ring *ring, int64_t from, int64_t to,
                                          struct tadpole_count_ *count) {
    count->messages = 0;
    count->bytes = 0;
    if (!tadpole_is_position_(ring, from) || !tadpole_is_position_(ring, to) || to < from ||
        to - from > ring->capacity) {
        return false;
    }
    while (from < to) {
        const int64_t word = tadpole_load_acquire(tadpole_word_(ring, from));
        const int64_t size = tadpole_record_size_(ring, word, from);
        if (size < 0) {
            return false;
        }
        if (!tadpole_is_padding_(word)) {
            count->messages++;
            count->bytes += tadpole_message_length_(word);
        }
        from += size;
    }
    return from == to;
}

#endif
