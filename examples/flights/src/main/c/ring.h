/*
 * Both ends of a Tadpole ring, in C, as much of them as the flights board needs. Why each step is as it is:
 * bindings/codon/tadpole/ring_consumer.codon and ring_producer.codon. A role that cannot be had ends the process.
 */
#ifndef TADPOLE_RING_H
#define TADPOLE_RING_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { OK = 0, BACK_PRESSURED = -1, CORRUPT = -5, DEPOSED = -6 };

#define RING_MAGIC INT64_C(0x00454C4F50444154)     /* "TADPOLE\0" */
#define CONSUMER_MAGIC INT64_C(0x534E4F4350444154) /* "TADPCONS" */
#define PUBLISHED ((int64_t)1 << 48)
#define PADDING ((int64_t)1 << 49)
#define LENGTH_MASK INT64_C(0xFFFFFFFF)
#define DETACHED ((int64_t)-1)
#define JOINING ((int64_t)1)
#define CONSUMERS_MAX 64
#define TAILS_MAX 100000 /* a tail that moves at each look is not a producer's */
#define WRONG_LENGTH "does not have the length that its header says: restore it, or create it again"
#define WORD ((int64_t)8)
#define HIGHEST_POSITION ((int64_t)1 << 62) /* more than a century at 1 GB/s */

