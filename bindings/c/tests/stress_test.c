/*
 * Usage: stress_test SCRATCH_FOLDER [MESSAGES]: a producer, a consumer, and one that is evicted and joins again, each a
 * thread. For the thread sanitizer, which knows a race by its address: so here a file that is mapped is mapped once.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>

static void *map_once(void *address, size_t length, int protection, int flags, int descriptor, off_t offset);
static int unmap_once(void *base, size_t length);

#define mmap map_once
#define munmap unmap_once
#include "channels.h"
#undef mmap
#undef munmap

static pthread_mutex_t maps_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    void *base;
    ino_t file;
    int users;
} maps[32];

static void *map_once(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    struct stat found;
    void *base = MAP_FAILED;
    if (descriptor < 0) {
        return mmap(address, length, protection, flags, descriptor, offset);
    }
    if (fstat(descriptor, &found) != 0) {
        return MAP_FAILED;
    }
    pthread_mutex_lock(&maps_lock);
    int at = -1;
    for (int i = 0; i < 32; i++) {
        if (maps[i].users > 0 && maps[i].file == found.st_ino) {
            at = i;
        } else if (maps[i].users == 0 && at < 0) {
            at = i;
        }
    }
    if (at >= 0) {
        if (maps[at].users == 0) {
            /* Whoever comes first may open it for reading only: it is opened anew, to be written by all. */
            char self[64];
            snprintf(self, sizeof self, "/proc/self/fd/%d", descriptor);
            const int writable = open(self, O_RDWR | O_CLOEXEC);
            maps[at].base = mmap(address, length, PROT_READ | PROT_WRITE, flags, writable, offset);
            maps[at].file = found.st_ino;
            close(writable);
        }
        base = maps[at].base;
        maps[at].users += base != MAP_FAILED;
    }
    pthread_mutex_unlock(&maps_lock);
    return base;
}

static int unmap_once(void *base, size_t length) {
    int result = 0;
    bool is_shared = false;
    pthread_mutex_lock(&maps_lock);
    for (int i = 0; i < 32; i++) {
        if (maps[i].users > 0 && maps[i].base == base) {
            is_shared = true;
            if (--maps[i].users == 0) {
                result = munmap(base, length);
            }
        }
    }
    pthread_mutex_unlock(&maps_lock);
    return is_shared ? result : munmap(base, length);
}

static int64_t messages = 200000;
static struct channel channel;
static int64_t ended;    /* atomic: the producer has */
static int64_t joinings; /* atomic: how often the other consumer has joined */

/* Ends the process: these run in threads of their own. */
#define SURE(condition) ((condition) ? (void)0 : not_sure(#condition, __LINE__))

static void not_sure(const char *what, int line) {
    printf("stress_test.c:%d: %s (%s)\n0 passed, 1 failed, 0 skipped\n", line, what, error.sentence);
    fflush(stdout);
    _exit(1);
}

static int64_t length_of(int64_t number) {
    uint64_t random = (uint64_t)number;
    return 8 + below(&random, below(&random, 16) == 0 ? 2000 : 100);
}

static void write_message(unsigned char *message, int64_t number, int64_t length) {
    memcpy(message, &number, sizeof number);
    fill(message + 8, number, length - 8);
}

static int64_t read_message(const unsigned char *message, int64_t length) {
    int64_t number;
    memcpy(&number, message, sizeof number);
    SURE(length == length_of(number));
    for (int64_t i = 8; i < length; i++) {
        SURE(message[i] == (unsigned char)(number + i - 8));
    }
    return number;
}

