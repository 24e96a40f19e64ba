/*
 * A kernel: a function that a JVM calls once for each batch of messages, on the thread of one of its stages, over the
 * bytes that are already mapped. docs/kernels.md says what it may do. It keeps what it knows in a state that the JVM
 * owns: rows of one length, all zero at first.
 *
 *     #include <tadpole/kernel.h>
 *
 *     TADPOLE_KERNEL(1, 8, 1)
 *
 *     int64_t tadpole_kernel_on_batch(const uint8_t *records, int64_t from, int64_t to, int64_t alignment,
 *                                     uint8_t *state, uint64_t *touched) {
 *         int64_t *const count = (int64_t *)tadpole_kernel_touch(state, touched, 0, 8);
 *         for (int64_t at = from; at < to;) {
 *             const int64_t length = tadpole_kernel_length(records, from, at, to);
 *             if (length < 0) {
 *                 return tadpole_kernel_stop(from, at, length);
 *             }
 *             (*count)++;
 *             at = tadpole_kernel_next(at, length, alignment);
 *         }
 *         return to;
 *     }
 *
 *     gcc -O2 -shared -fPIC -nostartfiles -Wl,-z,defs -Wl,-z,noexecstack -I bindings/c/include -o libcount.so count.c
 */
#ifndef TADPOLE_KERNEL_H
#define TADPOLE_KERNEL_H

#include "layout.h"
#include "status.h"

#define TADPOLE_KERNEL_ABI 1

#ifdef __cplusplus
#define TADPOLE_KERNEL_EXPORT_ extern "C" __attribute__((visibility("default")))
#else
#define TADPOLE_KERNEL_EXPORT_ __attribute__((visibility("default")))
#endif

/* What a library exports. Each is called once when it is loaded, but for the last. */
TADPOLE_KERNEL_EXPORT_ int64_t tadpole_kernel_abi(void);        /* TADPOLE_KERNEL_ABI */
TADPOLE_KERNEL_EXPORT_ int64_t tadpole_kernel_layout(void);     /* TADPOLE_LAYOUT_VERSION */
TADPOLE_KERNEL_EXPORT_ int64_t tadpole_kernel_rows(void);       /* of the state; 0: it has none */
TADPOLE_KERNEL_EXPORT_ int64_t tadpole_kernel_row_length(void); /* in bytes, a multiple of 8 */
TADPOLE_KERNEL_EXPORT_ int64_t tadpole_kernel_version(void);    /* of what the rows mean: another one, another state */

/*
 * Handles the records from position `from` to position `to`, whole ones without padding. The record at position `at`
 * starts at `records + (at - from)`, its message 8 bytes behind that; the next one at the next multiple of `alignment`.
 * `state` has the rows one after the other, and `touched` a bit for each, in words of 64: whoever changes a row sets
 * its bit before.
 *
 * The answer is the position up to which it handled them: `to`; or one before, where a record starts, when it wants to
 * be called again from there; or a negative number of its own: it refuses the first record, at `from`, and has changed
 * nothing. No answer is `from`.
 */
TADPOLE_KERNEL_EXPORT_ int64_t tadpole_kernel_on_batch(const uint8_t *records, int64_t from, int64_t to,
                                                       int64_t alignment, uint8_t *state, uint64_t *touched);

/* Defines what a library exports but for tadpole_kernel_on_batch. */
#define TADPOLE_KERNEL(rows, row_length, version)                                                                      \
    int64_t tadpole_kernel_abi(void) {                                                                                 \
        return TADPOLE_KERNEL_ABI;                                                                                     \
    }                                                                                                                  \
    int64_t tadpole_kernel_layout(void) {                                                                              \
        return TADPOLE_LAYOUT_VERSION;                                                                                 \
    }                                                                                                                  \
    int64_t tadpole_kernel_rows(void) {                                                                                \
        return (rows);                                                                                                 \
    }                                                                                                                  \
    int64_t tadpole_kernel_row_length(void) {                                                                          \
        return (row_length);                                                                                           \
    }                                                                                                                  \
    int64_t tadpole_kernel_version(void) {                                                                             \
        return (version);                                                                                              \
    }

/* The length in bytes of the message at a position, or TADPOLE_CORRUPT for a word that no producer writes: the JVM has
   checked it, and whoever scribbles over it since then is caught here. */
static inline int64_t tadpole_kernel_length(const uint8_t *records, int64_t from, int64_t at, int64_t to) {
    const int64_t word = __atomic_load_n((const int64_t *)(const void *)(records + (at - from)), __ATOMIC_RELAXED);
    const int64_t length = word - TADPOLE_PUBLISHED - TADPOLE_RECORD_MESSAGE;
    const int64_t room = to - at - TADPOLE_RECORD_MESSAGE;
    return length > 0 && length <= room ? length : (int64_t)TADPOLE_CORRUPT;
}

static inline const uint8_t *tadpole_kernel_message(const uint8_t *records, int64_t from, int64_t at) {
    return records + (at - from) + TADPOLE_RECORD_MESSAGE;
}

/* The position of the record behind a message. */
static inline int64_t tadpole_kernel_next(int64_t at, int64_t length, int64_t alignment) {
    return at + ((length + TADPOLE_RECORD_MESSAGE + alignment - 1) & -alignment);
}

/* A row of the state, to be changed. */
static inline void *tadpole_kernel_touch(uint8_t *state, uint64_t *touched, int64_t row, int64_t row_length) {
    touched[row >> 6] |= UINT64_C(1) << (row & 63);
    return state + row * row_length;
}

/* What to answer at a record that is refused: the records before it are handled first, and it is the first of the next
   call. */
static inline int64_t tadpole_kernel_stop(int64_t from, int64_t at, int64_t status) {
    return at > from ? at : status;
}

#endif