/* <channel>/ring. Words that different processes write are 128 bytes apart. */
struct ring_file {
    int64_t magic;
    int64_t version;
    int64_t header_length;
    int64_t capacity;
    int64_t alignment;
    int64_t consumers;
    int64_t ring_id;
    int64_t created_ns;
    int64_t schema_id;
    int64_t schema_version;
    int64_t stages;
    int64_t unused_1[5];
    int64_t tail;
    int64_t unused_2[15];
    int64_t epoch;
    int64_t unused_3[15];
    int64_t messages;
    int64_t bytes;
    int64_t back_pressured;
    int64_t unused_4[461]; /* the engine's stages, from 512 on, among them */
    int64_t data[];
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the layout is little-endian");
_Static_assert(offsetof(struct ring_file, version) == 8, "ring.version");
_Static_assert(offsetof(struct ring_file, header_length) == 16, "ring.headerLength");
_Static_assert(offsetof(struct ring_file, capacity) == 24, "ring.capacity");
_Static_assert(offsetof(struct ring_file, alignment) == 32, "ring.alignment");
_Static_assert(offsetof(struct ring_file, consumers) == 40, "ring.consumers");
_Static_assert(offsetof(struct ring_file, ring_id) == 48, "ring.ringId");
_Static_assert(offsetof(struct ring_file, created_ns) == 56, "ring.createdNs");
_Static_assert(offsetof(struct ring_file, schema_id) == 64, "ring.schemaId");
_Static_assert(offsetof(struct ring_file, schema_version) == 72, "ring.schemaVersion");
_Static_assert(offsetof(struct ring_file, stages) == 80, "ring.stages");
_Static_assert(offsetof(struct ring_file, tail) == 128, "ring.tail");
_Static_assert(offsetof(struct ring_file, epoch) == 256, "ring.epoch");
_Static_assert(offsetof(struct ring_file, messages) == 384, "ring.messages");
_Static_assert(offsetof(struct ring_file, bytes) == 392, "ring.bytes");
_Static_assert(offsetof(struct ring_file, back_pressured) == 400, "ring.backPressured");
_Static_assert(offsetof(struct ring_file, data) == 4096, "ring.data");

/* <channel>/consumer-<k> */
struct consumer_file {
    int64_t magic;
    int64_t version;
    int64_t ring_id;
    int64_t index;
    int64_t created_ns;
    int64_t unused_1[3];
    char name[56];
    int64_t unused_2;
    int64_t position;
    int64_t unused_3[15];
    int64_t epoch;
    int64_t unused_4[15];
    int64_t messages;
    int64_t bytes;
    int64_t batches;
    int64_t unused_5[461];
};

_Static_assert(offsetof(struct consumer_file, version) == 8, "consumer.version");
_Static_assert(offsetof(struct consumer_file, ring_id) == 16, "consumer.ringId");
_Static_assert(offsetof(struct consumer_file, index) == 24, "consumer.index");
_Static_assert(offsetof(struct consumer_file, created_ns) == 32, "consumer.createdNs");
_Static_assert(offsetof(struct consumer_file, name) == 64, "consumer.name");
_Static_assert(offsetof(struct consumer_file, position) == 128, "consumer.position");
_Static_assert(offsetof(struct consumer_file, epoch) == 256, "consumer.epoch");
_Static_assert(offsetof(struct consumer_file, messages) == 384, "consumer.messages");
_Static_assert(offsetof(struct consumer_file, bytes) == 392, "consumer.bytes");
_Static_assert(offsetof(struct consumer_file, batches) == 400, "consumer.batches");
_Static_assert(sizeof(struct consumer_file) == 4096, "consumer.length");

/* What a ring's header says for good, read once: what was checked is what is used. */
struct identity {
    int64_t header_length;
    int64_t capacity;
    int64_t alignment;
    int64_t consumers;
    int64_t ring_id;
};
enum { OWN_EPOCH, OWN_LIMIT };

struct consumer {
    const struct ring_file *ring;
    struct consumer_file *file;
    int64_t capacity;
    int64_t alignment;
    int64_t position;  /* of the record that poll looks at */
    int64_t published; /* the position in the file */
    int64_t *own;      /* own_words(): its epoch */
    int64_t size;     /* of the polled record */
    int64_t length;   /* of the polled message */
    int64_t messages; /* since the position was published */
    int64_t bytes;
};

struct producer {
    struct ring_file *ring;
    const struct consumer_file *files[CONSUMERS_MAX];
    int64_t seen[CONSUMERS_MAX]; /* the last position of each consumer */
    int64_t capacity;
    int64_t alignment;
    int64_t tail;
    int64_t *own;    /* own_words(): its epoch, and its limit: no record may end, with its next word, beyond it */
    int64_t padding; /* of the open claim */
};

/*
 * A fault point of `./tadpole crash`, behind each store that a kill may come after. Only its own program defines it
 * before it includes this file; in every other one it is nothing.
 */
#ifndef TADPOLE_STEP
#define TADPOLE_STEP(words)
#endif

static inline int64_t load_acquire(const int64_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }

static inline int64_t load_relaxed(const int64_t *word) { return __atomic_load_n(word, __ATOMIC_RELAXED); }

static inline void store_release(int64_t *word, int64_t value) { __atomic_store_n(word, value, __ATOMIC_RELEASE); }

static inline void store_relaxed(int64_t *word, int64_t value) { __atomic_store_n(word, value, __ATOMIC_RELAXED); }

/* One sentence on standard error, and the end. */
__attribute__((format(printf, 2, 3))) static _Noreturn void stop(int exit_status, const char *format, ...) {
    char sentence[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    fprintf(stderr, "flights_board: %s\n", sentence);
    exit(exit_status);
}

/* `where` and `file` begin each sentence about a file that cannot be used. */
static _Noreturn void refuse(const char *where, const char *file, const char *why) {
    stop(2, "%s: %s %s", where, file, why);
}

static int open_file(int folder, const char *file, int flags, const char *where) {
    const int descriptor = openat(folder, file, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno == ELOOP) {
        refuse(where, file, "is a symbolic link, which Tadpole refuses: name the real file");
    }
    if (descriptor < 0) {
        stop(2, "%s: %s cannot be used: %s", where, file, strerror(errno));
    }
    return descriptor;
}

/* True if the byte is locked now, false if somebody else has it. */
static bool lock_byte(int descriptor, off_t at, const char *where, const char *file) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};
    const bool locked = fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
    if (!locked && errno != EAGAIN && errno != EACCES) {
        stop(2, "%s: %s cannot be used: %s", where, file, strerror(errno));
    }
    return locked;
}

