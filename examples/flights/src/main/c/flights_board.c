/*
 * The native stage of the flights demo for machines without Codon: the same command line, files and sentences as
 * ../codon/flights_board.codon, which says why each step is as it is.
 *
 *     flights_board ENGINE_CHANNEL CONSUMER_INDEX ANSWER_CHANNEL STATE_FILE PARENT_PID
 *
 * Exit status: 0 its parent has gone, 1 its input or a channel is broken, 2 it could not start.
 */
#include <tadpole/ring.h>

#include "board_rows.h"

#include <inttypes.h>
#include <limits.h>

#define BOARD_MAGIC INT64_C(0x4452414F42444154) /* "TADBOARD" */
#define MAX_BATCH 256
#define IDLE_ROUNDS 256 /* before it looks for its parent */

/* Why the board stops, beside NOT_AN_EVENT, and the engine's ring's own CORRUPT and DEPOSED. */
enum { ANSWERS_CORRUPT = -101, ANSWERS_DEPOSED = -102 };

struct board_answer {
    struct message_header header;
    int64_t sequence;
    int64_t count;
    int64_t delay_minutes_sum;
    char airport[3];
    char zero[5];
};

struct board_file {
    int64_t magic;
    int64_t version;
    int64_t rows;
    int64_t row_length;
    int64_t ring_id;
    int64_t unused_1[11];
    int64_t state; /* position up to which the active copy counts + the active copy */
    int64_t unused_2[495];
    struct row copies[2][ROWS];
};

_Static_assert(offsetof(struct board_answer, sequence) == 8, "BoardAnswer.sequence");
_Static_assert(offsetof(struct board_answer, airport) == 32, "BoardAnswer.airport");
_Static_assert(sizeof(struct board_answer) == 40, "BoardAnswer");
_Static_assert(offsetof(struct board_file, ring_id) == 32, "state.ringId");
_Static_assert(offsetof(struct board_file, state) == 128, "state.state");
_Static_assert(offsetof(struct board_file, copies) == 4096, "state.copies");

static const char STATE[] = "the board's state";

struct board {
    struct board_file *file;
    int active;
    int touched;
    int touched_rows[MAX_BATCH];
};

