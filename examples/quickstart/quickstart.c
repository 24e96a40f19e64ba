/* Reads what QuickStart.java writes, and answers each number with its double: quickstart EVENTS ANSWERS. */
#include <tadpole/ring.h>

#include <stdio.h>

int main(int argc, char **argv) {
    struct tadpole_consumer events;
    struct tadpole_producer answers;
    struct tadpole_error error;
    const unsigned char *message;
    if (argc != 3 || tadpole_attach_consumer(&events, argv[1], 0, &error) < 0 ||
        tadpole_attach_producer(&answers, argv[2], &error) < 0) {
        fprintf(stderr, "quickstart: %s\n", argc != 3 ? "usage: quickstart EVENTS ANSWERS" : error.sentence);
        return 2;
    }
    for (int idle = 0;; idle++) {
        for (; tadpole_peek(&events, &message) == 8; idle = 0) { /* read where Java wrote it */
            int64_t delay;
            memcpy(&delay, message, sizeof delay);
            printf("%lld\n", (long long)delay);
            fflush(stdout);
            delay *= 2;
            tadpole_offer(&answers, &delay, sizeof delay);
            tadpole_advance(&events);
        }
        tadpole_publish(&events);
        tadpole_idle(idle);
    }
}
