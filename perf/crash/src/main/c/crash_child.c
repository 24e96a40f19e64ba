/*
 * The process in C that `./tadpole crash` kills: it creates a channel, produces, consumes or evicts, as the ledger
 * says.
 *
 *     crash_child LEDGER PARENT_PID
 *
 * It waits for a byte on its standard input, does its work, and goes on until it is killed or its parent has gone. Exit
 * status: 0 the parent has gone, 1 the channel is broken, 2 it could not start, 3 it missed a message, 4 it was given
 * one that nobody wrote so. The ledger and the messages are those of io.tadpole.crash: Ledger, Traffic, CrashChild.
 */
#include "crash_steps.h"

#include <tadpole/ring.h>

enum { LOST = 3, NOT_WHOLE = 4 };
enum { SHORTEST = 16, LONGEST = 2000, LONGEST_RUN = 9, BATCH = 50 };

/* One sentence on standard error, and the end. */
__attribute__((format(printf, 2, 3))) static _Noreturn void stop(int exit_status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(exit_status);
}

static uint64_t mix(uint64_t number) {
    uint64_t z = (number + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t seed_of(int64_t author, int64_t number) {
    return mix((uint64_t)author) + (uint64_t)number;
}

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

/* How many messages, from this one on, are published as one. */
static int run_length(int64_t author, int64_t number) {
    const uint64_t bits = mix(seed_of(author, ~number));
    return (bits & 3) != 0 ? 1 : 1 + (int)((bits >> 8) % LONGEST_RUN);
}

static int64_t write_next(const struct tadpole_claim *claim, int64_t author, int64_t number) {
    const int64_t length = length_of(seed_of(author, number));
    write_message(claim->message, length, author, number);
    return length;
}

/* Leaves words of messages that were never published where the next ones come. */
static void leave_words(struct tadpole_producer *producer, int64_t author, int64_t number, int count) {
    struct tadpole_claim claim;
    if (tadpole_try_claim_run(producer, LONGEST, count + 1, &claim) >= 0) {
        for (int i = 0; i < count; i++) {
            tadpole_next(&claim, write_next(&claim, author, number + i + 1));
        }
        tadpole_abort(&claim);
    }
}

/* Publishes a message or a run: how many, 0 when there was no space. */
static int publish(struct tadpole_producer *producer, int64_t author, int64_t number) {
    struct tadpole_claim claim;
    const int count = run_length(author, number);
    int64_t longest = 0;
    for (int i = 0; i < count; i++) {
        const int64_t length = length_of(seed_of(author, number + i));
        longest = length > longest ? length : longest;
    }
    if ((number & 15) == 0) {
        leave_words(producer, author, number, count);
    }
    const int64_t position = tadpole_try_claim_run(producer, longest, count, &claim);
    if (position == TADPOLE_BACK_PRESSURED) {
        return 0;
    }
    if (position < 0) {
        stop(1, "the producer answers %s", tadpole_status_name(position));
    }
    reached("space claimed");
    for (int i = 1; i < count; i++) {
        tadpole_next(&claim, write_next(&claim, author, number + i - 1));
    }
    const int64_t last = write_next(&claim, author, number + count - 1);
    reached("message written, nothing else");
    tadpole_commit(&claim, last);
    return count;
}

static struct tadpole_producer attach_producer(void) {
    struct tadpole_producer producer;
    struct tadpole_error error;
    if (tadpole_attach_producer(&producer, ledger->channel, &error) != TADPOLE_OK) {
        stop(2, "crash_child: %s", error.sentence);
    }
    return producer;
}

static struct tadpole_consumer attach_consumer(bool join) {
    struct tadpole_consumer consumer;
    struct tadpole_error error;
    const int64_t status = join ? tadpole_join_consumer(&consumer, ledger->channel, 0, &error)
                                : tadpole_attach_consumer(&consumer, ledger->channel, 0, &error);
    if (status != TADPOLE_OK) {
        stop(2, "crash_child: %s", error.sentence);
    }
    return consumer;
}

static void produce(void) {
    struct tadpole_producer producer = attach_producer();
    tadpole_store_release(&ledger->start, tadpole_producer_position(&producer));
    tadpole_store_release(&ledger->state, STARTED);
    for (int64_t number = 0;;) {
        const int count = publish(&producer, ledger->author, number);
        if (count == 0) {
            idle();
            continue;
        }
        number += count;
        tadpole_store_release(&ledger->acknowledged, number);
        reached("acknowledged");
    }
}

/* Checks a message; `context` is the number of the next one, or -1. */
static void handle(void *context, const unsigned char *message, int64_t length, int64_t position) {
    int64_t *next = context;
    int64_t author = 0;
    int64_t number = 0;
    (void)position;
    reached("message polled");
    if (!is_whole(message, length, &author, &number)) {
        stop(NOT_WHOLE, "behind message %lld come %lld bytes that are no message", (long long)*next - 1,
             (long long)length);
    }
    if (*next >= 0 && number != *next) {
        stop(LOST, "behind message %lld comes message %lld", (long long)*next - 1, (long long)number);
    }
    if (*next < 0) {
        tadpole_store_release(&ledger->first, number);
    }
    *next = number + 1;
    tadpole_store_release(&ledger->handled, *next);
    reached("message handled");
}

static enum tadpole_action handle_and_commit(void *context, const unsigned char *message, int64_t length,
                                             int64_t position) {
    handle(context, message, length, position);
    return position % 5 == 0 ? TADPOLE_COMMIT : TADPOLE_CONTINUE;
}

/* Each way to consume takes its turn: how many messages, or a status. */
static int64_t consume_batch(struct tadpole_consumer *consumer, int64_t *next, int64_t turn) {
    if (turn % 3 == 0) {
        return tadpole_controlled_poll(consumer, handle_and_commit, next, BATCH);
    }
    if (turn % 3 == 1) {
        return tadpole_poll(consumer, handle, next, 4 * BATCH);
    }
    const unsigned char *message;
    int64_t length = 0;
    int64_t count = 0;
    while (count < BATCH && (length = tadpole_peek(consumer, &message)) > 0) {
        handle(next, message, length, tadpole_consumer_position(consumer));
        tadpole_advance(consumer);
        count++;
    }
    const int64_t status = tadpole_publish(consumer);
    return length < 0 ? length : status < 0 ? status : count;
}

static void consume(void) {
    struct tadpole_consumer consumer = attach_consumer(ledger->join == 1);
    int64_t next = -1;
    tadpole_store_release(&ledger->start, tadpole_consumer_position(&consumer));
    tadpole_store_release(&ledger->state, STARTED);
    for (int64_t turn = 0;; turn++) {
        const int64_t count = consume_batch(&consumer, &next, turn);
        if (count < 0) {
            stop(1, "the consumer answers %s", tadpole_status_name(count));
        }
        tadpole_store_release(&ledger->returned, ledger->handled);
        if (count == 0) {
            idle();
        }
    }
}

/* Does what is done at once, and waits for its end. */
static _Noreturn void do_once(int64_t (*call)(struct tadpole_error *)) {
    struct tadpole_error error;
    if (call(&error) != TADPOLE_OK) {
        stop(2, "crash_child: %s", error.sentence);
    }
    tadpole_store_release(&ledger->state, STARTED);
    for (;;) {
        idle();
    }
}

static int64_t create(struct tadpole_error *error) {
    const struct tadpole_config config = tadpole_plain(TADPOLE_CAPACITY_MIN);
    return tadpole_create(ledger->channel, &config, error);
}

static int64_t evict(struct tadpole_error *error) {
    return tadpole_evict(ledger->channel, 0, error);
}

/*
 * Takes both roles, publishes a message, and forks. The forked child says what its own calls answer, and lives until it
 * is told to end: so long, as it shares the locks' files, its parent's roles stay held.
 */
static void fork_owner(void) {
    struct tadpole_producer producer = attach_producer();
    struct tadpole_consumer consumer = attach_consumer(false);
    struct tadpole_claim claim;
    if (tadpole_try_claim(&producer, LONGEST, &claim) < 0) {
        stop(1, "a new ring is full");
    }
    tadpole_commit(&claim, write_next(&claim, ledger->author, 0));
    if (fork() == 0) {
        tadpole_store_release(&ledger->handled, tadpole_try_claim(&producer, LONGEST, &claim));
        tadpole_store_release(&ledger->returned, tadpole_publish(&consumer));
        tadpole_store_release(&ledger->state, STARTED);
        while (tadpole_load_acquire(&ledger->end) == 0 && kill(parent, 0) == 0) {
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
    if (!map_ledger(arguments[1])) {
        stop(2, "crash_child: the ledger: %s cannot be used: %s", arguments[1], strerror(errno));
    }
    if (read(STDIN_FILENO, &go, 1) != 1) {
        return 0;
    }
    const char *scene = ledger->scene;
    if (strcmp(scene, "PUBLISH") == 0) {
        produce();
    } else if (strcmp(scene, "CONSUME") == 0 || strcmp(scene, "JOIN") == 0) {
        consume();
    } else if (strcmp(scene, "CREATE") == 0) {
        do_once(create);
    } else if (strcmp(scene, "EVICT") == 0) {
        do_once(evict);
    } else if (strcmp(scene, "FORK") == 0) {
        fork_owner();
    }
    stop(2, "crash_child: there is no scene %s in C", scene);
}