/* Owned until the process ends. Byte 0 is the owner's alone; byte 1 is what a probe shares for a moment. */
static void own(int descriptor, const char *where, const char *file) {
    if (!lock_byte(descriptor, 0, where, file)) {
        refuse(where, file, "is owned by another process, and a role has one owner: stop that process first");
    }
    while (!lock_byte(descriptor, 1, where, file)) {
        sched_yield();
    }
}

/* Words that are zero in a forked child, which is not the owner: its next call finds that its epoch is another. */
static int64_t *own_words(const char *where) {
    const size_t length = 4096;
    int64_t *words = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (words == MAP_FAILED || madvise(words, length, MADV_WIPEONFORK) != 0) {
        stop(2, "%s: there is no private memory: %s", where, strerror(errno));
    }
    return words;
}

static int64_t size_of(int descriptor) { return lseek(descriptor, 0, SEEK_END); }

static void *map(int descriptor, bool writable, int64_t minimum, const char *where, const char *file) {
    const int64_t size = size_of(descriptor);
    if (size < minimum) {
        refuse(where, file, WRONG_LENGTH);
    }
    void *base = mmap(NULL, (size_t)size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED | MAP_POPULATE,
                      descriptor, 0);
    if (base == MAP_FAILED) {
        stop(2, "%s: %s cannot be used: %s", where, file, strerror(errno));
    }
    return base;
}

/* Magic and version of any of Tadpole's files; the version was released last. */
static void check_version(const int64_t *header, int64_t magic, const char *where, const char *file) {
    const int64_t version = load_acquire(&header[1]);
    const int64_t found = load_relaxed(&header[0]);
    if (version == 0 && (found == 0 || found == magic)) {
        refuse(where, file, "is half created (its version is 0): wait for its creator, or create it again");
    }
    if (found != magic) {
        refuse(where, file, "is not a file of this kind (its magic differs): check the path");
    }
    if (version != 1) {
        refuse(where, file, "was written by a newer Tadpole: update this program");
    }
}

static struct ring_file *map_ring(int folder, bool writable, const char *channel, struct identity *identity) {
    const int descriptor = open_file(folder, "ring", writable ? O_RDWR : O_RDONLY, channel);
    struct ring_file *ring = map(descriptor, writable, (int64_t)sizeof(struct ring_file), channel, "ring");
    check_version(&ring->magic, RING_MAGIC, channel, "ring");
    const struct identity found = {.header_length = load_relaxed(&ring->header_length),
                                   .capacity = load_relaxed(&ring->capacity),
                                   .alignment = load_relaxed(&ring->alignment),
                                   .consumers = load_relaxed(&ring->consumers),
                                   .ring_id = load_relaxed(&ring->ring_id)};
    if (found.header_length != (int64_t)sizeof(struct ring_file) || found.ring_id == 0 || found.capacity < 1 << 16 ||
        found.capacity > 1 << 30 || (found.capacity & (found.capacity - 1)) != 0 ||
        (found.alignment != 8 && found.alignment != 64) || found.consumers < 0 || found.consumers > CONSUMERS_MAX) {
        refuse(channel, "ring", "has an impossible header: create it again");
    }
    if (size_of(descriptor) != found.header_length + found.capacity) {
        refuse(channel, "ring", WRONG_LENGTH);
    }
    close(descriptor);
    *identity = found;
    return ring;
}

static struct consumer_file *map_consumer(int folder, int64_t ring_id, int index, bool writable, const char *channel) {
    char file[32];
    snprintf(file, sizeof file, "consumer-%d", index);
    const int descriptor = open_file(folder, file, writable ? O_RDWR : O_RDONLY, channel);
    struct consumer_file *consumer = map(descriptor, writable, (int64_t)sizeof *consumer, channel, file);
    const int64_t size = size_of(descriptor);
    close(descriptor);
    check_version(&consumer->magic, CONSUMER_MAGIC, channel, file);
    if (load_relaxed(&consumer->ring_id) != ring_id || load_relaxed(&consumer->index) != index) {
        refuse(channel, file, "belongs to another ring or role: create the channel again");
    }
    if (size != (int64_t)sizeof *consumer) {
        refuse(channel, file, WRONG_LENGTH);
    }
    return consumer;
}

