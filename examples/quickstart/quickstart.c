/* Reads what QuickStart.java writes, and answers each number with its double: quickstart EVENTS ANSWERS. */
#include <tadpole/ring.h>

#include <stdio.h>

int main(int argc, char **argv) {
    struct tadpole_consumer events;
    struct tadpole_producer answers;
    struct tadpole_claim claim;
    struct tadpole_error error;
    const unsigned char *message;
    if (argc != 3 || tadpole_attach_consumer(&events, argv[1], 0, &error) < 0 ||
        tadpole_attach_producer(&answers, argv[2], &error) < 0) {
        fprintf(stderr, "quickstart: %s\n", argc != 3 ? "usage: quickstart EVENTS ANSWERS" : error.sentence);
        return 2;
    }
    for (int idle = 0; tadpole_publish(&events) == TADPOLE_OK; tadpole_idle(idle++)) {
        while (tadpole_peek(&events, &message) == 8 && tadpole_try_claim(&answers, 8, &claim) >= 0) {
            const int64_t delay = *(const int64_t *)message; /* read where Java wrote it */
            printf("%lld\n", (long long)delay);
            fflush(stdout);
            *(int64_t *)claim.message = 2 * delay;
            tadpole_commit(&claim, 8);
            tadpole_advance(&events);
            idle = 0;
        }
    }
    return 1;
}
