/*
 * The peer in C: peer write|read CHANNEL NOTES PLAN. It takes its role, and works as the notes say, with the messages
 * of the plan: io.tadpole.matrix has both, Notes and Plan. Exit status 0: it was told to end, or its parent is gone; 1:
 * what it found is wrong, and a sentence on standard error says so.
 */
#include "tadpole/ring.h"

#include <stdlib.h>

enum { HEADER = 16, ENTRIES = 16384, STEP = 1021, TABLE = 98304, LAST_AUTHOR = 383, MOST_POLLED = 256 };

struct notes {
    int64_t progress;
    int64_t waits;
    int64_t first;
    int64_t returned;
    int64_t unused_1[60];
    int64_t parent;
    int64_t author;
    int64_t gate;
    int64_t end;
    int64_t unused_2[60];
    int64_t read[LAST_AUTHOR + 1];
};

_Static_assert(offsetof(struct notes, parent) == 512, "notes.parent");
_Static_assert(offsetof(struct notes, read) == 1024, "notes.read");

struct entry {
    int64_t offset;
    int64_t length;
    int64_t count;
    int64_t longest;
};

struct plan {
    struct entry entries[ENTRIES];
    unsigned char table[TABLE];
};

static struct notes *notes;
static const struct plan *plan;
static int64_t handled;
static int64_t author;
static int64_t next;