static inline int64_t align(int64_t length, int64_t alignment) { return (length + alignment - 1) & -alignment; }

/* Bytes of ring that the record at `index` takes, or CORRUPT for a word that no producer writes. */
static inline int64_t record_size(int64_t word, int64_t index, int64_t capacity, int64_t alignment) {
    const int64_t length = word & LENGTH_MASK;
    const int64_t size = align(length, alignment);
    const bool message = word - length == PUBLISHED && length > WORD && index + size <= capacity;
    const bool padding = word - length == (PUBLISHED | PADDING) && length == capacity - index;
    return (message || padding) && size <= capacity / 2 ? size : CORRUPT;
}

/* Whether a ring gets there, and a record may start there. */
static inline bool is_position(int64_t position, int64_t alignment) {
    return position >= 0 && position <= HIGHEST_POSITION && (position & (alignment - 1)) == 0;
}

/* Whether whole records lie between two positions, no more than a capacity of them. */
static bool are_records(const struct ring_file *ring, int64_t capacity, int64_t alignment, int64_t from, int64_t to) {
    if (!is_position(from, alignment) || !is_position(to, alignment) || to < from || to - from > capacity) {
        return false;
    }
    while (from < to) {
        const int64_t index = from & (capacity - 1);
        const int64_t size = record_size(load_acquire(&ring->data[index / WORD]), index, capacity, alignment);
        if (size < 0) {
            return false;
        }
        from += size;
    }
    return from == to;
}

/* Where a consumer can go on: whole records lie between it and the stored tail, on either side of that (a producer that
   was killed between its last word and its tail has left records beyond it). */
static bool can_go_on(const struct ring_file *ring, int64_t capacity, int64_t alignment, int64_t position) {
    for (int tries = 0; tries < TAILS_MAX; tries++) {
        const int64_t tail = load_acquire(&ring->tail);
        if (are_records(ring, capacity, alignment, position, tail) ||
            are_records(ring, capacity, alignment, tail, position)) {
            return true;
        }
        if (load_acquire(&ring->tail) == tail) {
            return false;
        }
        /* The producer went on, perhaps over the records that were walked: once more. */
    }
    return false;
}

