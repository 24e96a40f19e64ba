/*
 * The reading end of a ring.
 *
 *     struct tadpole_consumer consumer;
 *     tadpole_attach_consumer(&consumer, channel, 0, &error);    resumes where the last owner published its position
 *     tadpole_poll(&consumer, handle, context, 256);             hands over what is there, and publishes the position
 *     tadpole_close_consumer(&consumer);
 *
 * Or, without a callback:
 *
 *     while ((length = tadpole_peek(&consumer, &message)) > 0) { ...; tadpole_advance(&consumer); }
 *     tadpole_publish(&consumer);                                once a batch, and before waiting for anything else
 *
 * A message is read where it lies, and is valid until its position is published. One thread. Wait-free, and no call
 * allocates. A consumer takes 200 bytes, a page of its own, and the mappings.
 */
#ifndef TADPOLE_RING_CONSUMER_H
#define TADPOLE_RING_CONSUMER_H

#include "files.h"

#define TADPOLE_TAILS_MAX_ 100000 /* a tail that moves at each look is not a producer's */

/* Its fields are for its functions; those of `ring` may be read. */
struct tadpole_consumer {
    struct tadpole_ring ring; /* mapped read-only */
    struct tadpole_consumer_file *file;
    int64_t *own;      /* own words: whether it has the role, its epoch */
    int64_t head;      /* where the next record starts */
    int64_t published; /* the position in the file */
    int64_t size;      /* of the record that was peeked at; 0: none was */
    int64_t length;    /* of its message */
    int64_t failure;   /* why it takes nothing any more, or OK */
    int64_t messages;
    int64_t bytes;
    int64_t batches;
    int64_t counted; /* messages that are in `batches` */
    int lock;
};

/* What a handler of tadpole_controlled_poll answers. */
enum tadpole_action {
    TADPOLE_CONTINUE = 0, /* go on with the next message */
    TADPOLE_BREAK = 1,    /* consume this message, then end the poll */
    TADPOLE_ABORT = 2,    /* do not consume this message, end the poll: the next one delivers it again */
    TADPOLE_COMMIT = 3    /* consume this message, publish the position at once, and go on */
};

/* Takes one message, which is valid until the handler returns. It must not call the consumer, throw, nor jump: then
   what the poll had consumed is published only with the next one. */
typedef void tadpole_handler(void *context, const unsigned char *message, int64_t length, int64_t position);
typedef enum tadpole_action tadpole_controlled_handler(void *context, const unsigned char *message, int64_t length,
                                                       int64_t position);

/* Gives the role up. The position stays: who takes the role next resumes there. Harmless for one that is closed. */
static inline void tadpole_close_consumer(struct tadpole_consumer *consumer) {
    tadpole_unmap_(consumer->file, sizeof *consumer->file);
    tadpole_unmap_(consumer->ring.header, consumer->ring.mapped);
    tadpole_unmap_(consumer->own, TADPOLE_OWN_WORDS_ * sizeof(int64_t));
    tadpole_close_(consumer->lock);
    consumer->file = NULL;
    consumer->ring.header = NULL;
    consumer->own = NULL;
    consumer->lock = -1;
    consumer->failure = TADPOLE_CLOSED;
}

/*
 * Looks at the next message. Its length, 0 when there is none yet, or CORRUPT, DEPOSED, CLOSED, for good. `*message` is
 * NULL when there is none.
 */
static inline int64_t tadpole_peek(struct tadpole_consumer *consumer, const unsigned char **message) {
    *message = NULL;
    if (consumer->failure < 0) {
        return consumer->failure;
    }
    if (consumer->own[TADPOLE_OWN_ROLE_] == 0) {
        return consumer->failure = TADPOLE_DEPOSED; /* a forked child */
    }
    for (;;) {
        /* Acquires the producer's release of the word (tadpole_commit): the message before it is whole. */
        const int64_t word = tadpole_load_acquire(tadpole_word_(&consumer->ring, consumer->head));
        if (word == 0) {
            consumer->size = 0;
            return 0;
        }
        const int64_t size = tadpole_record_size_(&consumer->ring, word, consumer->head);
        if (size < 0) {
            consumer->size = 0;
            return consumer->failure = TADPOLE_CORRUPT;
        }
        if (!tadpole_is_padding_(word)) {
            consumer->size = size;
            consumer->length = tadpole_message_length_(word);
            *message = tadpole_record_(&consumer->ring, consumer->head) + TADPOLE_RECORD_MESSAGE;
            return consumer->length;
        }
        consumer->head += size;
    }
}

/* Steps over the message that was peeked at; nothing, if none was since the last step. */
static inline void tadpole_advance(struct tadpole_consumer *consumer) {
    if (consumer->size != 0) {
        consumer->head += consumer->size;
        consumer->size = 0;
        consumer->messages = tadpole_sum_(consumer->messages, 1);
        consumer->bytes = tadpole_sum_(consumer->bytes, consumer->length);
    }
}