static void *produce(void *unused) {
    struct tadpole_producer producer;
    struct tadpole_claim claim;
    uint64_t random = 1;
    int64_t number = 0;
    (void)unused;
    SURE(tadpole_attach_producer(&producer, channel.path, &error) == TADPOLE_OK);
    /* It goes on until the other one has joined often enough, too. */
    while (number < messages || tadpole_load_acquire(&joinings) < 100) {
        const int64_t count = below(&random, 4) == 0 ? 1 + below(&random, 8) : 1;
        int64_t status;
        for (int round = 0;; round++) {
            status = count == 1 ? tadpole_try_claim(&producer, 2100, &claim)
                                : tadpole_try_claim_run(&producer, 2100, count, &claim);
            if (status >= 0) {
                break;
            }
            SURE(status == TADPOLE_BACK_PRESSURED);
            tadpole_idle(round);
        }
        for (int64_t i = 1; i < count; i++) {
            write_message(claim.message, number, length_of(number));
            SURE(tadpole_next(&claim, length_of(number)) > 0);
            number++;
        }
        write_message(claim.message, number, length_of(number));
        SURE(tadpole_commit(&claim, length_of(number)) > 0);
        number++;
    }
    tadpole_close_producer(&producer);
    tadpole_store_release(&ended, number);
    return NULL;
}

struct taken {
    int64_t next;
    bool is_fresh; /* any number may come */
};

static void take(void *context, const unsigned char *message, int64_t length, int64_t position) {
    struct taken *taken = (struct taken *)context;
    const int64_t number = read_message(message, length);
    (void)position;
    SURE(taken->is_fresh || number == taken->next);
    taken->is_fresh = false;
    taken->next = number + 1;
}

static void *consume(void *unused) {
    struct tadpole_consumer consumer;
    struct taken taken = {0, false};
    (void)unused;
    SURE(tadpole_attach_consumer(&consumer, channel.path, 0, &error) == TADPOLE_OK);
    for (int round = 0;;) {
        const int64_t end = tadpole_load_acquire(&ended);
        const int64_t polled = tadpole_poll(&consumer, take, &taken, 64);
        SURE(polled >= 0);
        round = polled > 0 ? 0 : round + 1;
        if (polled == 0 && end > 0) {
            SURE(taken.next == end);
            break;
        }
        tadpole_idle(round);
    }
    tadpole_close_consumer(&consumer);
    return NULL;
}

static void *join(void *unused) {
    struct tadpole_consumer consumer;
    struct tadpole_error why;
    uint64_t random = 2;
    (void)unused;
    SURE(tadpole_evict(channel.path, 1, &why) == TADPOLE_OK);
    while (tadpole_load_acquire(&ended) == 0) {
        struct taken taken = {0, true};
        SURE(tadpole_join_consumer(&consumer, channel.path, 1, &why) == TADPOLE_OK);
        tadpole_store_release(&joinings, joinings + 1);
        for (int64_t polls = below(&random, 20); polls > 0; polls--) {
            SURE(tadpole_poll(&consumer, take, &taken, 16) >= 0);
            sched_yield();
        }
        tadpole_close_consumer(&consumer);
        SURE(tadpole_evict(channel.path, 1, &why) == TADPOLE_OK);
    }
    return NULL;
}

static void should_be_whole_between_threads(void) {
    static void *(*const threads[])(void *) = {produce, consume, join};
    pthread_t started[3];
    channel = channel_at(8, 2, 0);
    for (int i = 0; i < 3; i++) {
        CHECK_IS(0, pthread_create(&started[i], NULL, threads[i], NULL));
    }
    for (int i = 0; i < 3; i++) {
        CHECK_IS(0, pthread_join(started[i], NULL));
    }
    CHECK(ended >= messages && joinings >= 100);
    CHECK_IS(ended, get_ring(channel, RING_WORD(messages)));
    CHECK_IS(ended, get_consumer(channel, 0, CONSUMER_WORD(messages)));
    printf("%lld messages, joined %lld times\n", (long long)ended, (long long)joinings);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: stress_test SCRATCH_FOLDER [MESSAGES]\n");
        return 2;
    }
    scratch = argv[1];
    messages = argc > 2 ? strtoll(argv[2], NULL, 10) : messages;
    RUN(should_be_whole_between_threads);
    return finish();
}