static void consumer_attach(struct consumer *consumer, const char *channel, int index) {
    const int folder = open_file(AT_FDCWD, channel, O_RDONLY, "the channel");
    struct identity identity;
    const struct ring_file *ring = map_ring(folder, false, channel, &identity);
    if (index < 0 || index >= identity.consumers) {
        refuse(channel, "ring", "does not declare that many consumers: check the consumer's index");
    }
    char file[32];
    snprintf(file, sizeof file, "consumer-%d.lock", index);
    own(open_file(folder, file, O_RDWR, channel), channel, file);
    TADPOLE_STEP("attach: consumer's lock taken");
    snprintf(file, sizeof file, "consumer-%d", index);
    struct consumer_file *words = map_consumer(folder, identity.ring_id, index, true, channel);
    close(folder);
    int64_t *own = own_words(channel);
    own[OWN_EPOCH] = load_relaxed(&words->epoch) + 1;
    store_release(&words->epoch, own[OWN_EPOCH]);
    TADPOLE_STEP("epoch written");
    /* From here on, a former owner that lost its lock moves its position no more, but for a store that is under way. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    TADPOLE_STEP("epoch fenced");
    const int64_t position = load_acquire(&words->position);
    if (position == DETACHED || (position & JOINING) != 0) {
        refuse(channel, file, "is detached (evicted, or half joined): join it again first");
    }
    if (!can_go_on(ring, identity.capacity, identity.alignment, position)) {
        refuse(channel, file, "holds a position or record that cannot be: stop the channel and keep its files");
    }
    *consumer = (struct consumer){.ring = ring,
                                  .file = words,
                                  .capacity = identity.capacity,
                                  .alignment = identity.alignment,
                                  .position = position,
                                  .published = position,
                                  .own = own};
}

/* Length of the next message, 0 if there is none yet, or CORRUPT. */
static int64_t consumer_poll(struct consumer *consumer) {
    for (;;) {
        const int64_t index = consumer->position & (consumer->capacity - 1);
        /* Acquires the producer's release of the word (producer_commit): the message before it is whole. */
        const int64_t word = load_acquire(&consumer->ring->data[index / WORD]);
        if (word == 0) {
            return 0;
        }
        consumer->size = record_size(word, index, consumer->capacity, consumer->alignment);
        if (consumer->size < 0) {
            return CORRUPT;
        }
        if ((word & PADDING) == 0) {
            return consumer->length = (word & LENGTH_MASK) - WORD;
        }
        consumer->position += consumer->size;
    }
}

static const unsigned char *consumer_message(const struct consumer *consumer) {
    return (const unsigned char *)&consumer->ring->data[(consumer->position & (consumer->capacity - 1)) / WORD + 1];
}

/* Steps over the polled message. */
static void consumer_advance(struct consumer *consumer) {
    consumer->position += consumer->size;
    consumer->messages++;
    consumer->bytes += consumer->length;
}

/* OK or DEPOSED. Messages before the position are the producer's to overwrite when this returns. */
static int consumer_publish(struct consumer *consumer) {
    struct consumer_file *file = consumer->file;
    if (load_acquire(&file->epoch) != consumer->own[OWN_EPOCH]) {
        return DEPOSED;
    }
    if (consumer->position != consumer->published) {
        store_relaxed(&file->messages, file->messages + consumer->messages);
        TADPOLE_STEP("consumed messages counted");
        store_relaxed(&file->bytes, file->bytes + consumer->bytes);
        TADPOLE_STEP("consumed bytes counted");
        store_relaxed(&file->batches, file->batches + 1);
        TADPOLE_STEP("batches counted");
        /* Released to the producer's acquire (producer_refresh): all reads of these messages come before it. */
        store_release(&file->position, consumer->position);
        TADPOLE_STEP("position published");
        consumer->published = consumer->position;
        consumer->messages = 0;
        consumer->bytes = 0;
    }
    return OK;
}

/* The tail that a killed producer left: the first unpublished word at or after the stored tail, which is zero. */
static int64_t recover(const struct ring_file *ring, int64_t capacity, int64_t alignment) {
    const int64_t stored = load_acquire(&ring->tail);
    if (!is_position(stored, alignment)) {
        return CORRUPT;
    }
    for (int64_t tail = stored; tail - stored <= capacity;) {
        const int64_t index = tail & (capacity - 1);
        const int64_t word = load_acquire(&ring->data[index / WORD]);
        if (word == 0) {
            return tail;
        }
        const int64_t size = record_size(word, index, capacity, alignment);
        if (size < 0) {
            return CORRUPT;
        }
        tail += size;
    }
    return CORRUPT;
}

static void producer_attach(struct producer *producer, const char *channel) {
    const int folder = open_file(AT_FDCWD, channel, O_RDONLY, "the channel");
    struct identity identity;
    struct ring_file *ring = map_ring(folder, true, channel, &identity);
    own(open_file(folder, "producer.lock", O_RDWR, channel), channel, "producer.lock");
    TADPOLE_STEP("attach: producer's lock taken");
    if (load_relaxed(&ring->stages) != 0) {
        refuse(channel, "ring", "is an engine's, with stages in its process: only that engine may write it");
    }
    *producer = (struct producer){.ring = ring, .capacity = identity.capacity, .alignment = identity.alignment};
    for (int k = 0; k < identity.consumers; k++) {
        producer->files[k] = map_consumer(folder, identity.ring_id, k, false, channel);
    }
    close(folder);
    producer->tail = recover(ring, producer->capacity, producer->alignment);
    if (producer->tail < 0) {
        refuse(channel, "ring", "holds a position or record that cannot be: stop the channel and keep its files");
    }
    producer->own = own_words(channel);
    producer->own[OWN_EPOCH] = load_relaxed(&ring->epoch) + 1;
    store_release(&ring->epoch, producer->own[OWN_EPOCH]);
    TADPOLE_STEP("recovery: epoch written");
    /* Before the first refresh: a consumer that joins must find this tail. */
    store_release(&ring->tail, producer->tail);
    TADPOLE_STEP("recovery: tail stored");
}

/* Looks at the consumers again. Until it succeeds there is no room, so every later claim comes back here. */
static int producer_refresh(struct producer *producer) {
    producer->own[OWN_LIMIT] = 0;
    /* Our tail's store before our loads of the positions, as a joining consumer's store before its load of the tail. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    TADPOLE_STEP("refresh: fenced");
    int64_t lowest = producer->tail;
    for (int k = 0; k < CONSUMERS_MAX && producer->files[k] != NULL; k++) {
        /* Acquires the consumer's release (consumer_publish): it has read what is before its position. */
        int64_t position = load_acquire(&producer->files[k]->position);
        if (position == DETACHED) {
            continue;
        }
        position &= ~JOINING;
        if ((position & (producer->alignment - 1)) != 0 || position < producer->seen[k] || position > producer->tail) {
            return CORRUPT;
        }
        producer->seen[k] = position;
        lowest = position < lowest ? position : lowest;
    }
    if (load_acquire(&producer->ring->epoch) != producer->own[OWN_EPOCH]) {
        return DEPOSED;
    }
    producer->own[OWN_LIMIT] = lowest + producer->capacity;
    return OK;
}