/* OK; or DEPOSED, for good. */
static inline int64_t tadpole_check_owner_(struct tadpole_consumer *consumer) {
    if (consumer->own[TADPOLE_OWN_ROLE_] == 0 ||
        tadpole_load_acquire(&consumer->file->epoch) != consumer->own[TADPOLE_OWN_EPOCH_]) {
        return consumer->failure = TADPOLE_DEPOSED;
    }
    return TADPOLE_OK;
}

static inline int64_t tadpole_store_position_(struct tadpole_consumer *consumer) {
    struct tadpole_consumer_file *file = consumer->file;
    const int64_t status = tadpole_check_owner_(consumer);
    if (status != TADPOLE_OK) {
        return status;
    }
    tadpole_store_relaxed(&file->messages, consumer->messages);
    TADPOLE_STEP("consumed messages counted");
    tadpole_store_relaxed(&file->bytes, consumer->bytes);
    TADPOLE_STEP("consumed bytes counted");
    tadpole_store_relaxed(&file->batches, consumer->batches);
    TADPOLE_STEP("batches counted");
    /* Released to the producer's acquire (tadpole_refresh_): all reads of these messages come before it. */
    tadpole_store_release(&file->position, consumer->head);
    TADPOLE_STEP("position published");
    consumer->published = consumer->head;
    return TADPOLE_OK;
}

static inline int64_t tadpole_end_batch_(struct tadpole_consumer *consumer) {
    if (consumer->messages != consumer->counted) {
        consumer->counted = consumer->messages;
        consumer->batches = tadpole_sum_(consumer->batches, 1);
    }
    return tadpole_store_position_(consumer);
}

/* Whether anything was stepped over, or is in no batch yet. */
static inline bool tadpole_has_moved_(const struct tadpole_consumer *consumer) {
    return consumer->head != consumer->published || consumer->messages != consumer->counted;
}

/*
 * Publishes the position, behind the last message that was stepped over: the producer may write over those before it
 * when this returns. What was stepped over since the last time is a batch. OK, DEPOSED or CLOSED. It looks at the role
 * even if nothing was consumed.
 */
static inline int64_t tadpole_publish(struct tadpole_consumer *consumer) {
    if (consumer->failure == TADPOLE_DEPOSED || consumer->failure == TADPOLE_CLOSED) {
        return consumer->failure;
    }
    return tadpole_has_moved_(consumer) ? tadpole_end_batch_(consumer) : tadpole_check_owner_(consumer);
}

/* Whether an eighth of the ring was consumed since the position was published: who goes on without publishing holds the
   producer back. The polls see to it themselves. */
static inline bool tadpole_is_due(const struct tadpole_consumer *consumer) {
    return consumer->head - consumer->published >= consumer->ring.capacity / 8;
}

/*
 * Hands over what is there, at most `limit` messages, as far as the handler wants. The position is published before
 * this returns, after the handlers returned, and at each eighth of the ring in between. The number of messages
 * consumed, 0 when there was none; or CORRUPT, DEPOSED, CLOSED, for good.
 */
static inline int64_t tadpole_controlled_poll(struct tadpole_consumer *consumer, tadpole_controlled_handler *handler,
                                              void *context, int64_t limit) {
    const unsigned char *message = NULL;
    enum tadpole_action action = TADPOLE_CONTINUE;
    int64_t count = 0;
    int64_t length = 0;
    while (count < limit && action != TADPOLE_BREAK && (length = tadpole_peek(consumer, &message)) > 0) {
        action = handler(context, message, length, consumer->head);
        if (action == TADPOLE_ABORT) {
            break;
        }
        tadpole_advance(consumer);
        count++;
        if (action == TADPOLE_COMMIT || tadpole_is_due(consumer)) {
            tadpole_store_position_(consumer);
        }
    }
    if (tadpole_has_moved_(consumer)) {
        tadpole_publish(consumer);
    }
    return count == 0 ? consumer->failure : count;
}

/* The same, for a handler that takes every message. */
static inline int64_t tadpole_poll(struct tadpole_consumer *consumer, tadpole_handler *handler, void *context,
                                   int64_t limit) {
    const unsigned char *message = NULL;
    int64_t count = 0;
    int64_t length = 0;
    while (count < limit && (length = tadpole_peek(consumer, &message)) > 0) {
        handler(context, message, length, consumer->head);
        tadpole_advance(consumer);
        count++;
        if (tadpole_is_due(consumer)) {
            tadpole_store_position_(consumer);
        }
    }
    if (tadpole_has_moved_(consumer)) {
        tadpole_publish(consumer);
    }
    return count == 0 ? consumer->failure : count;
}

