/*
 * The kernel of the tests. Each message is a number; the row that is the number's remainder counts it and adds it up.
 * What the kernel does otherwise, a definition says.
 */
#include <tadpole/kernel.h>

#ifdef ABI
#undef TADPOLE_KERNEL_ABI
#define TADPOLE_KERNEL_ABI ABI
#endif
#ifdef LAYOUT
#undef TADPOLE_LAYOUT_VERSION
#define TADPOLE_LAYOUT_VERSION LAYOUT
#endif
#ifndef ROWS
#define ROWS 100
#endif
#ifndef ROW_LENGTH
#define ROW_LENGTH 16
#endif
#ifndef STATE_VERSION
#define STATE_VERSION 1
#endif
#ifndef AT_MOST
#define AT_MOST INT64_MAX
#endif
#ifndef REFUSED
#define REFUSED(number) 0
#endif
#ifndef ANSWER
#define ANSWER to
#endif
#ifndef BEFORE
#define BEFORE
#endif
#ifndef ALSO
#define ALSO
#endif

TADPOLE_KERNEL(ROWS, ROW_LENGTH, STATE_VERSION)

int64_t tadpole_kernel_on_batch(const uint8_t *records, int64_t from, int64_t to, int64_t alignment, uint8_t *state,
                                uint64_t *touched) {
    int64_t handled = 0;
    BEFORE;
    for (int64_t at = from; at < to; handled++) {
        const int64_t length = tadpole_kernel_length(records, from, at, to);
        if (length < 8) {
            return tadpole_kernel_stop(from, at, TADPOLE_CORRUPT);
        }
        const int64_t number = *(const int64_t *)(const void *)tadpole_kernel_message(records, from, at);
        if (REFUSED(number)) {
            return tadpole_kernel_stop(from, at, -42);
        }
        if (handled == AT_MOST) {
            return at;
        }
#ifdef FORGET
        int64_t *const row = (int64_t *)(void *)(state + number % ROWS * ROW_LENGTH);
        (void)touched;
#else
        int64_t *const row = (int64_t *)tadpole_kernel_touch(state, touched, number % ROWS, ROW_LENGTH);
#endif
        row[0]++;
        row[1] += number;
        ALSO;
        at = tadpole_kernel_next(at, length, alignment);
    }
    return ANSWER;
}
