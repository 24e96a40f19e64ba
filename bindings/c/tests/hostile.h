/*
 * What a fuzzer aims at: a consumer, and whoever takes its role, over words that another wrote. The input is a script:
 * plausible words for the most part, wild ones among them, also while a handler runs. It ends the process when a reader
 * answers anything but a count or a named status, goes where no record is, or touches what is not its own:
 *
 *     | no access | header, records | no access |      the forger's view of the ring is another one, for writing;
 *     | no access | consumer's file | no access |      the reader's is read-only
 *
 * The ring ends where its last page does, so that one byte behind it is a fault; a small one, for it wraps soon.
 */
#ifndef TADPOLE_TESTS_HOSTILE_H
#define TADPOLE_TESTS_HOSTILE_H

#include <tadpole/ring.h>

#define PAGE 4096
#define RING_LENGTH (PAGE + TADPOLE_CAPACITY_MIN)

#define MUST(condition) ((condition) ? (void)0 : must_fail(#condition, __LINE__))

static inline void must_fail(const char *what, int line) {
    fprintf(stderr, "hostile.h:%d: %s\n", line, what);
    abort();
}

/* Bytes to decide by; zeros when they are spent. */
struct script {
    const unsigned char *bytes;
    size_t left;
};

static inline int64_t decide_byte(struct script *script) {
    if (script->left == 0) {
        return 0;
    }
    script->left--;
    return *script->bytes++;
}

static inline int64_t decide_below(struct script *script, int64_t bound) {
    int64_t value = decide_byte(script);
    for (int64_t range = 256; range < bound; range *= 256) {
        value = value * 256 + decide_byte(script);
    }
    return value % bound;
}

/* Any word; for the most part one whose bytes are at a bound. */
static inline int64_t decide_word(struct script *script) {
    uint64_t word = 0;
    const int64_t kind = decide_below(script, 8);
    if (kind < 3) {
        static const int64_t bounds[] = {
            INT64_MIN,         INT64_MAX,      -1, INT64_C(1) << 62, (INT64_C(1) << 62) + 8, 1, INT64_C(0xFFFFFFFF),
            TADPOLE_PUBLISHED, TADPOLE_PADDING};
        return bounds[decide_below(script, 9)];
    }
    for (int i = 0; i < 8; i++) {
        word = word << 8 | (uint64_t)decide_byte(script);
    }
    return (int64_t)word;
}

static inline int64_t least_(int64_t a, int64_t b) {
    return a < b ? a : b;
}

struct hostile {
    unsigned char *forged; /* the ring's file, for writing */
    unsigned char *read;   /* the same, read-only, between pages that cannot be touched */
    struct tadpole_consumer_file *file;
    struct tadpole_ring_file *forged_header;
    struct tadpole_consumer consumer;
    int64_t *own;
    int64_t capacity;
    int64_t alignment;
    int64_t cursor; /* where the next plausible record goes */
    int64_t messages;
    volatile unsigned char sum; /* of what was read */
    struct script *script;
};

