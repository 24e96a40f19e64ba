/*
 * The other side, in C.
 *
 *     peer publish CHANNEL COUNT SEED     publishes messages, one by one and in runs
 *     peer consume CHANNEL K COUNT        consumes messages as consumer K
 *
 * Prints their number, their bytes and a hash over all of them, each with its length before it. Exit codes: 0 done,
 * 1 a call was refused, 2 wrong use.
 */
#include <tadpole/ring.h>

#include <inttypes.h>

static uint64_t hash = UINT64_C(0xcbf29ce484222325);
static int64_t messages;
static int64_t bytes;

static void count(const unsigned char *message, int64_t length) {
    uint64_t sum = (uint64_t)length;
    for (int64_t i = 0; i < length; i++) {
        sum += message[i] * (uint64_t)(i % 251 + 1);
    }
    hash = (hash ^ sum) * UINT64_C(0x100000001b3);
    messages++;
    bytes += length;
}

static void handle(void *context, const unsigned char *message, int64_t length, int64_t position) {
    (void)context;
    (void)position;
    count(message, length);
}

static uint64_t random_number(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int refused(const char *words) {
    fprintf(stderr, "peer: %s\n", words);
    return 1;
}

static int publish(const char *channel, int64_t wanted, uint64_t state) {
    struct tadpole_producer producer;
    struct tadpole_error error;
    if (tadpole_attach_producer(&producer, channel, &error) != TADPOLE_OK) {
        return refused(error.sentence);
    }
    for (int64_t sent = 0; sent < wanted;) {
        struct tadpole_claim claim;
        const int64_t run = random_number(&state) % 4 == 0 ? 1 + (int64_t)(random_number(&state) % 8) : 1;
        int64_t status;
        for (int round = 0; (status = tadpole_try_claim_run(&producer, 700, run, &claim)) == TADPOLE_BACK_PRESSURED;) {
            tadpole_idle(round++);
        }
        if (status < 0) {
            return refused(tadpole_status_name(status));
        }
        for (int64_t i = 0; i < run; i++) {
            const int64_t length = 1 + (int64_t)(random_number(&state) % 700);
            const unsigned char filling = (unsigned char)random_number(&state);
            for (int64_t k = 0; k < length; k++) {
                claim.message[k] = (unsigned char)(filling + k);
            }
            count(claim.message, length);
            status = i < run - 1 ? tadpole_next(&claim, length) : tadpole_commit(&claim, length);
        }
        sent += run;
    }
    tadpole_close_producer(&producer);
    return 0;
}

static int consume(const char *channel, int64_t index, int64_t wanted) {
    struct tadpole_consumer consumer;
    struct tadpole_error error;
    if (tadpole_attach_consumer(&consumer, channel, index, &error) != TADPOLE_OK) {
        return refused(error.sentence);
    }
    for (int round = 0; messages < wanted;) {
        const int64_t polled = tadpole_poll(&consumer, handle, NULL, 100);
        if (polled < 0) {
            return refused(tadpole_status_name(polled));
        }
        round = polled > 0 ? 0 : round + 1;
        if (polled == 0) {
            tadpole_idle(round);
        }
    }
    tadpole_close_consumer(&consumer);
    return 0;
}

int main(int count_of_arguments, char **arguments) {
    if (count_of_arguments != 5) {
        return 2;
    }
    const int64_t third = strtoll(arguments[3], NULL, 10);
    const int64_t fourth = strtoll(arguments[4], NULL, 10);
    const int status = strcmp(arguments[1], "publish") == 0 ? publish(arguments[2], third, (uint64_t)fourth | 1)
                                                            : consume(arguments[2], third, fourth);
    printf("%" PRId64 " messages, %" PRId64 " bytes, hash %016" PRIx64 "\n", messages, bytes, hash);
    return status;
}
