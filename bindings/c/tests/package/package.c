/* Usage: package CHANNEL: creates it, sends an envelope through it, and removes it. Exit code 0 if it came through. */
#include <stdio.h> /* tadpole's header need not be the first one: the package says -D_GNU_SOURCE */

#include <tadpole/envelope.h>
#include <tadpole/ring.h>

static void take(void *context, const unsigned char *message, int64_t length, int64_t position) {
    struct tadpole_envelope_view view;
    (void)position;
    if (tadpole_envelope_read(&view, message, length) && view.payload_length == 5 &&
        memcmp(view.payload, "hello", 5) == 0) {
        *(uint64_t *)context = tadpole_envelope_correlationId(&view.block);
    }
}

int main(int argc, char **argv) {
    const struct tadpole_config config = tadpole_plain(65536);
    struct tadpole_error error;
    struct tadpole_producer producer;
    struct tadpole_consumer consumer;
    struct tadpole_claim claim;
    struct tadpole_envelope envelope;
    uint64_t correlation = 0;
    if (argc != 2 || tadpole_create(argv[1], &config, &error) != TADPOLE_OK ||
        tadpole_attach_producer(&producer, argv[1], &error) != TADPOLE_OK ||
        tadpole_attach_consumer(&consumer, argv[1], 0, &error) != TADPOLE_OK ||
        tadpole_try_claim(&producer, 100, &claim) < 0) {
        return 1;
    }
    tadpole_envelope_begin(&envelope, claim.message, claim.max_length);
    tadpole_envelope_set_correlationId(&envelope, 4711);
    tadpole_envelope_put_payload(&envelope, "hello", 5);
    tadpole_envelope_put_metadata(&envelope, "", 0);
    tadpole_commit(&claim, tadpole_envelope_length(&envelope));
    tadpole_poll(&consumer, take, &correlation, 10);
    tadpole_close_consumer(&consumer);
    tadpole_close_producer(&producer);
    return tadpole_remove(argv[1], &error) == TADPOLE_OK && correlation == 4711 ? 0 : 1;
}
