/* Channels in a scratch folder, and what nobody should write to their files. */
#ifndef TADPOLE_TESTS_CHANNELS_H
#define TADPOLE_TESTS_CHANNELS_H

#include <tadpole/ring.h>

#include "check.h"

#define CAPACITY INT64_C(65536)
#define PATH_LENGTH 512

static const char *scratch;
static int created;
static struct tadpole_error error;

static inline int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

struct channel {
    char path[PATH_LENGTH];
};

static inline struct channel fresh(void) {
    struct channel channel;
    snprintf(channel.path, sizeof channel.path, "%s/channel-%d", scratch, created++);
    return channel;
}

static inline struct channel file_of(struct channel channel, const char *file) {
    struct channel path;
    CHECK(snprintf(path.path, sizeof path.path, "%s/%s", channel.path, file) < (int)sizeof path.path);
    return path;
}

/* A file of a channel, mapped for writing for a moment. */
static inline int64_t exchange(struct channel channel, const char *file, int64_t offset, bool store, int64_t word) {
    const struct channel path = file_of(channel, file);
    const int descriptor = open(path.path, O_RDWR | O_CLOEXEC);
    CHECK(descriptor >= 0);
    const int64_t page = offset & -4096;
    void *base = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, (off_t)page);
    close(descriptor);
    CHECK(base != MAP_FAILED);
    int64_t *at = (int64_t *)base + (offset - page) / 8;
    const int64_t found = tadpole_load_acquire(at);
    if (store) {
        tadpole_store_release(at, word);
    }
    munmap(base, 4096);
    return found;
}

static inline int64_t get(struct channel channel, const char *file, int64_t offset) {
    return exchange(channel, file, offset, false, 0);
}

static inline void put(struct channel channel, const char *file, int64_t offset, int64_t word) {
    exchange(channel, file, offset, true, word);
}

#define RING_WORD(field) ((int64_t)offsetof(struct tadpole_ring_file, field))
#define CONSUMER_WORD(field) ((int64_t)offsetof(struct tadpole_consumer_file, field))
#define RECORDS ((int64_t)sizeof(struct tadpole_ring_file))

static inline int64_t get_ring(struct channel channel, int64_t offset) {
    return get(channel, "ring", offset);
}

static inline void put_ring(struct channel channel, int64_t offset, int64_t word) {
    put(channel, "ring", offset, word);
}

static inline const char *consumer_file(int64_t index) {
    static char name[32];
    snprintf(name, sizeof name, "consumer-%d", (int)index);
    return name;
}

static inline int64_t get_consumer(struct channel channel, int64_t index, int64_t offset) {
    return get(channel, consumer_file(index), offset);
}

static inline void put_consumer(struct channel channel, int64_t index, int64_t offset, int64_t word) {
    put(channel, consumer_file(index), offset, word);
}

static inline struct tadpole_config config_of(int64_t capacity, int64_t alignment, int64_t consumers) {
    struct tadpole_config config = tadpole_plain(capacity);
    config.alignment = alignment;
    config.consumers = consumers;
    return config;
}

/* A ring that has run for a while: tail and positions are at `start`. */
static inline struct channel channel_at(int64_t alignment, int64_t consumers, int64_t start) {
    const struct tadpole_config config = config_of(CAPACITY, alignment, consumers);
    const struct channel channel = fresh();
    CHECK_IS(TADPOLE_OK, tadpole_create(channel.path, &config, &error));
    put_ring(channel, RING_WORD(tail), start);
    for (int64_t k = 0; k < consumers; k++) {
        put_consumer(channel, k, CONSUMER_WORD(position), start);
    }
    return channel;
}

static inline struct channel plain_channel(void) {
    return channel_at(8, 1, 0);
}

/* Roles that a failed test leaves open, to be closed behind it. */
static struct tadpole_producer *producers[8];
static struct tadpole_consumer *consumers[80];

static inline struct tadpole_producer *producer_of(struct channel channel) {
    for (size_t i = 0; i < sizeof producers / sizeof producers[0]; i++) {
        if (producers[i] == NULL) {
            producers[i] = (struct tadpole_producer *)malloc(sizeof *producers[i]);
            CHECK(producers[i] != NULL);
            CHECK_IS(TADPOLE_OK, tadpole_attach_producer(producers[i], channel.path, &error));
            return producers[i];
        }
    }
    check_fail("a test has so many producers", __FILE__, __LINE__);
    return NULL;
}

static inline struct tadpole_consumer *consumer_at(struct channel channel, int64_t index, bool join) {
    for (size_t i = 0; i < sizeof consumers / sizeof consumers[0]; i++) {
        if (consumers[i] == NULL) {
            consumers[i] = (struct tadpole_consumer *)malloc(sizeof *consumers[i]);
            CHECK(consumers[i] != NULL);
            CHECK_IS(TADPOLE_OK, join ? tadpole_join_consumer(consumers[i], channel.path, index, &error)
                                      : tadpole_attach_consumer(consumers[i], channel.path, index, &error));
            return consumers[i];
        }
    }
    check_fail("a test has so many consumers", __FILE__, __LINE__);
    return NULL;
}

static inline struct tadpole_consumer *consumer_of(struct channel channel) {
    return consumer_at(channel, 0, false);
}

static inline void close_all(void) {
    for (size_t i = 0; i < sizeof producers / sizeof producers[0]; i++) {
        if (producers[i] != NULL) {
            tadpole_close_producer(producers[i]);
            free(producers[i]);
            producers[i] = NULL;
        }
    }
    for (size_t i = 0; i < sizeof consumers / sizeof consumers[0]; i++) {
        if (consumers[i] != NULL) {
            tadpole_close_consumer(consumers[i]);
            free(consumers[i]);
            consumers[i] = NULL;
        }
    }
}

/* A message whose every byte says which one it is. */
static inline void fill(unsigned char *message, int64_t number, int64_t length) {
    for (int64_t i = 0; i < length; i++) {
        message[i] = (unsigned char)(number + i);
    }
}

static inline void check_message(const unsigned char *message, int64_t number, int64_t length) {
    for (int64_t i = 0; i < length; i++) {
        CHECK_IS((number + i) & 255, message[i]);
    }
}

/* Claims and commits; what the claim answers when it is refused. */
static inline int64_t send_message(struct tadpole_producer *producer, int64_t number, int64_t length) {
    struct tadpole_claim claim;
    const int64_t position = tadpole_try_claim(producer, length, &claim);
    if (position < 0) {
        return position;
    }
    fill(claim.message, number, length);
    const int64_t end = tadpole_commit(&claim, length);
    CHECK_IS(tadpole_producer_position(producer), end);
    return end;
}

static inline void expect(struct tadpole_consumer *consumer, int64_t number, int64_t length) {
    const unsigned char *message = NULL;
    CHECK_IS(length, tadpole_peek(consumer, &message));
    check_message(message, number, length);
    CHECK_IS(length, tadpole_peek(consumer, &message)); /* it looks again, and goes nowhere */
    tadpole_advance(consumer);
}

static inline void expect_status(struct tadpole_consumer *consumer, int64_t status) {
    const unsigned char *message = NULL;
    CHECK_IS(status, tadpole_peek(consumer, &message));
    CHECK(message == NULL);
}

static inline void expect_nothing(struct tadpole_consumer *consumer) {
    expect_status(consumer, 0);
}

#endif
