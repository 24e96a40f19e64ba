/*
 * Memory order, by its names: the only file that orders anything. A word is 8 bytes at a multiple of 8, loaded and
 * stored whole. Wait-free.
 */
#ifndef TADPOLE_ORDERED_H
#define TADPOLE_ORDERED_H

#include <stdint.h>

static inline int64_t tadpole_load_acquire(const int64_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline int64_t tadpole_load_relaxed(const int64_t *word) {
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline void tadpole_store_release(int64_t *word, int64_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline void tadpole_store_relaxed(int64_t *word, int64_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

/* Nothing passes it in either direction: orders a store before a later load, which release and acquire do not. */
static inline void tadpole_fence(void) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

#endif
