/*
 * The process in C that `./tadpole crash` kills: a producer or a consumer, as the ledger says.
 *
 *     crash_child LEDGER PARENT_PID
 *
 * It waits for a byte on its standard input, takes its role, and works until it is killed or its parent has gone. Exit
 * status: 0 the parent has gone, 1 the channel is broken, 2 it could not start, 3 it missed a message, 4 it was given
 * one that nobody wrote so. The ledger and the messages are those of io.tadpole.crash: Ledger, Traffic, CrashChild.
 */
#define _GNU_SOURCE

static void reached(const char *words);
#define TADPOLE_STEP(words) reached(words)
#include "ring.h"

#include <signal.h>
#include <time.h>

enum { STARTED = 1, STOPPED = 2 };
enum { LOST = 3, NOT_WHOLE = 4 };
enum { SHORTEST = 16, LONGEST = 2000, BATCH = 50 };

struct ledger {
    int64_t state;
    int64_t acknowledged;
    int64_t start;
    int64_t handled;
    int64_t first;
    int64_t returned;
    int64_t unused_1[58];
    int64_t author;
    int64_t hit;
    int64_t join; /* not in C */
    int64_t end;
    int64_t unused_2[28];
    char scene[256];
    char step[1024];
    char channel[1024];
};

_Static_assert(offsetof(struct ledger, author) == 512, "ledger.author");
_Static_assert(offsetof(struct ledger, scene) == 768, "ledger.scene");
_Static_assert(offsetof(struct ledger, step) == 1024, "ledger.step");
_Static_assert(offsetof(struct ledger, channel) == 2048, "ledger.channel");

static struct ledger *ledger;
static pid_t parent;
static int64_t hits;

/* Waits a little, or ends with the parent. */
static void idle(void) {
    const struct timespec pause = {.tv_nsec = 50000};
    if (getppid() != parent) {
        exit(0);
    }
    nanosleep(&pause, NULL);
}

/* Behind each step: stays at the one where this process is to be killed. */
static void reached(const char *words) {
    if (strcmp(words, ledger->step) == 0 && ++hits == ledger->hit) {
        store_release(&ledger->state, STOPPED);
        for (;;) {
            idle();
        }
    }
}