/* Up to where this consumer has consumed, in bytes. */
static inline int64_t tadpole_consumer_position(const struct tadpole_consumer *consumer) {
    return consumer->head;
}

/*
 * What was published before a position, as the producer counts; false when no consumer can be there: whole records must
 * lie between it and the tail, on either side, for a killed producer may have left a tail that is behind its last
 * records.
 */
static inline bool tadpole_count_before_(const struct tadpole_ring *ring, int64_t position,
                                         struct tadpole_count_ *before) {
    for (int looks = 0; looks < TADPOLE_TAILS_MAX_; looks++) {
        struct tadpole_count_ ahead;
        struct tadpole_count_ behind;
        const int64_t messages = tadpole_load_relaxed(&ring->header->messages);
        const int64_t bytes = tadpole_load_relaxed(&ring->header->bytes);
        const int64_t tail = tadpole_load_acquire(&ring->header->tail);
        const bool is_ahead = tadpole_count_between_(ring, tail, position, &ahead);
        const bool is_behind = tadpole_count_between_(ring, position, tail, &behind);
        if (tadpole_load_acquire(&ring->header->tail) != tail ||
            tadpole_load_relaxed(&ring->header->messages) != messages) {
            continue; /* the producer went on, perhaps over the records that were walked: once more */
        }
        if (is_behind) {
            before->messages = messages > behind.messages ? messages - behind.messages : 0;
            before->bytes = bytes > behind.bytes ? bytes - behind.bytes : 0;
        } else if (is_ahead) {
            before->messages = tadpole_sum_(messages, ahead.messages);
            before->bytes = tadpole_sum_(bytes, ahead.bytes);
        }
        return is_behind || is_ahead;
    }
    return false;
}

/*
 * For an owner whose own state counts further than the published position: goes on there, and publishes it. OK; or
 * DEPOSED, CLOSED; or CORRUPT when the position lies behind, or is one that this ring cannot be read from, and nothing
 * has changed.
 */
static inline int64_t tadpole_resume_at(struct tadpole_consumer *consumer, int64_t position) {
    struct tadpole_count_ before = {0, 0};
    if (consumer->failure != TADPOLE_OK) {
        return consumer->failure;
    }
    if (position < consumer->head || !tadpole_count_before_(&consumer->ring, position, &before)) {
        return TADPOLE_CORRUPT;
    }
    consumer->head = position;
    consumer->size = 0;
    consumer->messages = before.messages;
    consumer->bytes = before.bytes;
    consumer->counted = before.messages;
    return tadpole_publish(consumer);
}

/* Writes a fresh epoch, which deposes whoever held the role before; the new one. */
static inline int64_t tadpole_new_epoch_(struct tadpole_consumer_file *file) {
    const int64_t epoch = tadpole_sum_(tadpole_load_acquire(&file->epoch), 1);
    tadpole_store_release(&file->epoch, epoch);
    TADPOLE_STEP("epoch written");
    /* A former owner that lost its lock and yet lives looks at the epoch before it stores its position: behind this
       fence it moves it no more, but for a store that is under way. */
    tadpole_fence();
    TADPOLE_STEP("epoch fenced");
    return epoch;
}

/*
 * Lets an evicted consumer hold the producer back again, from the current tail on. The mark says that the position is
 * about to be replaced: who finds it after a kill joins anew. Where it joined; or a tail that cannot be, and the mark
 * stays, or nothing was stored.
 */
static inline int64_t tadpole_join_(const struct tadpole_ring *ring, struct tadpole_consumer_file *file) {
    const int64_t first = tadpole_load_acquire(&ring->header->tail);
    if (!tadpole_is_position_(ring, first)) {
        return first;
    }
    tadpole_store_release(&file->position, first | TADPOLE_JOINING);
    TADPOLE_STEP("joining mark stored");
    /* The producer stores its tail, fences, and loads the positions (tadpole_refresh_): one of the two sees the other.
     */
    tadpole_fence();
    TADPOLE_STEP("join: fenced");
    const int64_t position = tadpole_load_acquire(&ring->header->tail);
    TADPOLE_STEP("join: tail read again");
    if (tadpole_is_position_(ring, position)) {
        tadpole_store_release(&file->position, position);
        TADPOLE_STEP("joined position stored");
    }
    return position;
}

