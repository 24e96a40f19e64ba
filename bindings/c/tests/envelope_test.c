/* Usage: envelope_test ENVELOPE_GOLDEN_HEX: the bytes that Java writes and reads (EnvelopeGoldenTest). */
#include <tadpole/envelope.h>

#include "check.h"

static const char *golden_file;

static const unsigned char PAYLOAD[] = {1, 2, 3, 4, 5, 6, 7};
static const unsigned char METADATA[] = {5, 0, 't', 'r', 'a', 'c', 'e', 2, 0, '7', 'f'};

/* The bytes of the golden file; as long as that, so that a sanitizer sees each byte behind it. */
static unsigned char *golden(int64_t *length) {
    unsigned char bytes[1024];
    unsigned int byte;
    size_t count = 0;
    FILE *file = fopen(golden_file, "r");
    CHECK(file != NULL);
    while (count < sizeof bytes && fscanf(file, "%2x", &byte) == 1) {
        bytes[count++] = (unsigned char)byte;
    }
    CHECK(feof(file));
    fclose(file);
    CHECK(count > 0);
    unsigned char *copy = (unsigned char *)malloc(count);
    CHECK(copy != NULL);
    memcpy(copy, bytes, count);
    *length = (int64_t)count;
    return copy;
}

static const char *text(const void *bytes) {
    return (const char *)bytes;
}

/* The message of EnvelopeGoldenTest; its length, or 0 when it does not fit. */
static int64_t write_message(void *message, int64_t length) {
    struct tadpole_envelope block;
    struct tadpole_semanticVersion version;
    if (!tadpole_envelope_begin(&block, message, length)) {
        return 0;
    }
    tadpole_envelope_set_messageIdHigh(&block, UINT64_C(0x0123456789ABCDEF));
    tadpole_envelope_set_messageIdLow(&block, UINT64_C(0xFEDCBA9876543210));
    tadpole_envelope_set_correlationId(&block, 42);
    tadpole_envelope_set_timestamp(&block, INT64_C(1763683200123456789));
    tadpole_envelope_set_source(&block, 1);
    tadpole_envelope_set_destination(&block, 2);
    tadpole_envelope_set_messageType(&block, 3);
    CHECK(tadpole_envelope_schemaVersion(&block, &version) != NULL);
    tadpole_semanticVersion_set_major(&version, 4);
    tadpole_semanticVersion_set_minor(&version, 5);
    tadpole_semanticVersion_set_patch(&version, 678);
    tadpole_envelope_set_priority(&block, tadpole_priority_HIGH);
    tadpole_envelope_set_deliveryGuarantee(&block, tadpole_deliveryGuarantee_EXACTLY_ONCE);
    if (tadpole_envelope_put_payload(&block, text(PAYLOAD), sizeof PAYLOAD) == NULL ||
        tadpole_envelope_put_metadata(&block, text(METADATA), sizeof METADATA) == NULL) {
        return 0;
    }
    return tadpole_envelope_length(&block);
}

static void should_write_the_bytes_that_java_reads(void) {
    int64_t length;
    unsigned char *expected = golden(&length);
    unsigned char *written = (unsigned char *)malloc((size_t)length);
    CHECK(written != NULL);
    memset(written, 0xFF, (size_t)length); /* whatever lay in the ring before */
    CHECK_IS(length, write_message(written, length));
    for (int64_t i = 0; i < length; i++) {
        CHECK_IS(expected[i], written[i]);
    }
    free(written);
    free(expected);
}

static void should_read_the_bytes_that_java_writes(void) {
    int64_t length;
    unsigned char *message = golden(&length);
    struct tadpole_envelope_view view;
    struct tadpole_semanticVersion version;
    enum tadpole_priority priority;
    enum tadpole_deliveryGuarantee guarantee;
    CHECK(tadpole_envelope_read(&view, message, length));
    CHECK(tadpole_envelope_messageIdHigh(&view.block) == UINT64_C(0x0123456789ABCDEF));
    CHECK(tadpole_envelope_messageIdLow(&view.block) == UINT64_C(0xFEDCBA9876543210));
    CHECK_IS(42, tadpole_envelope_correlationId(&view.block));
    CHECK_IS(INT64_C(1763683200123456789), tadpole_envelope_timestamp(&view.block));
    CHECK_IS(1, tadpole_envelope_source(&view.block));
    CHECK_IS(2, tadpole_envelope_destination(&view.block));
    CHECK_IS(3, tadpole_envelope_messageType(&view.block));
    CHECK(tadpole_envelope_schemaVersion(&view.block, &version) != NULL);
    CHECK_IS(4, tadpole_semanticVersion_major(&version));
    CHECK_IS(5, tadpole_semanticVersion_minor(&version));
    CHECK_IS(678, tadpole_semanticVersion_patch(&version));
    CHECK(tadpole_envelope_priority(&view.block, &priority));
    CHECK_IS(tadpole_priority_HIGH, priority);
    CHECK(tadpole_envelope_deliveryGuarantee(&view.block, &guarantee));
    CHECK_IS(tadpole_deliveryGuarantee_EXACTLY_ONCE, guarantee);
    CHECK_IS(sizeof PAYLOAD, view.payload_length);
    CHECK(memcmp(PAYLOAD, view.payload, sizeof PAYLOAD) == 0);
    CHECK_IS(sizeof METADATA, view.metadata_length);
    CHECK(memcmp(METADATA, view.metadata, sizeof METADATA) == 0);
    free(message);
}

