/*
 * The process in C that `./tadpole bench --only languages` measures: it receives or echoes what a JVM sends, or sends
 * what a JVM receives. The commands, the line and the numbers are those of io.tadpole.bench: Receiving, Sending, Line,
 * Tally, Echo.
 *
 *     bench_peer FOLDER "ring to c"|"ring from c" ROUND_TRIP SIZE RUN
 */
#include <tadpole/ring.h>

#include <inttypes.h>
#include <signal.h>
#include <sys/prctl.h>

enum { TRIPS = 20000, LONGEST_TRIP = 1 << 16, LIMIT = 256, START = -1 };
#define RING_BYTES (INT64_C(1) << 20)

/* io.tadpole.bench.Line */
struct line {
    int64_t ping;
    int64_t unused_1[31];
    int64_t pong;
    int64_t unused_2[31];
    int64_t messages;
    int64_t unused_3[31];
    int64_t received;
    int64_t unused_4[415];
};

_Static_assert(offsetof(struct line, pong) == 256, "Line.PONG");
_Static_assert(offsetof(struct line, messages) == 512, "Line.MESSAGES");
_Static_assert(offsetof(struct line, received) == 768, "Line.RECEIVED");
_Static_assert(sizeof(struct line) == 4096, "Line.LENGTH");

struct run {
    struct line *line;
    struct tadpole_producer back; /* of round trips */
    bool is_round_trip;
    int64_t size;
    int64_t next;
    int64_t messages;
    bool has_ended;
};

static const char *folder;

static _Noreturn void stop(const char *sentence) {
    fprintf(stderr, "bench_peer: %s\n", sentence);
    exit(1);
}

static void relax(void) {
    tadpole_idle(0);
}

static const char *path_of(char *path, const char *kind, int64_t number) {
    snprintf(path, 4096, "%s/%s-%" PRId64, folder, kind, number);
    return path;
}

static struct line *map_line(int64_t number) {
    char path[4096];
    const int descriptor = open(path_of(path, "line", number), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    void *base = MAP_FAILED;
    if (descriptor >= 0 && ftruncate(descriptor, sizeof(struct line)) == 0) {
        base = mmap(NULL, sizeof(struct line), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    }
    if (base == MAP_FAILED) {
        stop("the line cannot be mapped");
    }
    close(descriptor);
    return base;
}

static int64_t ping(struct line *line) {
    static int counts[LONGEST_TRIP];
    const int64_t start = line->ping;
    memset(counts, 0, sizeof counts);
    for (int64_t i = start + 1; i <= start + TRIPS; i++) {
        const int64_t before = tadpole_now_ns_(CLOCK_MONOTONIC);
        tadpole_store_release(&line->ping, i);
        while (tadpole_load_acquire(&line->pong) != i) {
            relax();
        }
        const int64_t trip = tadpole_now_ns_(CLOCK_MONOTONIC) - before;
        counts[trip < LONGEST_TRIP ? trip : LONGEST_TRIP - 1]++;
    }
    int64_t median = 0;
    for (int seen = counts[0]; seen < TRIPS / 2; seen += counts[++median]) {
    }
    return median;
}

static void echo(struct line *line) {
    const int64_t start = line->pong;
    for (int64_t i = start + 1; i <= start + TRIPS; i++) {
        while (tadpole_load_acquire(&line->ping) != i) {
            relax();
        }
        tadpole_store_release(&line->pong, i);
    }
}

static void create(struct tadpole_producer *producer, const char *channel) {
    struct tadpole_error error;
    const struct tadpole_config config = tadpole_plain(RING_BYTES);
    if (tadpole_create(channel, &config, &error) < 0 || tadpole_attach_producer(producer, channel, &error) < 0) {
        stop(error.sentence);
    }
}

static inline void send_one(struct tadpole_producer *producer, int64_t size, int64_t number) {
    struct tadpole_claim claim;
    int64_t position;
    while ((position = tadpole_try_claim(producer, size, &claim)) < 0) {
        if (position != TADPOLE_BACK_PRESSURED) {
            stop(tadpole_status_name(position));
        }
        relax();
    }
    for (int64_t at = 0; at < size; at += 8) {
        memcpy(claim.message + at, &number, sizeof number);
    }
    tadpole_commit(&claim, size);
}

static void on_number(void *context, const unsigned char *message, int64_t length, int64_t position) {
    struct run *run = context;
    int64_t number;
    (void)length;
    (void)position;
    memcpy(&number, message, sizeof number);
    if (number == START) {
        run->messages = tadpole_load_acquire(&run->line->messages);
        echo(run->line);
        return;
    }
    if (number != run->next++) {
        stop("a message came out of its turn");
    }
    if (run->is_round_trip) {
        send_one(&run->back, run->size, number);
    }
    if (run->next == run->messages) {
        tadpole_store_release(&run->line->received, 1);
        echo(run->line);
        run->has_ended = true;
    }
}

static void receive(int64_t number, bool is_round_trip, int64_t size) {
    char path[4096];
    struct run run = {.line = map_line(number), .is_round_trip = is_round_trip, .size = size};
    struct tadpole_consumer there;
    struct tadpole_error error;
    if (is_round_trip) {
        create(&run.back, path_of(path, "back", number));
    }
    if (tadpole_attach_consumer(&there, path_of(path, "there", number), 0, &error) < 0) {
        stop(error.sentence);
    }
    puts("ready");
    while (!run.has_ended) {
        const int64_t count = tadpole_poll(&there, on_number, &run, LIMIT);
        if (count < 0) {
            stop(tadpole_status_name(count));
        }
        if (count == 0) {
            relax();
        }
    }
    tadpole_close_consumer(&there);
    if (is_round_trip) {
        tadpole_close_producer(&run.back);
    }
    munmap(run.line, sizeof *run.line);
    puts("done");
}

static void send_all(int64_t number, int64_t messages, int64_t size) {
    char path[4096];
    struct line *line = map_line(number);
    struct tadpole_producer producer;
    create(&producer, path_of(path, "there", number));
    tadpole_store_release(&line->received, 0);
    tadpole_store_release(&line->messages, messages);
    puts("ready");
    send_one(&producer, size, START);
    const int64_t before = ping(line);
    const int64_t start = tadpole_now_ns_(CLOCK_MONOTONIC);
    for (int64_t i = 0; i < messages; i++) {
        send_one(&producer, size, i);
    }
    while (tadpole_load_acquire(&line->received) == 0) {
        relax();
    }
    const int64_t elapsed = tadpole_now_ns_(CLOCK_MONOTONIC) - start;
    printf("%" PRId64 " %" PRId64 " %" PRId64 " 0 0\n", before, ping(line), elapsed);
    tadpole_close_producer(&producer);
    munmap(line, sizeof *line);
}

int main(int count, char **arguments) {
    char command[256];
    if (count != 6) {
        stop("usage: bench_peer FOLDER CARRIER ROUND_TRIP SIZE RUN");
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* in the midst of a run it reads no command */
    folder = arguments[1];
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(command, sizeof command, stdin) != NULL) {
        int64_t number = 0;
        int64_t messages = 0;
        sscanf(command, "run %" SCNd64 " %" SCNd64, &number, &messages);
        if (strstr(arguments[2], " from ") != NULL) {
            send_all(number, messages, atoll(arguments[4]));
        } else {
            receive(number, strcmp(arguments[3], "true") == 0, atoll(arguments[4]));
        }
    }
    return 0;
}