/* The ring, the lock and the file of a consumer's role, or a status; the caller closes what was opened. */
static inline int64_t tadpole_open_consumer_(struct tadpole_consumer *consumer, const char *channel, int64_t index,
                                             struct tadpole_error *error) {
    char name[TADPOLE_FILE_NAME_];
    int64_t status = tadpole_open_folder_(channel, error);
    if (status < 0) {
        return status;
    }
    const int folder = (int)status;
    status = tadpole_map_ring_(folder, channel, false, &consumer->ring, error);
    if (status == TADPOLE_OK) {
        status = tadpole_check_declared_(&consumer->ring, channel, index, error);
    }
    if (status == TADPOLE_OK) {
        tadpole_consumer_name_(name, index, ".lock");
        status = tadpole_take_role_(folder, channel, name, error);
    }
    if (status >= 0) {
        consumer->lock = (int)status;
        TADPOLE_STEP("attach: consumer's lock taken");
        /* The ring's id in it says that the channel was not replaced in between. */
        status = tadpole_map_consumer_(folder, channel, &consumer->ring, index, true, &consumer->file, error);
    }
    close(folder);
    return status;
}

/* Where the owner of a role goes on, or a status. */
static inline int64_t tadpole_resume_(struct tadpole_consumer *consumer, const char *channel, int64_t index, bool join,
                                      struct tadpole_error *error) {
    struct tadpole_consumer_file *file = consumer->file;
    struct tadpole_count_ before = {0, 0};
    consumer->own[TADPOLE_OWN_EPOCH_] = tadpole_new_epoch_(file);
    const int64_t found = tadpole_load_acquire(&file->position);
    if (found == TADPOLE_DETACHED && !join) {
        return tadpole_fail_(error, TADPOLE_EVICTED, 0,
                             "%s: consumer-%lld was evicted and has missed messages: join it again", channel,
                             (long long)index);
    }
    const int64_t position = tadpole_is_held_(found) ? found : tadpole_join_(&consumer->ring, file);
    if (!tadpole_count_before_(&consumer->ring, position, &before)) {
        return tadpole_fail_(error, TADPOLE_CORRUPT, 0,
                             "%s: consumer-%lld holds a position or record that cannot be (no whole records from "
                             "position %lld to the tail): keep the files, and evict the consumer or create the channel "
                             "again",
                             channel, (long long)index, (long long)position);
    }
    tadpole_store_relaxed(&file->messages, before.messages);
    TADPOLE_STEP("resume: messages counted anew");
    tadpole_store_relaxed(&file->bytes, before.bytes);
    TADPOLE_STEP("resume: bytes counted anew");
    consumer->messages = before.messages;
    consumer->bytes = before.bytes;
    consumer->counted = before.messages;
    consumer->batches = tadpole_load_relaxed(&file->batches);
    return position;
}

static inline int64_t tadpole_take_consumer_(struct tadpole_consumer *consumer, const char *channel, int64_t index,
                                             bool join, struct tadpole_error *error) {
    memset(consumer, 0, sizeof *consumer);
    consumer->lock = -1;
    int64_t status = tadpole_open_consumer_(consumer, channel, index, error);
    if (status == TADPOLE_OK) {
        status = tadpole_own_words_(channel, &consumer->own, error);
    }
    if (status == TADPOLE_OK) {
        status = tadpole_resume_(consumer, channel, index, join, error);
    }
    if (status < 0) {
        tadpole_close_consumer(consumer);
        return status;
    }
    consumer->head = status;
    consumer->published = status;
    return TADPOLE_OK;
}

/*
 * Takes a consumer's role and resumes at its published position: what it had handled behind that is delivered again.
 * One that was joining when it was killed joins anew. OK; else `consumer` is closed, and `error`, which may be NULL,
 * says why: EVICTED, when an operator detached the consumer. May block on the file system.
 */
static inline int64_t tadpole_attach_consumer(struct tadpole_consumer *consumer, const char *channel, int64_t index,
                                              struct tadpole_error *error) {
    return tadpole_take_consumer_(consumer, channel, index, false, error);
}

/* The same, but a consumer that was evicted starts with what is published from now on. */
static inline int64_t tadpole_join_consumer(struct tadpole_consumer *consumer, const char *channel, int64_t index,
                                            struct tadpole_error *error) {
    return tadpole_take_consumer_(consumer, channel, index, true, error);
}

/*
 * Detaches a dead consumer, so that it no longer holds the producer back. It misses what is published until it joins
 * again. OK; HELD when a live process has the role: end it first.
 */
static inline int64_t tadpole_evict(const char *channel, int64_t index, struct tadpole_error *error) {
    struct tadpole_consumer consumer;
    memset(&consumer, 0, sizeof consumer);
    consumer.lock = -1;
    const int64_t status = tadpole_open_consumer_(&consumer, channel, index, error);
    if (status == TADPOLE_OK) {
        tadpole_new_epoch_(consumer.file);
        TADPOLE_STEP("evict: epoch written");
        tadpole_store_release(&consumer.file->position, TADPOLE_DETACHED);
        TADPOLE_STEP("evict: detached stored");
    }
    tadpole_close_consumer(&consumer);
    return status;
}

#endif