static void note(int64_t *word, int64_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static int64_t noted(const int64_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

__attribute__((format(printf, 1, 2), noreturn)) static void stop(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    exit(1);
}

static void idle(int *round) {
    if (getppid() != noted(&notes->parent)) {
        exit(0);
    }
    tadpole_idle((*round)++);
}

static const struct entry *entry_of(int64_t from, int64_t number) {
    return &plan->entries[((uint64_t)number + STEP * (uint64_t)from) & (ENTRIES - 1)];
}

static int64_t write_message(unsigned char *message, int64_t number) {
    const struct entry *entry = entry_of(author, number);
    memcpy(message, &author, sizeof author);
    memcpy(message + 8, &number, sizeof number);
    memcpy(message + HEADER, plan->table + entry->offset, (size_t)(entry->length - HEADER));
    return entry->length;
}

static int64_t publish(struct tadpole_producer *producer, int64_t number, int64_t count) {
    static unsigned char copied[TABLE];
    const struct entry *entry = entry_of(author, number);
    struct tadpole_claim claim;
    if (count == 1 && number % 2 == 0) {
        return tadpole_offer(producer, copied, write_message(copied, number));
    }
    const int64_t position = count == 1 ? tadpole_try_claim(producer, entry->length, &claim)
                                        : tadpole_try_claim_run(producer, entry->longest, count, &claim);
    if (position < 0) {
        return position;
    }
    for (int64_t i = 0; i < count - 1; i++) {
        tadpole_next(&claim, write_message(claim.message, number + i));
    }
    return tadpole_commit(&claim, write_message(claim.message, number + count - 1));
}

static void produce(const char *channel) {
    struct tadpole_producer producer;
    struct tadpole_error error;
    int round = 0;
    int64_t number = 0;
    if (tadpole_attach_producer(&producer, channel, &error) != TADPOLE_OK) {
        stop("%s", error.sentence);
    }
    author = noted(&notes->author);
    for (;;) {
        const int64_t end = noted(&notes->end);
        const int64_t gate = noted(&notes->gate);
        if (number >= gate) {
            if (end == 1) {
                break;
            }
            idle(&round);
            continue;
        }
        const int64_t planned = entry_of(author, number)->count;
        const int64_t count = planned < gate - number ? planned : gate - number;
        const int64_t position = publish(&producer, number, count);
        if (position == TADPOLE_BACK_PRESSURED) {
            note(&notes->waits, notes->waits + 1);
            idle(&round);
            continue;
        }
        if (position < 0) {
            stop("the producer answers %s", tadpole_status_name(position));
        }
        round = 0;
        number += count;
        note(&notes->progress, number);
    }
    tadpole_close_producer(&producer);
}

static void handle(void *context, const unsigned char *message, int64_t length, int64_t position) {
    int64_t from;
    int64_t number;
    int round = 0;
    (void)context;
    (void)position;
    while (handled >= noted(&notes->gate)) {
        idle(&round);
    }
    if (length < HEADER) {
        stop("a message of %lld bytes", (long long)length);
    }
    memcpy(&from, message, sizeof from);
    memcpy(&number, message + 8, sizeof number);
    if (handled == 0) {
        note(&notes->first, number);
    } else if ((from != author || number != next) && (from != author + 1 || number != 0)) {
        stop("behind message %lld of author %lld comes message %lld of %lld", (long long)next - 1, (long long)author,
             (long long)number, (long long)from);
    }
    const struct entry *entry = entry_of(from, number);
    if (from < 1 || from > LAST_AUTHOR || length != entry->length ||
        memcmp(message + HEADER, plan->table + entry->offset, (size_t)(length - HEADER)) != 0) {
        stop("message %lld of author %lld is not as it was written", (long long)number, (long long)from);
    }
    author = from;
    next = number + 1;
    handled++;
    note(&notes->read[author], next);
    note(&notes->progress, handled);
}

static enum tadpole_action handle_and_go_on(void *context, const unsigned char *message, int64_t length,
                                            int64_t position) {
    handle(context, message, length, position);
    return position % 3 == 0 ? TADPOLE_COMMIT : position % 5 == 0 ? TADPOLE_BREAK : TADPOLE_CONTINUE;
}

/* Without a callback: what a poll does, in the consumer's own words. */
static int64_t pull(struct tadpole_consumer *consumer) {
    const unsigned char *message;
    int64_t length = 0;
    int64_t count = 0;
    while (count < MOST_POLLED && (length = tadpole_peek(consumer, &message)) > 0) {
        handle(NULL, message, length, 0);
        tadpole_advance(consumer);
        count++;
    }
    const int64_t status = length < 0 ? length : tadpole_publish(consumer);
    return status < 0 ? status : count;
}

static void consume(const char *channel) {
    struct tadpole_consumer consumer;
    struct tadpole_error error;
    int round = 0;
    if (tadpole_attach_consumer(&consumer, channel, 0, &error) != TADPOLE_OK) {
        stop("%s", error.sentence);
    }
    for (int64_t poll = 0;; poll++) {
        const int64_t end = noted(&notes->end);
        const int64_t polled = poll % 3 == 0   ? tadpole_poll(&consumer, handle, NULL, MOST_POLLED)
                               : poll % 3 == 1 ? tadpole_controlled_poll(&consumer, handle_and_go_on, NULL, MOST_POLLED)
                                               : pull(&consumer);
        if (polled < 0) {
            stop("the consumer answers %s", tadpole_status_name(polled));
        }
        if (polled > 0) {
            note(&notes->returned, next);
            round = 0;
        } else if (end == 1) {
            break;
        } else {
            note(&notes->waits, notes->waits + 1);
            idle(&round);
        }
    }
    tadpole_close_consumer(&consumer);
}

static void *map_file(const char *path, bool writable, size_t length) {
    const int descriptor = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    void *base = mmap(NULL, length, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, descriptor, 0);
    if (base == MAP_FAILED) {
        stop("%s cannot be mapped", path);
    }
    close(descriptor);
    return base;
}

int main(int count, char **arguments) {
    if (count != 5) {
        stop("usage: peer write|read CHANNEL NOTES PLAN");
    }
    notes = (struct notes *)map_file(arguments[3], true, sizeof *notes);
    plan = (const struct plan *)map_file(arguments[4], false, sizeof *plan);
    if (strcmp(arguments[1], "write") == 0) {
        produce(arguments[2]);
    } else {
        consume(arguments[2]);
    }
    return 0;
}