static void should_begin_with_a_block_of_zeros(void) {
    unsigned char message[TADPOLE_ENVELOPE_MIN];
    struct tadpole_envelope block;
    memset(message, 0xFF, sizeof message);
    CHECK(tadpole_envelope_begin(&block, message, sizeof message));
    for (int i = 0; i < TADPOLE_ENVELOPE_BLOCK; i++) {
        CHECK_IS(0, message[TADPOLE_ENVELOPE_HEADER + i]);
    }
    CHECK(tadpole_envelope_put_payload(&block, "", 0) != NULL);
    CHECK(tadpole_envelope_put_metadata(&block, "", 0) != NULL);
    CHECK_IS(TADPOLE_ENVELOPE_MIN, tadpole_envelope_length(&block));
}

/* Each length that is too short, in memory that is no longer than that. */
static void should_refuse_what_does_not_fit(void) {
    int64_t length;
    unsigned char *message = golden(&length);
    for (int64_t shorter = 0; shorter < length; shorter++) {
        struct tadpole_envelope_view view;
        unsigned char *space = (unsigned char *)malloc((size_t)shorter + (shorter == 0));
        CHECK(space != NULL);
        CHECK_IS(0, write_message(space, shorter));
        memcpy(space, message, (size_t)shorter);
        CHECK(!tadpole_envelope_read(&view, space, shorter));
        free(space);
    }
    free(message);
}

static void should_refuse_what_is_no_envelope(void) {
    int64_t length;
    unsigned char *message = golden(&length);
    struct tadpole_envelope_view view;
    /* Its block's length, template, schema: each byte of them, one bit at a time; its version is free. */
    for (int bit = 0; bit < 48; bit++) {
        message[bit / 8] = (unsigned char)(message[bit / 8] ^ (1 << bit % 8));
        CHECK(!tadpole_envelope_read(&view, message, length));
        message[bit / 8] = (unsigned char)(message[bit / 8] ^ (1 << bit % 8));
    }
    CHECK(tadpole_envelope_read(&view, message, length));
    message[6] = 1;
    CHECK(tadpole_envelope_read(&view, message, length));
    free(message);
}

/* A later version has a longer block, with fields that this one does not know. */
static void should_step_over_what_a_later_version_adds(void) {
    int64_t length;
    unsigned char *message = golden(&length);
    unsigned char *later = (unsigned char *)malloc((size_t)length + 4);
    const int64_t block_end = TADPOLE_ENVELOPE_HEADER + TADPOLE_ENVELOPE_BLOCK;
    struct tadpole_envelope_view view;
    CHECK(later != NULL);
    memcpy(later, message, (size_t)block_end);
    memset(later + block_end, 0xEE, 4);
    memcpy(later + block_end + 4, message + block_end, (size_t)(length - block_end));
    later[0] = TADPOLE_ENVELOPE_BLOCK + 4;
    later[6] = 1;
    CHECK(tadpole_envelope_read(&view, later, length + 4));
    CHECK_IS(sizeof PAYLOAD, view.payload_length);
    CHECK_IS(sizeof METADATA, view.metadata_length);
    CHECK(memcmp(METADATA, view.metadata, sizeof METADATA) == 0);
    free(later);
    free(message);
}

/* Whatever the bytes are: nothing outside of them is read, which is for the sanitizer to see. */
static void should_stay_inside_of_hostile_bytes(void) {
    const uint64_t seed = 5;
    uint64_t random = seed;
    int64_t length;
    unsigned char *message = golden(&length);
    int64_t read = 0;
    printf("seed %llu\n", (unsigned long long)seed);
    for (int times = 0; times < 100000; times++) {
        const int64_t cut = below(&random, 4) == 0 ? below(&random, length + 1) : length;
        unsigned char *space = (unsigned char *)malloc((size_t)cut + (cut == 0));
        struct tadpole_envelope_view view;
        CHECK(space != NULL);
        memcpy(space, message, (size_t)cut);
        for (int64_t scribbles = below(&random, 3); scribbles > 0 && cut > 0; scribbles--) {
            /* For the most part a length. */
            const int64_t offsets[] = {0, 1, 52, 53, 55, 63, 64, 66, below(&random, cut)};
            const int64_t at = offsets[below(&random, 9)];
            if (at < cut) {
                space[at] = (unsigned char)below(&random, 256);
            }
        }
        if (tadpole_envelope_read(&view, space, cut)) {
            unsigned sum = tadpole_envelope_messageType(&view.block);
            for (int64_t i = 0; i < view.payload_length; i++) {
                sum += view.payload[i];
            }
            for (int64_t i = 0; i < view.metadata_length; i++) {
                sum += view.metadata[i];
            }
            read += sum != 0;
        }
        free(space);
    }
    CHECK(read > 1000 && read < 99000); /* both answers were given */
    free(message);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: envelope_test ENVELOPE_GOLDEN_HEX\n");
        return 2;
    }
    golden_file = argv[1];
    RUN(should_write_the_bytes_that_java_reads);
    RUN(should_read_the_bytes_that_java_writes);
    RUN(should_begin_with_a_block_of_zeros);
    RUN(should_refuse_what_does_not_fit);
    RUN(should_refuse_what_is_no_envelope);
    RUN(should_step_over_what_a_later_version_adds);
    RUN(should_stay_inside_of_hostile_bytes);
    return finish();
}