static inline int64_t *producer_word(const struct producer *producer, int64_t position) {
    return &producer->ring->data[(position & (producer->capacity - 1)) / WORD];
}

/* OK, or BACK_PRESSURED, CORRUPT or DEPOSED. `length` is small: a record of half the ring would need another check. */
static int producer_claim(struct producer *producer, int64_t length) {
    const int64_t index = producer->tail & (producer->capacity - 1);
    const int64_t size = align(WORD + length, producer->alignment);
    const int64_t padding = index + size > producer->capacity ? producer->capacity - index : 0;
    const int64_t end = producer->tail + padding + size + WORD; /* commit writes the next record's word, too */
    if (end > producer->own[OWN_LIMIT]) {
        const int status = producer_refresh(producer);
        if (status != OK) {
            return status;
        }
        if (end > producer->own[OWN_LIMIT]) {
            store_relaxed(&producer->ring->back_pressured, producer->ring->back_pressured + 1);
            TADPOLE_STEP("refused claim counted");
            return BACK_PRESSURED;
        }
    }
    producer->padding = padding;
    return OK;
}

/* Where the claimed message goes. */
static unsigned char *producer_message(const struct producer *producer) {
    return (unsigned char *)(producer_word(producer, producer->tail + producer->padding) + 1);
}

/* Publishes the claimed message, whose length is the claim's. */
static void producer_commit(struct producer *producer, int64_t length) {
    const int64_t record = producer->tail + producer->padding;
    const int64_t end = record + align(WORD + length, producer->alignment);
    int64_t first = PUBLISHED | (WORD + length);
    if (producer->padding != 0) {
        store_relaxed(producer_word(producer, record), first);
        TADPOLE_STEP("word behind padding written");
        first = PUBLISHED | PADDING | producer->padding;
    }
    /* The next word is zero before this record can be seen, so a reader or a recovery stops there. */
    store_relaxed(producer_word(producer, end), 0);
    TADPOLE_STEP("next word zeroed");
    /* Released to the consumer's acquire: the message, and with a padding the record's word. */
    store_release(producer_word(producer, producer->tail), first);
    TADPOLE_STEP(producer->padding == 0 ? "first word released" : "padding released");
    /* After the word, so that the first unpublished word at or after the stored tail is the tail (recover). */
    store_release(&producer->ring->tail, end);
    TADPOLE_STEP("tail stored");
    producer->tail = end;
    store_relaxed(&producer->ring->messages, producer->ring->messages + 1);
    TADPOLE_STEP("published messages counted");
    store_relaxed(&producer->ring->bytes, producer->ring->bytes + length);
    TADPOLE_STEP("published bytes counted");
}

#endif
