/*
 * The fault points of a process that `./tadpole crash` kills, for the C header (tadpole/files.h), and the ledger that
 * says at which of them it is killed: io.tadpole.crash.Ledger. Included before everything else; in the extension of
 * CPython, too, which is of several files and finds its ledger by the environment.
 */
#ifndef TADPOLE_CRASH_STEPS_H
#define TADPOLE_CRASH_STEPS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define TADPOLE_STEP(words) reached(words)

enum { STARTED = 1, STOPPED = 2 };

struct ledger {
    int64_t state;
    int64_t acknowledged;
    int64_t start;
    int64_t handled;
    int64_t first;
    int64_t returned;
    int64_t unused_1[26];
    int64_t hits; /* this process's own word */
    int64_t unused_2[31];
    int64_t author;
    int64_t hit;
    int64_t join;
    int64_t end;
    int64_t unused_3[28];
    char scene[256];
    char step[1024];
    char channel[1024];
};

_Static_assert(offsetof(struct ledger, hits) == 256, "ledger.hits");
_Static_assert(offsetof(struct ledger, author) == 512, "ledger.author");
_Static_assert(offsetof(struct ledger, scene) == 768, "ledger.scene");
_Static_assert(offsetof(struct ledger, step) == 1024, "ledger.step");
_Static_assert(offsetof(struct ledger, channel) == 2048, "ledger.channel");

/* One of each, for all files of a program. */
__attribute__((weak, visibility("hidden"))) struct ledger *ledger;
__attribute__((weak, visibility("hidden"))) pid_t parent;

static inline bool map_ledger(const char *path) {
    const int descriptor = open(path, O_RDWR | O_CLOEXEC);
    void *base = mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    ledger = base == MAP_FAILED ? NULL : (struct ledger *)base;
    return ledger != NULL;
}

/* Waits a little, or ends with the parent. */
static inline void idle(void) {
    const struct timespec pause = {.tv_nsec = 50000};
    if (getppid() != parent) {
        _exit(0);
    }
    nanosleep(&pause, NULL);
}

/* Behind each step: stays at the one where this process is to be killed. */
static inline void reached(const char *words) {
    if (ledger == NULL) {
        const char *path = getenv("TADPOLE_LEDGER");
        if (path == NULL || !map_ledger(path)) {
            abort();
        }
        parent = getppid();
    }
    if (strcmp(words, ledger->step) == 0 && ++ledger->hits == ledger->hit) {
        __atomic_store_n(&ledger->state, STOPPED, __ATOMIC_RELEASE);
        for (;;) {
            idle();
        }
    }
}

#endif