static uint64_t mix(uint64_t number) {
    uint64_t z = (number + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t seed_of(int64_t author, int64_t number) { return mix((uint64_t)author) + (uint64_t)number; }

static int64_t length_of(uint64_t seed) {
    const uint64_t bits = mix(seed);
    const uint64_t spread = (bits & 15) == 0 ? LONGEST - SHORTEST : (bits & 15) <= 3 ? 512 : 64;
    return SHORTEST + (int64_t)((bits >> 8) % (spread + 1));
}

static unsigned char byte_of(uint64_t seed, int64_t at) {
    return (unsigned char)(mix(seed * 1000003 + (uint64_t)(at & ~7)) >> ((at & 7) * 8));
}

static void write_message(unsigned char *message, int64_t length, int64_t author, int64_t number) {
    const uint64_t seed = seed_of(author, number);
    memcpy(message, &author, sizeof author);
    memcpy(message + 8, &number, sizeof number);
    for (int64_t i = 0; i < length - SHORTEST; i++) {
        message[SHORTEST + i] = byte_of(seed, i);
    }
}

static bool is_whole(const unsigned char *message, int64_t length, int64_t *author, int64_t *number) {
    if (length < SHORTEST) {
        return false;
    }
    memcpy(author, message, sizeof *author);
    memcpy(number, message + 8, sizeof *number);
    const uint64_t seed = seed_of(*author, *number);
    bool whole = length == length_of(seed);
    for (int64_t i = 0; whole && i < length - SHORTEST; i++) {
        whole = message[SHORTEST + i] == byte_of(seed, i);
    }
    return whole;
}

static void produce(void) {
    struct producer producer;
    producer_attach(&producer, ledger->channel);
    store_release(&ledger->start, producer.tail);
    store_release(&ledger->state, STARTED);
    for (int64_t number = 0;;) {
        const int64_t length = length_of(seed_of(ledger->author, number));
        const int status = producer_claim(&producer, length);
        if (status == BACK_PRESSURED) {
            idle();
            continue;
        }
        if (status != OK) {
            stop(1, "the producer answers %d", status);
        }
        reached("space claimed");
        write_message(producer_message(&producer), length, ledger->author, number);
        reached("message written, nothing else");
        producer_commit(&producer, length);
        store_release(&ledger->acknowledged, ++number);
        reached("acknowledged");
    }
}

static void handle(const struct consumer *consumer, int64_t length, int64_t *next) {
    int64_t author = 0;
    int64_t number = 0;
    reached("message polled");
    if (!is_whole(consumer_message(consumer), length, &author, &number)) {
        stop(NOT_WHOLE, "behind message %lld come %lld bytes that are no message", (long long)*next - 1,
             (long long)length);
    }
    if (*next >= 0 && number != *next) {
        stop(LOST, "behind message %lld comes message %lld", (long long)*next - 1, (long long)number);
    }
    if (*next < 0) {
        store_release(&ledger->first, number);
    }
    *next = number + 1;
    store_release(&ledger->handled, *next);
    reached("message handled");
}

static void consume(void) {
    struct consumer consumer;
    consumer_attach(&consumer, ledger->channel, 0);
    store_release(&ledger->start, consumer.position);
    store_release(&ledger->state, STARTED);
    for (int64_t next = -1;;) {
        int64_t length = 0;
        int count = 0;
        while (count < BATCH && (length = consumer_poll(&consumer)) > 0) {
            handle(&consumer, length, &next);
            consumer_advance(&consumer);
            count++;
        }
        if (length < 0 || consumer_publish(&consumer) != OK) {
            stop(1, "the consumer answers %lld", (long long)length);
        }
        store_release(&ledger->returned, ledger->handled);
        if (count == 0) {
            idle();
        }
    }
}

/*
 * Takes both roles, publishes a message, and forks. The forked child says what its own calls answer, and lives until it
 * is told to end: so long, as it shares the locks' files, its parent's roles stay held.
 */
static void fork_owner(void) {
    const int64_t length = length_of(seed_of(ledger->author, 0));
    struct producer producer;
    struct consumer consumer;
    producer_attach(&producer, ledger->channel);
    consumer_attach(&consumer, ledger->channel, 0);
    if (producer_claim(&producer, length) != OK) {
        stop(1, "a new ring is full");
    }
    write_message(producer_message(&producer), length, ledger->author, 0);
    producer_commit(&producer, length);
    if (fork() == 0) {
        store_release(&ledger->handled, producer_claim(&producer, length));
        store_release(&ledger->returned, consumer_publish(&consumer));
        store_release(&ledger->state, STARTED);
        while (load_acquire(&ledger->end) == 0 && kill(parent, 0) == 0) {
            sched_yield();
        }
        _exit(0);
    }
    for (;;) {
        idle();
    }
}

int main(int count, char **arguments) {
    char go;
    if (count != 3) {
        stop(2, "usage: crash_child LEDGER PARENT_PID");
    }
    parent = (pid_t)atol(arguments[2]);
    const int descriptor = open_file(AT_FDCWD, arguments[1], O_RDWR, "the ledger");
    ledger = map(descriptor, true, (int64_t)sizeof *ledger, "the ledger", arguments[1]);
    if (read(STDIN_FILENO, &go, 1) != 1) {
        return 0;
    }
    if (strcmp(ledger->scene, "PUBLISH") == 0) {
        produce();
    } else if (strcmp(ledger->scene, "CONSUME") == 0) {
        consume();
    }
    if (strcmp(ledger->scene, "FORK") == 0) {
        fork_owner();
    }
    stop(2, "there is no scene %s in C", ledger->scene);
}
