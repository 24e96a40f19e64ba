/*
 * Usage: hostile COUNT SEED: the hostile rings of the seeds SEED, SEED + 1, ..., so many, forged in place in one mapped
 * ring; each is read as far as it goes.
 * Build it with sanitizers, as run.sh does. A failure says the seed of its ring.
 */
#include "hostile.h"
#include "check.h"

#include <signal.h>

static uint64_t ring_seed;

static void say_seed(int number) {
    char words[64];
    const int length = snprintf(words, sizeof words, "seed of this ring: %llu\n", (unsigned long long)ring_seed);
    if (write(STDERR_FILENO, words, (size_t)length) == length) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

int main(int argc, char **argv) {
    static struct hostile hostile;
    unsigned char script[256];
    char *end = NULL;
    char *seed_end = NULL;
    const int64_t count = argc == 3 ? strtoll(argv[1], &end, 10) : 0;
    const uint64_t seed = argc == 3 ? strtoull(argv[2], &seed_end, 10) : 0;
    if (count < 1 || *end != 0 || *seed_end != 0) {
        fprintf(stderr, "usage: hostile COUNT SEED\n");
        return 2;
    }
    int64_t with_messages = 0;
    signal(SIGABRT, say_seed);
    hostile_open(&hostile);
    printf("seed %llu\n", (unsigned long long)seed);
    for (int64_t i = 0; i < count; i++) {
        ring_seed = seed + (uint64_t)i;
        uint64_t random = ring_seed;
        const size_t length = (size_t)(32 + below(&random, (int64_t)sizeof script - 31));
        for (size_t at = 0; at < sizeof script; at += 8) {
            const uint64_t bytes = next_random(&random);
            memcpy(script + at, &bytes, 8);
        }
        const int64_t before = hostile.messages;
        alarm(600); /* a watchdog: every ring ends */
        hostile_run(&hostile, script, length);
        with_messages += hostile.messages > before;
    }
    printf("%lld hostile rings, %lld of them with messages, %lld messages\n", (long long)count,
           (long long)with_messages, (long long)hostile.messages);
    /* A generator of which nothing is ever read tries nothing. */
    return count > 1000 && with_messages < count / 4;
}
