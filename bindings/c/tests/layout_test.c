/* Usage: layout_test LAYOUT_GOLDEN: each line of it is a field or a value of layout.h, and each of ours is a line. */
#include <tadpole/layout.h>

#include <stdbool.h>
#include <string.h>

#include "check.h"

static const char *golden_file;

struct line {
    const char *region;
    const char *field;
    int64_t offset; /* or the value */
    int64_t size;   /* 0: of a value, or of what has no fixed one */
};

#define FIELD(region, name, file, field)                                                                               \
    { region, name, (int64_t)offsetof(struct file, field), (int64_t)sizeof(((struct file *)0)->field) }
#define RING(name, field) FIELD("ring", name, tadpole_ring_file, field)
#define CONSUMER(name, field) FIELD("consumer", name, tadpole_consumer_file, field)
#define VALUE(region, name, value)                                                                                     \
    { region, name, (int64_t)(value), 0 }

static const struct line OURS[] = {
    RING("magic", magic),
    VALUE("ring", "magicValue", TADPOLE_RING_MAGIC),
    RING("version", version),
    RING("headerLength", header_length),
    RING("capacity", capacity),
    RING("alignment", alignment),
    RING("consumers", consumers),
    RING("ringId", ring_id),
    RING("createdNs", created_ns),
    RING("schemaId", schema_id),
    RING("schemaVersion", schema_version),
    RING("stages", stages),
    RING("tail", tail),
    RING("epoch", epoch),
    RING("messages", messages),
    RING("bytes", bytes),
    RING("backPressured", back_pressured),
    RING("stage.0.position", stage[0].position),
    RING("stage.0.messages", stage[0].messages),
    RING("stage.0.batches", stage[0].batches),
    RING("stage.0.name", stage[0].name),
    RING("stage.1.position", stage[1].position),
    RING("stage.1.messages", stage[1].messages),
    RING("stage.1.batches", stage[1].batches),
    RING("stage.1.name", stage[1].name),
    VALUE("ring", "data", sizeof(struct tadpole_ring_file)),
    CONSUMER("magic", magic),
    VALUE("consumer", "magicValue", TADPOLE_CONSUMER_MAGIC),
    CONSUMER("version", version),
    CONSUMER("ringId", ring_id),
    CONSUMER("index", index),
    CONSUMER("createdNs", created_ns),
    CONSUMER("name", name),
    CONSUMER("position", position),
    CONSUMER("epoch", epoch),
    CONSUMER("messages", messages),
    CONSUMER("bytes", bytes),
    CONSUMER("batches", batches),
    VALUE("consumer", "length", sizeof(struct tadpole_consumer_file)),
    VALUE("record", "message", TADPOLE_RECORD_MESSAGE),
    VALUE("record", "lengthMask", TADPOLE_LENGTH_MASK),
    VALUE("record", "published", TADPOLE_PUBLISHED),
    VALUE("record", "padding", TADPOLE_PADDING),
    VALUE("layout", "version", TADPOLE_LAYOUT_VERSION),
    VALUE("capacity", "min", TADPOLE_CAPACITY_MIN),
    VALUE("capacity", "max", TADPOLE_CAPACITY_MAX),
    VALUE("consumers", "max", TADPOLE_CONSUMERS_MAX),
    VALUE("position", "detached", TADPOLE_DETACHED),
    VALUE("position", "joining", TADPOLE_JOINING),
};

static void should_be_the_golden_layout(void) {
    const size_t count = sizeof OURS / sizeof OURS[0];
    bool used[sizeof OURS / sizeof OURS[0]] = {false};
    char text[1024];
    size_t lines = 0;
    FILE *file = fopen(golden_file, "r");
    CHECK(file != NULL);
    while (fgets(text, sizeof text, file) != NULL) {
        char region[64];
        char field[64];
        long long offset;
        long long size;
        size_t found = count;
        CHECK(strchr(text, '\n') != NULL);
        if (text[0] == '#') {
            continue;
        }
        CHECK_IS(4, sscanf(text, "%63s %63s %lld %lld", region, field, &offset, &size));
        for (size_t i = 0; i < count; i++) {
            if (strcmp(OURS[i].region, region) == 0 && strcmp(OURS[i].field, field) == 0) {
                found = i;
            }
        }
        printf("%s", found == count ? text : ""); /* of which layout.h knows nothing */
        CHECK(found != count && !used[found]);
        used[found] = true;
        lines++;
        if (OURS[found].offset != offset || OURS[found].size != size) {
            printf("golden: %sours:   %lld %lld\n", text, (long long)OURS[found].offset, (long long)OURS[found].size);
        }
        CHECK_IS(offset, OURS[found].offset);
        CHECK_IS(size, OURS[found].size);
    }
    fclose(file);
    for (size_t i = 0; i < count; i++) {
        if (!used[i]) {
            printf("not in the golden layout: %s %s\n", OURS[i].region, OURS[i].field);
        }
    }
    CHECK_IS(count, lines);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: layout_test LAYOUT_GOLDEN\n");
        return 2;
    }
    golden_file = argv[1];
    RUN(should_be_the_golden_layout);
    return finish();
}
