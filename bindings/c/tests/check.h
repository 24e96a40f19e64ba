/*
 * Runs the checks of a test program, says which failed, and ends with a status: 1 if any did. A failed CHECK ends its
 * test, from however deep. For C and C++.
 */
#ifndef TADPOLE_TESTS_CHECK_H
#define TADPOLE_TESTS_CHECK_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static jmp_buf check_end;
static int check_passed;
static int check_failed;
static int check_skipped;

#define CHECK(condition) ((condition) ? (void)0 : check_fail(#condition, __FILE__, __LINE__))

/* Two whole numbers that should be one. */
#define CHECK_IS(expected, found) check_is((int64_t)(expected), (int64_t)(found), #found, __FILE__, __LINE__)

static inline void check_fail(const char *what, const char *file, int line) {
    printf("    %s:%d: %s\n", file, line, what);
    longjmp(check_end, 1);
}

static inline void check_is(int64_t expected, int64_t found, const char *what, const char *file, int line) {
    if (expected != found) {
        printf("    %s:%d: %s is %lld and should be %lld\n", file, line, what, (long long)found, (long long)expected);
        longjmp(check_end, 1);
    }
}

/* Ends the test that cannot be made here, and says why. */
static inline void check_skip(const char *test, const char *why) {
    printf("skipped %s: %s\n", test, why);
    longjmp(check_end, 2);
}

static inline void check(const char *name, void (*test)(void)) {
    alarm(300); /* a watchdog for a test that waits for ever */
    switch (setjmp(check_end)) {
    case 0:
        test();
        check_passed++;
        break;
    case 2: check_skipped++; break;
    default: printf("FAIL %s\n", name); check_failed++;
    }
}

#define RUN(test) check(#test, test)

static inline int finish(void) {
    printf("%d passed, %d failed, %d skipped\n", check_passed, check_failed, check_skipped);
    return check_failed > 0 || check_passed == 0;
}

/* A generator whose numbers follow from its seed (splitmix64). */
static inline uint64_t next_random(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* 0 to bound - 1. */
static inline int64_t below(uint64_t *state, int64_t bound) {
    return (int64_t)((next_random(state) >> 33) % (uint64_t)bound);
}

#endif
