/* What to do when there is nothing to do: spin, then yield, then sleep. */
#ifndef TADPOLE_IDLE_H
#define TADPOLE_IDLE_H

#include <sched.h>
#include <time.h>

/* `round` counts the idle rounds in a row, from 0: 256 spins, 64 yields, then sleeps of 50 us. */
static inline void tadpole_idle(int round) {
    if (round < 256) {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        __asm__ volatile("yield");
#endif
    } else if (round < 256 + 64) {
        sched_yield();
    } else {
        struct timespec pause;
        pause.tv_sec = 0;
        pause.tv_nsec = 50000;
        nanosleep(&pause, NULL);
    }
}

#endif
