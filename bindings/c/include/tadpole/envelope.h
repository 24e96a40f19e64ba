/*
 * The envelope that Tadpole's own services exchange: SBE schema 21569, template 1, little-endian.
 *
 *     0   SBE message header, 8 bytes
 *     8   block, 44 bytes or, in a later version, more
 *         payload length (4), payload
 *         metadata length (4), metadata
 *
 * The generated codecs (sbe.h) trust the lengths in a message; these functions do not, and leave the fields of the
 * block to them: tadpole_envelope_timestamp(&view.block) reads one, tadpole_envelope_set_timestamp(&block, ns) writes
 * one. C11 and C++17; nothing here allocates, waits or keeps anything.
 */
#ifndef TADPOLE_ENVELOPE_H
#define TADPOLE_ENVELOPE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "sbe.h"

#define TADPOLE_ENVELOPE_HEADER 8
#define TADPOLE_ENVELOPE_BLOCK 44

/* The shortest envelope: one without payload and metadata. Each of their bytes makes it one longer. */
#define TADPOLE_ENVELOPE_MIN (TADPOLE_ENVELOPE_HEADER + TADPOLE_ENVELOPE_BLOCK + 4 + 4)

/* An envelope where it lies: valid as long as the message is. */
struct tadpole_envelope_view {
    struct tadpole_envelope block;
    const unsigned char *payload;
    int64_t payload_length;
    const unsigned char *metadata;
    int64_t metadata_length;
};

/* The bytes behind a length of 4 bytes at `*at`, which moves behind them; NULL when they do not fit. */
static inline const unsigned char *tadpole_envelope_bytes_(const unsigned char *message, int64_t length, int64_t *at,
                                                           int64_t *found) {
    uint32_t claimed;
    if (length - *at < (int64_t)sizeof claimed) {
        return NULL;
    }
    memcpy(&claimed, message + *at, sizeof claimed); /* once: whoever writes the ring could change it */
    *at += (int64_t)sizeof claimed;
    if ((int64_t)claimed > length - *at) {
        return NULL;
    }
    const unsigned char *bytes = message + *at;
    *at += (int64_t)claimed;
    *found = (int64_t)claimed;
    return bytes;
}

/*
 * Reads the envelope that a message is. False when it is none: another schema or template, or a length in it that does
 * not fit the message's; then the view means nothing. Nothing is read outside of the message's `length` bytes, here or
 * by the getters of `view.block`; do not write through these, a consumer's memory is read-only.
 */
static inline bool tadpole_envelope_read(struct tadpole_envelope_view *view, const void *message, int64_t length) {
    const unsigned char *bytes = (const unsigned char *)message;
    uint16_t header[4]; /* block length, template, schema, version */
    if (length < TADPOLE_ENVELOPE_MIN) {
        return false;
    }
    memcpy(header, bytes, sizeof header);
    if (header[0] < TADPOLE_ENVELOPE_BLOCK || header[1] != tadpole_envelope_sbe_template_id() ||
        header[2] != tadpole_envelope_sbe_schema_id()) {
        return false;
    }
    int64_t at = TADPOLE_ENVELOPE_HEADER + header[0];
    view->payload = tadpole_envelope_bytes_(bytes, length, &at, &view->payload_length);
    if (view->payload == NULL) {
        return false;
    }
    view->metadata = tadpole_envelope_bytes_(bytes, length, &at, &view->metadata_length);
    if (view->metadata == NULL) {
        return false;
    }
    /* The codec wants a buffer that it could write; its getters do not. */
    tadpole_envelope_wrap_for_decode(&view->block, (char *)(uintptr_t)bytes, TADPOLE_ENVELOPE_HEADER, header[0],
                                     header[3], (uint64_t)length);
    return true;
}

/*
 * Begins an envelope in `length` bytes of claimed space: its header, and a block of zeros. Then set the fields, and put
 * payload and metadata, both and in this order (tadpole_envelope_put_payload, _put_metadata; each is NULL when it does
 * not fit). False when the space is shorter than TADPOLE_ENVELOPE_MIN.
 */
static inline bool tadpole_envelope_begin(struct tadpole_envelope *block, void *message, int64_t length) {
    struct tadpole_messageHeader header;
    if (length < TADPOLE_ENVELOPE_MIN) {
        return false;
    }
    memset((unsigned char *)message + TADPOLE_ENVELOPE_HEADER, 0, TADPOLE_ENVELOPE_BLOCK);
    tadpole_envelope_wrap_and_apply_header(block, (char *)message, 0, (uint64_t)length, &header);
    return true;
}

/* The length of the message, header included, once its metadata is put: what the commit takes. */
static inline int64_t tadpole_envelope_length(const struct tadpole_envelope *block) {
    return TADPOLE_ENVELOPE_HEADER + (int64_t)tadpole_envelope_encoded_length(block);
}

#endif