static inline unsigned char *between_guards(int descriptor, size_t length) {
    unsigned char *space =
        (unsigned char *)mmap(NULL, length + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    MUST(space != MAP_FAILED);
    const int protection = descriptor < 0 ? PROT_READ | PROT_WRITE : PROT_READ;
    const int flags = MAP_FIXED | (descriptor < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED);
    MUST(mmap(space + PAGE, length, protection, flags, descriptor, 0) == (void *)(space + PAGE));
    return space + PAGE;
}

static inline void hostile_open(struct hostile *hostile) {
    memset(hostile, 0, sizeof *hostile);
    const int descriptor = memfd_create("hostile", MFD_CLOEXEC);
    MUST(descriptor >= 0 && ftruncate(descriptor, RING_LENGTH) == 0);
    void *forged = mmap(NULL, RING_LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    MUST(forged != MAP_FAILED);
    hostile->forged = (unsigned char *)forged;
    hostile->read = between_guards(descriptor, RING_LENGTH);
    hostile->file = (struct tadpole_consumer_file *)(void *)between_guards(-1, PAGE);
    close(descriptor);
    MUST(tadpole_own_words_("memory", &hostile->own, NULL) == TADPOLE_OK);
}

static inline int64_t *forged_record(struct hostile *hostile, int64_t index) {
    return (int64_t *)(void *)((unsigned char *)hostile->forged_header + PAGE + index);
}

/* One word of the records; for the most part a record that can be, behind the one that was made before. */
static inline void forge_record(struct hostile *hostile) {
    struct script *script = hostile->script;
    const int64_t capacity = hostile->capacity;
    const int64_t left = capacity - hostile->cursor;
    const int64_t kind = decide_below(script, 16);
    const int64_t longest = least_(capacity / 4, left);
    const int64_t plausible = TADPOLE_PUBLISHED | (9 + decide_below(script, longest > 8 ? longest - 8 : 1));
    const int64_t word = kind == 0   ? decide_word(script)
                         : kind == 1 ? 0
                         : kind == 2 ? TADPOLE_PUBLISHED | (1 + decide_below(script, 2 * capacity))
                         : kind <= 4 ? TADPOLE_PUBLISHED | TADPOLE_PADDING | left
                         : kind <= 6 ? TADPOLE_PUBLISHED | (9 + decide_below(script, left))
                         : kind == 7 ? plausible ^ (int64_t)(UINT64_C(1) << (32 + decide_below(script, 32)))
                                     : plausible;
    /* Or where another record is, or none. */
    const int64_t index =
        kind == 15 ? decide_below(script, capacity / hostile->alignment) * hostile->alignment : hostile->cursor;
    tadpole_store_release(forged_record(hostile, index), word);
    struct tadpole_ring ring;
    memset(&ring, 0, sizeof ring);
    ring.capacity = capacity;
    ring.alignment = hostile->alignment;
    const int64_t size = tadpole_record_size_(&ring, word, index);
    if (size > 0) {
        hostile->cursor = (index + size) & (capacity - 1);
    }
}

static inline int64_t near(struct hostile *hostile, int64_t position) {
    return position + (decide_below(hostile->script, 64) - 40) * hostile->alignment +
           (decide_below(hostile->script, 16) == 0 ? decide_below(hostile->script, hostile->alignment) : 0);
}

/* A word of the ring's header, or of the consumer's file. */
static inline void forge_header(struct hostile *hostile, int64_t position) {
    struct tadpole_ring_file *ring = hostile->forged_header;
    struct tadpole_consumer_file *file = hostile->file;
    int64_t *const words[] = {&ring->tail,  &ring->tail,     &ring->messages, &ring->bytes,
                              &ring->epoch, &file->position, &file->position, &file->position,
                              &file->epoch, &file->messages, &file->bytes,    &file->batches};
    int64_t *word = words[decide_below(hostile->script, 12)];
    const int64_t kind = decide_below(hostile->script, 8);
    tadpole_store_release(word, kind == 0   ? decide_word(hostile->script)
                                : kind == 1 ? position | TADPOLE_JOINING
                                : kind == 2 ? TADPOLE_DETACHED
                                            : near(hostile, position));
}

/* Looks at every byte, and changes the ring under the reader's eyes. */
static inline enum tadpole_action hostile_handle(void *context, const unsigned char *message, int64_t length,
                                                 int64_t position) {
    struct hostile *hostile = (struct hostile *)context;
    const int64_t index = position & (hostile->capacity - 1);
    unsigned char sum = 0;
    MUST(position == tadpole_consumer_position(&hostile->consumer));
    MUST(message == hostile->consumer.ring.records + index + 8);
    MUST(*forged_record(hostile, index) == (TADPOLE_PUBLISHED | (8 + length))); /* no bit besides */
    MUST(length >= 1 && length <= hostile->capacity / 2 - 8 && index + 8 + length <= hostile->capacity);
    for (int64_t i = 0; i < length; i += i < length - 1 && i + 64 > length - 1 ? length - 1 - i : 64) {
        sum = (unsigned char)(sum + message[i]); /* a byte of each cache line, and the last one */
    }
    hostile->sum = sum;
    hostile->messages++;
    for (int64_t forged = decide_below(hostile->script, 4); forged > 1; forged--) {
        forge_record(hostile);
    }
    return (enum tadpole_action)decide_below(hostile->script, 4);
}

static inline void hostile_take(void *context, const unsigned char *message, int64_t length, int64_t position) {
    hostile_handle(context, message, length, position);
}

/* One call to the consumer, and what may come of it; the status for good, or OK. */
static inline int64_t hostile_poll(struct hostile *hostile, int64_t failed) {
    struct tadpole_consumer *consumer = &hostile->consumer;
    const int64_t limit = 1 + decide_below(hostile->script, 40);
    const int64_t before = tadpole_consumer_position(consumer);
    const int64_t kind = decide_below(hostile->script, 4);
    const unsigned char *message = NULL;
    int64_t polled = 0;
    if (kind == 0) {
        polled = tadpole_controlled_poll(consumer, hostile_handle, hostile, limit);
    } else if (kind == 1) {
        while (polled < limit && (polled == 0 || failed == TADPOLE_OK)) {
            const int64_t length = tadpole_peek(consumer, &message);
            if (length <= 0) {
                polled = polled == 0 ? length : polled;
                break;
            }
            hostile_handle(hostile, message, length, tadpole_consumer_position(consumer));
            tadpole_advance(consumer);
            polled++;
        }
        const int64_t published = tadpole_publish(consumer);
        MUST(published == TADPOLE_OK || published == TADPOLE_DEPOSED);
    } else {
        polled = tadpole_poll(consumer, hostile_take, hostile, limit);
    }
    const int64_t moved = tadpole_consumer_position(consumer) - before;
    MUST(moved >= 0 && moved <= (limit + 1) * hostile->capacity);
    MUST((tadpole_consumer_position(consumer) & (hostile->alignment - 1)) == 0);
    MUST(polled >= 0 ? polled <= limit : polled == TADPOLE_CORRUPT || polled == TADPOLE_DEPOSED);
    if (failed != TADPOLE_OK) {
        MUST(polled < 0 && moved == 0); /* a consumer that failed stays failed */
    }
    return polled < 0 ? polled : consumer->failure;
}

/* The identity that an attaching reader checks, and then believes. */
static inline bool hostile_identity(struct hostile *hostile) {
    struct tadpole_ring_file *header = hostile->forged_header;
    struct tadpole_ring ring;
    struct tadpole_mapping_ mapping;
    int64_t *const words[] = {&header->magic,     &header->version,   &header->header_length, &header->capacity,
                              &header->alignment, &header->consumers, &header->ring_id,       &header->stages};
    for (int64_t forged = decide_below(hostile->script, 3); forged > 1; forged--) {
        int64_t *word = words[decide_below(hostile->script, 8)];
        *word = decide_below(hostile->script, 2) ? decide_word(hostile->script)
                                                 : *word + decide_below(hostile->script, 3) - 1;
    }
    mapping.base = hostile->read;
    mapping.length = RING_LENGTH;
    mapping.file_length = RING_LENGTH;
    const int64_t status = tadpole_read_identity_(&ring, &mapping, "memory", NULL);
    MUST(status == TADPOLE_OK || status == TADPOLE_FOREIGN || status == TADPOLE_HALF_CREATED ||
         status == TADPOLE_NEWER_VERSION || status == TADPOLE_BAD_HEADER || status == TADPOLE_TRUNCATED);
    if (status == TADPOLE_OK) {
        MUST(ring.capacity == TADPOLE_CAPACITY_MIN && (ring.alignment == 8 || ring.alignment == 64));
        hostile->capacity = ring.capacity;
        hostile->alignment = ring.alignment;
        hostile->consumer.ring = ring;
    }
    return status == TADPOLE_OK;
}

/* A new ring: of the smallest size that may be attached to, checked as an attaching reader does, or a smaller one. */
static inline bool hostile_reset(struct hostile *hostile) {
    struct script *script = hostile->script;
    const bool whole = decide_below(script, 64) == 0;
    hostile->alignment = decide_below(script, 2) == 0 ? 8 : 64;
    hostile->capacity = whole ? TADPOLE_CAPACITY_MIN : 512 << decide_below(script, 3);
    const int64_t start = RING_LENGTH - PAGE - hostile->capacity;
    hostile->forged_header = (struct tadpole_ring_file *)(void *)(hostile->forged + start);
    memset(hostile->forged + start, 0, 512);
    memset(hostile->forged + start + PAGE, 0, (size_t)hostile->capacity);
    memset(hostile->file, 0, 512);
    memset(&hostile->consumer, 0, sizeof hostile->consumer);
    hostile->consumer.lock = -1;
    hostile->consumer.ring.header = (struct tadpole_ring_file *)(void *)(hostile->read + start);
    hostile->consumer.ring.records = hostile->read + start + PAGE;
    hostile->consumer.ring.capacity = hostile->capacity;
    hostile->consumer.ring.alignment = hostile->alignment;
    hostile->consumer.ring.consumers = 1;
    if (whole) {
        struct tadpole_ring_file *header = hostile->forged_header;
        header->magic = TADPOLE_RING_MAGIC;
        header->version = TADPOLE_LAYOUT_VERSION;
        header->header_length = PAGE;
        header->capacity = hostile->capacity;
        header->alignment = hostile->alignment;
        header->consumers = 1;
        header->ring_id = 4711;
        if (!hostile_identity(hostile)) {
            return false;
        }
    }
    hostile->cursor = decide_below(script, hostile->capacity / hostile->alignment) * hostile->alignment;
    const int64_t position = decide_below(script, 4) * hostile->capacity + hostile->cursor;
    hostile->forged_header->tail = position;
    hostile->file->position = position;
    return true;
}

/* A script from its beginning to its end: words are forged, the role is taken, and the reader goes as far as it can. */
static inline void hostile_run(struct hostile *hostile, const unsigned char *bytes, size_t length) {
    struct script script;
    script.bytes = bytes;
    script.left = length;
    hostile->script = &script;
    if (!hostile_reset(hostile)) {
        return;
    }
    struct tadpole_consumer *consumer = &hostile->consumer;
    consumer->file = hostile->file;
    consumer->own = hostile->own;
    const int64_t start = hostile->file->position;
    for (int64_t words = decide_below(&script, 24); words > 0; words--) {
        forge_record(hostile);
    }
    for (int64_t words = decide_below(&script, 6); words > 2; words--) {
        forge_header(hostile, start);
    }
    const bool join = decide_below(&script, 4) == 0;
    const int64_t taken = tadpole_resume_(consumer, "memory", 0, join, NULL);
    MUST(taken >= 0 || taken == TADPOLE_CORRUPT || (taken == TADPOLE_EVICTED && !join));
    if (taken < 0) {
        return;
    }
    MUST((taken & (hostile->alignment - 1)) == 0);
    consumer->head = taken;
    consumer->published = taken;
    int64_t failed = TADPOLE_OK;
    for (int step = 0; step < 200 && script.left > 0; step++) {
        const int64_t kind = decide_below(&script, 8);
        if (kind < 3) {
            failed = hostile_poll(hostile, failed);
        } else if (kind == 3) {
            forge_header(hostile, tadpole_consumer_position(consumer));
        } else if (kind == 4 && decide_below(&script, 4) == 0) {
            const int64_t before = tadpole_consumer_position(consumer);
            const int64_t position = near(hostile, before);
            const int64_t status = tadpole_resume_at(consumer, position);
            MUST(status != TADPOLE_OK || position >= before);
            MUST(failed == TADPOLE_OK || status < 0);
            MUST(status == TADPOLE_OK || status == TADPOLE_CORRUPT || status == TADPOLE_DEPOSED);
            failed = failed != TADPOLE_OK ? failed : consumer->failure;
        } else {
            forge_record(hostile);
        }
    }
    hostile_poll(hostile, failed);
}

#endif
