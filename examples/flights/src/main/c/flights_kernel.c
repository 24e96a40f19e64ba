/*
 * The kernel of the flights demo for machines without Codon: ../codon/flights_kernel.codon says what it does.
 */
#include <tadpole/kernel.h>

#include "board_rows.h"

TADPOLE_KERNEL(ROWS, (int64_t)sizeof(struct row), 1)

int64_t tadpole_kernel_on_batch(const uint8_t *records, int64_t from, int64_t to, int64_t alignment, uint8_t *state,
                                uint64_t *touched) {
    for (int64_t at = from; at < to;) {
        const int64_t length = tadpole_kernel_length(records, from, at, to);
        if (length < 0) {
            return tadpole_kernel_stop(from, at, length);
        }
        struct flight_event event;
        const int row = read_event(tadpole_kernel_message(records, from, at), length, &event);
        if (row < 0) {
            return tadpole_kernel_stop(from, at, NOT_AN_EVENT);
        }
        count_in_row(tadpole_kernel_touch(state, touched, row, (int64_t)sizeof(struct row)), &event);
        at = tadpole_kernel_next(at, length, alignment);
    }
    return to;
}
