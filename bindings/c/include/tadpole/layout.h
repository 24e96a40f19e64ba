/*
 * What lies where in the files of a channel: docs/layout.md says what it means. No behaviour. Every field is checked
 * here, and by a test against bindings/layout.golden.
 *
 *     <channel>/ring            struct tadpole_ring_file, then `capacity` bytes of records
 *     <channel>/consumer-<k>    struct tadpole_consumer_file
 *     <channel>/<role>.lock     empty
 *
 *     63           50 49 48 47          32 31                       0
 *     +--------------+--+--+--------------+-------------------------+
 *     |      0       |PA|PU|      0       |  8 + message, in bytes  |   a record: this word, the message behind it,
 *     +--------------+--+--+--------------+-------------------------+   and 0 to alignment - 1 bytes of rounding
 */
#ifndef TADPOLE_LAYOUT_H
#define TADPOLE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#define TADPOLE_LAYOUT_VERSION 1

#define TADPOLE_RING_MAGIC INT64_C(0x00454C4F50444154)     /* "TADPOLE\0" */
#define TADPOLE_CONSUMER_MAGIC INT64_C(0x534E4F4350444154) /* "TADPCONS" */

#define TADPOLE_CAPACITY_MIN INT64_C(0x10000)    /* 64 KiB */
#define TADPOLE_CAPACITY_MAX INT64_C(0x40000000) /* 1 GiB */
#define TADPOLE_CONSUMERS_MAX 64
#define TADPOLE_STAGES_MAX 28
#define TADPOLE_NAME_LENGTH 56

#define TADPOLE_COMPACT 8 /* alignments: of a plain ring, */
#define TADPOLE_UNIT 64   /* and of an engine's */

#define TADPOLE_RECORD_MESSAGE 8 /* the message follows the word */
#define TADPOLE_LENGTH_MASK INT64_C(0xFFFFFFFF)
#define TADPOLE_PUBLISHED INT64_C(0x1000000000000)
#define TADPOLE_PADDING INT64_C(0x2000000000000)

#define TADPOLE_DETACHED INT64_C(-1) /* a position: evicted, holds nobody back */
#define TADPOLE_JOINING INT64_C(1)   /* a position's bit 0: the consumer is joining again */

/* The words of an engine's own stage, in its ring. */
struct tadpole_stage {
    int64_t position;
    int64_t messages;
    int64_t batches;
    int64_t unused_1[5];
    char name[TADPOLE_NAME_LENGTH];
    int64_t unused_2;
};

/* The header of <channel>/ring. Words that are written at different times, or by different sides, are 128 bytes apart.
 */
struct tadpole_ring_file {
    int64_t magic;
    int64_t version;
    int64_t header_length;
    int64_t capacity;
    int64_t alignment;
    int64_t consumers;
    int64_t ring_id;
    int64_t created_ns;
    int64_t schema_id;
    int64_t schema_version;
    int64_t stages;
    int64_t unused_1[5];
    int64_t tail;
    int64_t unused_2[15];
    int64_t epoch;
    int64_t unused_3[15];
    int64_t messages;
    int64_t bytes;
    int64_t back_pressured;
    int64_t unused_4[13];
    struct tadpole_stage stage[TADPOLE_STAGES_MAX];
};

/* <channel>/consumer-<k> */
struct tadpole_consumer_file {
    int64_t magic;
    int64_t version;
    int64_t ring_id;
    int64_t index;
    int64_t created_ns;
    int64_t unused_1[3];
    char name[TADPOLE_NAME_LENGTH];
    int64_t unused_2;
    int64_t position;
    int64_t unused_3[15];
    int64_t epoch;
    int64_t unused_4[15];
    int64_t messages;
    int64_t bytes;
    int64_t batches;
    int64_t unused_5[461];
};

#ifdef __cplusplus
#define TADPOLE_ASSERT_(condition, words) static_assert(condition, words)
#else
#define TADPOLE_ASSERT_(condition, words) _Static_assert(condition, words)
#endif

#define TADPOLE_AT_(file, field, offset, size)                                                                         \
    TADPOLE_ASSERT_(offsetof(struct file, field) == (offset) && sizeof(((struct file *)0)->field) == (size),           \
                    #file "." #field)

TADPOLE_ASSERT_(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the layout is little-endian");

TADPOLE_AT_(tadpole_ring_file, magic, 0, 8);
TADPOLE_AT_(tadpole_ring_file, version, 8, 8);
TADPOLE_AT_(tadpole_ring_file, header_length, 16, 8);
TADPOLE_AT_(tadpole_ring_file, capacity, 24, 8);
TADPOLE_AT_(tadpole_ring_file, alignment, 32, 8);
TADPOLE_AT_(tadpole_ring_file, consumers, 40, 8);
TADPOLE_AT_(tadpole_ring_file, ring_id, 48, 8);
TADPOLE_AT_(tadpole_ring_file, created_ns, 56, 8);
TADPOLE_AT_(tadpole_ring_file, schema_id, 64, 8);
TADPOLE_AT_(tadpole_ring_file, schema_version, 72, 8);
TADPOLE_AT_(tadpole_ring_file, stages, 80, 8);
TADPOLE_AT_(tadpole_ring_file, tail, 128, 8);
TADPOLE_AT_(tadpole_ring_file, epoch, 256, 8);
TADPOLE_AT_(tadpole_ring_file, messages, 384, 8);
TADPOLE_AT_(tadpole_ring_file, bytes, 392, 8);
TADPOLE_AT_(tadpole_ring_file, back_pressured, 400, 8);
TADPOLE_AT_(tadpole_ring_file, stage, 512, 28 * 128);
TADPOLE_ASSERT_(sizeof(struct tadpole_ring_file) == 4096, "tadpole_ring_file: the records follow");

TADPOLE_AT_(tadpole_stage, position, 0, 8);
TADPOLE_AT_(tadpole_stage, messages, 8, 8);
TADPOLE_AT_(tadpole_stage, batches, 16, 8);
TADPOLE_AT_(tadpole_stage, name, 64, 56);
TADPOLE_ASSERT_(sizeof(struct tadpole_stage) == 128, "tadpole_stage");

TADPOLE_AT_(tadpole_consumer_file, magic, 0, 8);
TADPOLE_AT_(tadpole_consumer_file, version, 8, 8);
TADPOLE_AT_(tadpole_consumer_file, ring_id, 16, 8);
TADPOLE_AT_(tadpole_consumer_file, index, 24, 8);
TADPOLE_AT_(tadpole_consumer_file, created_ns, 32, 8);
TADPOLE_AT_(tadpole_consumer_file, name, 64, 56);
TADPOLE_AT_(tadpole_consumer_file, position, 128, 8);
TADPOLE_AT_(tadpole_consumer_file, epoch, 256, 8);
TADPOLE_AT_(tadpole_consumer_file, messages, 384, 8);
TADPOLE_AT_(tadpole_consumer_file, bytes, 392, 8);
TADPOLE_AT_(tadpole_consumer_file, batches, 400, 8);
TADPOLE_ASSERT_(sizeof(struct tadpole_consumer_file) == 4096, "tadpole_consumer_file");

#endif
