/*
 * The rows of a board, and what an event does to its airport's: the process that is a stage outside the JVM and the
 * kernel inside it both count by this header, as ../codon/board_rows.codon does.
 */
#ifndef BOARD_ROWS_H
#define BOARD_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ROWS (26 * 26 * 26)
#define NOT_AN_EVENT (-100) /* why a board stops, or refuses a message */
#define NO_DELAY INT32_MIN
#define HEADER_LENGTH 8
#define ENVELOPE_BLOCK_LENGTH 44

struct message_header {
    uint16_t block_length;
    uint16_t template_id;
    uint16_t schema_id;
    uint16_t version;
};

struct flight_event {
    int64_t event_time_ns;
    int32_t delay_minutes;
    uint16_t flight;
    uint16_t distance_miles;
    char kind;
    char origin[3];
    char dest[3];
    char carrier[2];
    char tailnum[6];
};

struct row {
    int64_t departed;
    int64_t cancelled;
    int64_t arrived;
    int64_t delay_sum;
    int64_t delay_max;
    int64_t unused[3];
};

_Static_assert(sizeof(struct message_header) == HEADER_LENGTH, "SBE header");
_Static_assert(offsetof(struct flight_event, delay_minutes) == 8, "FlightEvent.delayMinutes");
_Static_assert(offsetof(struct flight_event, kind) == 16, "FlightEvent.kind");
_Static_assert(offsetof(struct flight_event, origin) == 17, "FlightEvent.origin");
_Static_assert(offsetof(struct flight_event, dest) == 20, "FlightEvent.dest");
_Static_assert(offsetof(struct flight_event, tailnum) == 25, "FlightEvent.tailnum");
_Static_assert(sizeof(struct flight_event) == 32, "FlightEvent");
_Static_assert(sizeof(struct row) == 64, "row");

/* Where the fields after the block begin, or -1 if `length` bytes hold no message of this kind with at least this
 * block. */
static inline int64_t end_of_block(const unsigned char *message, int64_t length, int schema_id, int template_id,
                                   int block) {
    struct message_header header;
    if (length < HEADER_LENGTH + block) {
        return -1;
    }
    memcpy(&header, message, sizeof header);
    const int64_t end = HEADER_LENGTH + header.block_length;
    const bool same = header.schema_id == schema_id && header.template_id == template_id;
    return same && header.block_length >= block && end <= length ? end : -1;
}

/* Takes a var data field at `*at`, and steps over it: its length, or -1 if the message ends before it does. */
static inline int64_t take_var_data(const unsigned char *message, int64_t length, int64_t *at) {
    uint32_t field;
    if (length - *at < (int64_t)sizeof field) {
        return -1;
    }
    memcpy(&field, message + *at, sizeof field);
    *at += (int64_t)sizeof field + field;
    return *at <= length ? (int64_t)field : -1;
}

/* Row of an airport code: three letters, "AAA" is 0; -1 if it is anything else. */
static inline int airport_row(const char *code) {
    int row = 0;
    for (int i = 0; i < 3; i++) {
        if (code[i] < 'A' || code[i] > 'Z') {
            return -1;
        }
        row = row * 26 + (code[i] - 'A');
    }
    return row;
}

/* Where it happened. */
static inline const char *airport_of(const struct flight_event *event) {
    return event->kind == 'A' ? event->dest : event->origin;
}

/* Copies the flight event out of its envelope: the row in which it counts; -1 if a board cannot count it. */
static inline int read_event(const unsigned char *message, int64_t length, struct flight_event *event) {
    int64_t at = end_of_block(message, length, 21569, 1, ENVELOPE_BLOCK_LENGTH);
    if (at < 0) {
        return -1;
    }
    const int64_t payload_length = take_var_data(message, length, &at);
    const unsigned char *payload = message + at - payload_length;
    if (payload_length < 0 || take_var_data(message, length, &at) < 0 ||
        end_of_block(payload, payload_length, 1000, 1, (int)sizeof *event) < 0) {
        return -1;
    }
    memcpy(event, payload + HEADER_LENGTH, sizeof *event);
    const int origin = airport_row(event->origin);
    const int dest = airport_row(event->dest);
    if (origin < 0 || dest < 0) {
        return -1;
    }
    switch (event->kind) {
    case 'A': return dest;
    case 'X': return origin;
    case 'D': return event->delay_minutes != NO_DELAY ? origin : -1;
    default: return -1;
    }
}

/* Counts an event in its row: the airport's new count of its kind. */
static inline int64_t count_in_row(struct row *row, const struct flight_event *event) {
    if (event->kind == 'A') {
        return ++row->arrived;
    }
    if (event->kind == 'X') {
        return ++row->cancelled;
    }
    if (row->departed == 0 || event->delay_minutes > row->delay_max) {
        row->delay_max = event->delay_minutes;
    }
    row->delay_sum += event->delay_minutes;
    return ++row->departed;
}

#endif