/* One sentence on standard error, and the end. */
__attribute__((format(printf, 2, 3))) static _Noreturn void stop(int exit_status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("flights_board: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(exit_status);
}

/* A row to count one event in, of at most MAX_BATCH between commits. */
static struct row *board_touch(struct board *board, int row) {
    board->touched_rows[board->touched++] = row;
    return &board->file->copies[1 - board->active][row];
}

/* Makes what was counted since the last commit valid, up to `position`. */
static void board_commit(struct board *board, int64_t position) {
    board->active = 1 - board->active;
    tadpole_store_release(&board->file->state, position | board->active);
}

/* Brings the inactive copy up to date: the next batch is counted there. */
static void board_catch_up(struct board *board) {
    /* The state's store stays before the stores to the copy that it deactivated, for whoever is killed in between. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    for (int i = 0; i < board->touched; i++) {
        const int row = board->touched_rows[i];
        board->file->copies[1 - board->active][row] = board->file->copies[board->active][row];
    }
    board->touched = 0;
}

static _Noreturn void refuse_state(const char *path, const char *why) {
    stop(2, "%s: %s %s", STATE, path, why);
}

static _Noreturn void stop_for_state(const char *path) {
    stop(2, "%s: %s cannot be used: %s", STATE, path, strerror(errno));
}

/* Every byte zero, from the front, so that the version goes first; and written, so that the space is real. */
static void write_zeros(int descriptor, const char *path) {
    static const unsigned char zeros[4096];
    for (size_t at = 0; at < sizeof(struct board_file); at += sizeof zeros) {
        const size_t rest = sizeof(struct board_file) - at;
        const size_t size = rest < sizeof zeros ? rest : sizeof zeros;
        if (pwrite(descriptor, zeros, size, (off_t)at) != (ssize_t)size) {
            stop_for_state(path);
        }
    }
}

/* Opens the file of the state, and owns it until this process ends. */
static int own_state(const char *path) {
    const int descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    if (descriptor < 0 && errno == ELOOP) {
        refuse_state(path, "is a symbolic link, which Tadpole refuses: name the real file");
    }
    if (descriptor < 0) {
        stop_for_state(path);
    }
    if (fcntl(descriptor, F_OFD_SETLK, &lock) != 0) {
        if (errno == EAGAIN || errno == EACCES) {
            refuse_state(path, "is owned by another process, and a role has one owner: stop that process first");
        }
        stop_for_state(path);
    }
    return descriptor;
}

/* Whether the file has a state of this ring; it ends with a sentence for a file that may not be written over. */
static bool has_state(const int64_t header[5], int64_t size, const char *path, int64_t ring_id) {
    const int64_t length = (int64_t)sizeof(struct board_file);
    if (header[1] == 0 && (header[0] == 0 || header[0] == BOARD_MAGIC) && size <= length) {
        return false;
    }
    if (header[0] != BOARD_MAGIC) {
        refuse_state(path, "is not a board's state: check the path");
    }
    if (header[1] != 1) {
        refuse_state(path, "was written by a newer Tadpole: update this program");
    }
    if (header[2] != ROWS || header[3] != (int64_t)sizeof(struct row)) {
        refuse_state(path, "has an impossible header: create it again");
    }
    if (size != length) {
        refuse_state(path, "does not have the length that its header says: restore it, or create it again");
    }
    return header[4] == ring_id;
}

/* Opens the board of the ring `ring_id`, or starts one that counts from `position` on. */
static void board_open(struct board *board, const char *path, int64_t ring_id, int64_t position) {
    const int descriptor = own_state(path);
    int64_t header[5] = {0}; /* magic to ring id */
    if (pread(descriptor, header, sizeof header, 0) < 0) {
        stop_for_state(path);
    }
    const bool fresh = !has_state(header, lseek(descriptor, 0, SEEK_END), path, ring_id);
    if (fresh) {
        write_zeros(descriptor, path);
    }
    struct board_file *file =
        mmap(NULL, sizeof *file, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, 0);
    if (file == MAP_FAILED) {
        stop_for_state(path);
    }
    if (fresh) {
        file->rows = ROWS;
        file->row_length = (int64_t)sizeof(struct row);
        file->ring_id = ring_id;
        file->state = position;
        file->magic = BOARD_MAGIC;
        tadpole_store_release(&file->version, 1);
    }
    board->file = file;
    board->active = (int)(file->state & 1);
    board->touched = 0;
    /* The inactive copy may be half written: the active one replaces all of it. */
    memcpy(file->copies[1 - board->active], file->copies[board->active], sizeof file->copies[0]);
}

/* Counts the event at a position and answers it, or does neither: OK, BACK_PRESSURED, or why the board stops. */
static int64_t count_event(const unsigned char *message, int64_t length, int64_t position, struct board *board,
                           struct tadpole_producer *answers) {
    struct flight_event event;
    struct tadpole_claim claim;
    const int row = read_event(message, length, &event);
    if (row < 0) {
        return NOT_AN_EVENT;
    }
    struct board_answer answer = {{sizeof(struct flight_event), 2, 1000, 0}, position / TADPOLE_UNIT, 0, 0, "", ""};
    const int64_t status = tadpole_try_claim(answers, (int64_t)sizeof answer, &claim);
    if (status < 0) {
        return status == TADPOLE_CORRUPT ? ANSWERS_CORRUPT : status == TADPOLE_DEPOSED ? ANSWERS_DEPOSED : status;
    }
    struct row *counts = board_touch(board, row);
    answer.count = count_in_row(counts, &event);
    answer.delay_minutes_sum = counts->delay_sum;
    memcpy(answer.airport, airport_of(&event), sizeof answer.airport);
    memcpy(claim.message, &answer, sizeof answer);
    tadpole_commit(&claim, (int64_t)sizeof answer);
    return TADPOLE_OK;
}

/* Counts what is there, up to a batch, and commits it: how many events, and in `status` OK or why it ended before.
 *
 * The order is the promise: a batch's answers are out before the state counts it, and the state counts it before the
 * position lets the engine overwrite it. */
static int count_batch(struct tadpole_consumer *events, struct board *board, struct tadpole_producer *answers,
                       int64_t *status) {
    const unsigned char *message;
    int counted = 0;
    *status = TADPOLE_OK;
    while (*status == TADPOLE_OK && counted < MAX_BATCH && !tadpole_is_due(events)) {
        const int64_t length = tadpole_peek(events, &message);
        if (length == 0) {
            break;
        }
        *status = length < 0 ? length : count_event(message, length, tadpole_consumer_position(events), board, answers);
        if (*status == TADPOLE_OK) {
            tadpole_advance(events);
            counted++;
        }
    }
    if (counted > 0) {
        board_commit(board, tadpole_consumer_position(events));
        if (tadpole_publish(events) != TADPOLE_OK) {
            *status = TADPOLE_DEPOSED;
        }
        board_catch_up(board);
    }
    return counted;
}

/* OK when the parent has gone, or why the board stops. */
static int64_t run(struct tadpole_consumer *events, struct board *board, struct tadpole_producer *answers,
                   pid_t parent) {
    int idle_rounds = 0;
    for (;;) {
        int64_t status;
        const int counted = count_batch(events, board, answers, &status);
        if (status != TADPOLE_OK && status != TADPOLE_BACK_PRESSURED) {
            return status;
        }
        if (counted > 0) {
            idle_rounds = 0;
            continue;
        }
        if (idle_rounds >= IDLE_ROUNDS && getppid() != parent) {
            return TADPOLE_OK;
        }
        tadpole_idle(idle_rounds);
        idle_rounds += idle_rounds < INT_MAX;
    }
}

/* A number of up to nine digits, or -1 if the text is anything else. */
static int parse_number(const char *text) {
    int number = 0;
    int at = 0;
    while (at < 9 && text[at] >= '0' && text[at] <= '9') {
        number = number * 10 + (text[at++] - '0');
    }
    return at > 0 && text[at] == 0 ? number : -1;
}

static int is_index(const char *text) {
    const int index = parse_number(text);
    return index >= 0 && index < TADPOLE_CONSUMERS_MAX;
}

int main(int argc, char **argv) {
    if (argc != 6 || !is_index(argv[2]) || parse_number(argv[5]) < 0) {
        fputs("usage: flights_board ENGINE_CHANNEL CONSUMER_INDEX ANSWER_CHANNEL STATE_FILE PARENT_PID\n", stderr);
        return 2;
    }
    struct tadpole_consumer events;
    struct tadpole_producer answers;
    struct tadpole_error error;
    struct board board;
    if (tadpole_attach_consumer(&events, argv[1], parse_number(argv[2]), &error) != TADPOLE_OK) {
        stop(2, "%s", error.sentence);
    }
    if (events.ring.alignment != TADPOLE_UNIT) {
        stop(2, "%s: is not an engine's ring, whose records lie at multiples of 64: check the path", argv[1]);
    }
    if (tadpole_attach_producer(&answers, argv[3], &error) != TADPOLE_OK) {
        stop(2, "%s", error.sentence);
    }
    board_open(&board, argv[4], events.ring.ring_id, tadpole_consumer_position(&events));
    const int64_t counted = board.file->state - board.active;
    int64_t status = tadpole_resume_at(&events, counted);
    if (status == TADPOLE_CORRUPT) {
        stop(2,
             "%s: counts the events up to position %" PRId64 ", and this consumer cannot go on from there: restore the "
             "newest state file, or start a new channel",
             argv[4], counted);
    }
    if (status == TADPOLE_OK) {
        status = run(&events, &board, &answers, parse_number(argv[5]));
    }
    switch (status) {
    case TADPOLE_OK: return 0;
    case NOT_AN_EVENT:
        stop(1,
             "%s: the message at position %" PRId64
             " is no flight event that a board can count (envelope, kind, delay, "
             "airports): publish only flight events there, on a new channel",
             argv[1], tadpole_consumer_position(&events));
    case TADPOLE_CORRUPT:
        stop(1,
             "%s: CORRUPT: no producer writes the word at position %" PRId64 ": stop the engine, keep the channel's "
             "files, start a new channel",
             argv[1], tadpole_consumer_position(&events));
    case TADPOLE_DEPOSED:
        stop(1,
             "%s: DEPOSED: somebody took over this board's consumer by position %" PRId64 ": leave the events to the "
             "new owner",
             argv[1], tadpole_consumer_position(&events));
    case ANSWERS_CORRUPT:
        stop(1,
             "%s: CORRUPT: its reader's position cannot be: stop the reader, keep the channel's files, start a new "
             "channel",
             argv[3]);
    default: stop(1, "%s: DEPOSED: somebody took over as its producer: leave the answers to the new owner", argv[3]);
    }
}
