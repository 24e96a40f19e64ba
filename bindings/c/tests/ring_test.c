/* Usage: ring_test SCRATCH_FOLDER: each call of ring.h and each of its answers, over real files. */
#include "channels.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* ---- create and remove ---- */

static void check_file(struct channel channel, const char *file, int64_t length, mode_t mode) {
    struct stat found;
    CHECK_IS(0, lstat(file_of(channel, file).path, &found));
    CHECK_IS(length, found.st_size);
    CHECK_IS(mode, found.st_mode);
}

static void should_create_what_the_layout_says(void) {
    static const char *const names[] = {"audit", "f\303\274nfundf\303\274nfzig Bytes sind in diesem Namen, und einer"};
    struct tadpole_config config = config_of(1 << 17, 64, 2);
    const struct channel channel = fresh();
    const int64_t before = tadpole_now_ns_(CLOCK_REALTIME);
    struct channel folder = channel;
    config.names = names;
    config.schema_id = 65535;
    config.schema_version = 7;
    umask(0);
    CHECK_IS(TADPOLE_OK, tadpole_create(channel.path, &config, &error));
    umask(022);
    check_file(folder, "ring", 4096 + (1 << 17), S_IFREG | 0600);
    check_file(folder, "producer.lock", 0, S_IFREG | 0600);
    check_file(folder, "consumer-0", 4096, S_IFREG | 0600);
    check_file(folder, "consumer-0.lock", 0, S_IFREG | 0600);
    check_file(folder, "consumer-1", 4096, S_IFREG | 0600);
    check_file(folder, "consumer-1.lock", 0, S_IFREG | 0600);
    struct stat found;
    CHECK_IS(0, lstat(channel.path, &found));
    CHECK_IS(S_IFDIR | 0700, found.st_mode);

    const int64_t ring_id = get_ring(channel, 48);
    const int64_t expected[] = {TADPOLE_RING_MAGIC, 1, 4096, 1 << 17, 64, 2, ring_id, get_ring(channel, 56), 65535, 7};
    CHECK(ring_id != 0);
    CHECK(expected[7] >= before && expected[7] <= tadpole_now_ns_(CLOCK_REALTIME));
    for (int64_t at = 0; at < 4096 + (1 << 17); at += 8) {
        CHECK_IS(at < 80 ? expected[at / 8] : 0, get_ring(channel, at));
    }
    for (int64_t k = 0; k < 2; k++) {
        char name[56] = {0};
        memcpy(name, names[k], strlen(names[k]));
        CHECK_IS(TADPOLE_CONSUMER_MAGIC, get_consumer(channel, k, 0));
        CHECK_IS(1, get_consumer(channel, k, 8));
        CHECK_IS(ring_id, get_consumer(channel, k, 16));
        CHECK_IS(k, get_consumer(channel, k, 24));
        CHECK(get_consumer(channel, k, 32) >= before);
        for (int64_t at = 40; at < 4096; at += 8) {
            int64_t word = 0;
            if (at >= 64 && at < 64 + 56) {
                memcpy(&word, name + (at - 64), 8);
            }
            CHECK_IS(word, get_consumer(channel, k, at));
        }
    }
    CHECK(get_ring(plain_channel(), 48) != ring_id);
}

static void should_name_consumers_by_their_numbers(void) {
    const struct tadpole_config config = config_of(CAPACITY, 8, 64);
    const struct channel channel = fresh();
    CHECK_IS(TADPOLE_OK, tadpole_create(channel.path, &config, NULL));
    for (int64_t k = 0; k < 64; k++) {
        char name[56] = {0};
        int64_t word;
        snprintf(name, sizeof name, "consumer-%d", (int)k);
        for (int64_t at = 0; at < 56; at += 8) {
            memcpy(&word, name + at, 8);
            CHECK_IS(word, get_consumer(channel, k, 64 + at));
        }
    }
    struct tadpole_producer *producer = producer_of(channel);
    CHECK(send_message(producer, 1, 100) > 0);
    for (int64_t k = 0; k < 64; k++) {
        expect(consumer_at(channel, k, false), 1, 100);
    }
    close_all();
    CHECK_IS(TADPOLE_OK, tadpole_remove(channel.path, &error));
    const struct tadpole_config none = config_of(CAPACITY, 8, 0);
    const struct channel alone = fresh();
    CHECK_IS(TADPOLE_OK, tadpole_create(alone.path, &none, NULL));
    producer = producer_of(alone);
    for (int64_t i = 0; i < 5000; i++) {
        CHECK(send_message(producer, i, 100) > 0); /* nobody holds it back */
    }
}

static void refuse_config(struct tadpole_config config) {
    const struct channel channel = fresh();
    CHECK_IS(TADPOLE_INVALID, tadpole_create(channel.path, &config, &error));
    CHECK_IS(TADPOLE_INVALID, error.status);
    CHECK(strstr(error.sentence, channel.path) != NULL);
    CHECK(access(channel.path, F_OK) != 0);
}

static void should_refuse_what_cannot_be_created(void) {
    static const int64_t capacities[] = {0, -1, INT64_MIN, 1 << 15, (1 << 16) + 8, 3 << 16, INT64_C(1) << 31};
    static const int64_t alignments[] = {0, 1, 7, 16, 128, -8};
    static const char *const empty[] = {""};
    static const char *const longer[] = {"123456789012345678901234567890123456789012345678901234567"};
    static const char *const same[] = {"one", "two", "one"};
    struct tadpole_config config;
    for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
        refuse_config(config_of(capacities[i], 8, 1));
    }
    for (size_t i = 0; i < sizeof alignments / sizeof alignments[0]; i++) {
        refuse_config(config_of(CAPACITY, alignments[i], 1));
    }
    refuse_config(config_of(CAPACITY, 8, -1));
    refuse_config(config_of(CAPACITY, 8, 65));
    for (int64_t schema = -1; schema <= 65536; schema += 65537) {
        config = tadpole_plain(CAPACITY);
        config.schema_id = schema;
        refuse_config(config);
        config = tadpole_plain(CAPACITY);
        config.schema_version = schema;
        refuse_config(config);
    }
    config = tadpole_plain(CAPACITY);
    config.names = empty;
    refuse_config(config);
    config.names = longer;
    refuse_config(config);
    config.names = same;
    config.consumers = 3;
    refuse_config(config);

    config = tadpole_plain(CAPACITY);
    const struct channel channel = plain_channel();
    CHECK_IS(TADPOLE_EXISTS, tadpole_create(channel.path, &config, &error));
    CHECK_IS(TADPOLE_MISSING, tadpole_create(file_of(fresh(), "below").path, &config, &error));
    CHECK_IS(TADPOLE_FAILED_CALL, tadpole_create(file_of(channel, "ring/below").path, &config, &error));
    CHECK_IS(ENOTDIR, error.error_number);
    CHECK_IS(TADPOLE_EXISTS, tadpole_create(channel.path, &config, NULL)); /* it need not say why */
}

/* What is written goes to a file that may not become so long: nothing is left behind. */
static void should_leave_nothing_of_what_could_not_be_created(void) {
    const struct tadpole_config config = config_of(CAPACITY, 8, 2);
    struct rlimit limit;
    CHECK_IS(0, getrlimit(RLIMIT_FSIZE, &limit));
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t longest = 0; longest <= 4096 + CAPACITY; longest += 4096 + CAPACITY - 100) {
        const struct channel channel = fresh();
        const struct rlimit less = {longest, limit.rlim_max};
        CHECK_IS(0, setrlimit(RLIMIT_FSIZE, &less));
        const int64_t status = tadpole_create(channel.path, &config, &error);
        CHECK_IS(0, setrlimit(RLIMIT_FSIZE, &limit));
        CHECK_IS(TADPOLE_FAILED_CALL, status);
        CHECK_IS(EFBIG, error.error_number);
        CHECK(strstr(error.sentence, "ring") != NULL);
        CHECK(access(channel.path, F_OK) != 0);
    }
}

/* On a mount of its own, which is gone with this child: DONE, or where it went wrong. A sanitizer ends a process
 * with 1. */
enum { DONE = 42, NO_MOUNT = 43 };

static int on_a_small_mount(struct channel mount_point) {
    const struct channel channel = file_of(mount_point, "channel");
    struct tadpole_config config = tadpole_plain(1 << 20);
    struct tadpole_producer producer;
    if (mkdir(mount_point.path, 0700) != 0 ||
        (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tadpole", mount_point.path, "tmpfs", 0, "size=256k") != 0) {
        return NO_MOUNT;
    }
    if (tadpole_create(channel.path, &config, &error) != TADPOLE_NO_SPACE || error.error_number != ENOSPC ||
        strstr(error.sentence, "262144") == NULL || access(channel.path, F_OK) == 0) {
        return 3;
    }
    /* A hole in a file, which nobody can fill any more. */
    config.capacity = CAPACITY;
    if (tadpole_create(channel.path, &config, &error) != TADPOLE_OK) {
        return 4;
    }
    const struct channel ring = file_of(channel, "ring");
    if (truncate(ring.path, 4096) != 0 || truncate(ring.path, 4096 + CAPACITY) != 0) {
        return 5;
    }
    const int hog = open(file_of(mount_point, "hog").path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    static const char zeros[4096] = {0};
    while (write(hog, zeros, sizeof zeros) > 0) {
    }
    close(hog);
    if (tadpole_attach_producer(&producer, channel.path, &error) != TADPOLE_NO_SPACE || error.error_number != ENOSPC) {
        printf("%s\n", error.sentence);
        return 6;
    }
    return DONE;
}

static void should_say_that_the_mount_is_full(void) {
    const struct channel mount_point = fresh();
    int status;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        _exit(on_a_small_mount(mount_point));
    }
    CHECK_IS(child, waitpid(child, &status, 0));
    CHECK(WIFEXITED(status));
    if (WEXITSTATUS(status) == NO_MOUNT) {
        check_skip("should_say_that_the_mount_is_full", "no mount may be made here; run it as root");
    }
    CHECK_IS(DONE, WEXITSTATUS(status));
}

static void should_remove_what_it_created(void) {
    const struct channel channel = channel_at(8, 3, 0);
    struct tadpole_producer *producer = producer_of(channel);
    CHECK_IS(TADPOLE_HELD, tadpole_remove(channel.path, &error));
    CHECK(strstr(error.sentence, "producer.lock") != NULL);
    tadpole_close_producer(producer);
    struct tadpole_consumer *consumer = consumer_at(channel, 2, false);
    CHECK_IS(TADPOLE_HELD, tadpole_remove(channel.path, NULL));
    tadpole_close_consumer(consumer);
    CHECK_IS(TADPOLE_OK, tadpole_remove(channel.path, &error));
    CHECK(access(channel.path, F_OK) != 0);
    CHECK_IS(TADPOLE_MISSING, tadpole_remove(channel.path, &error));
}

static void make(struct channel channel, const char *file, const char *text) {
    const int descriptor = open(file_of(channel, file).path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(descriptor >= 0);
    CHECK_IS(strlen(text), write(descriptor, text, strlen(text)));
    close(descriptor);
}

static void should_remove_nothing_that_is_not_its_own(void) {
    static const char *const strangers[] = {"notes.txt",        "ring.bak", "consumer-", "consumer-1x",
                                            "consumer-1.lock2", ".hidden",  "Ring"};
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        const struct channel channel = plain_channel();
        make(channel, strangers[i], "mine");
        CHECK_IS(TADPOLE_FOREIGN, tadpole_remove(channel.path, &error));
        CHECK(strstr(error.sentence, strangers[i]) != NULL);
        CHECK(access(file_of(channel, "ring").path, F_OK) == 0);
        CHECK(access(file_of(channel, "consumer-0.lock").path, F_OK) == 0);
    }
    const struct channel other = fresh();
    CHECK_IS(0, mkdir(other.path, 0700));
    make(other, "ring", "the fellowship of");
    CHECK_IS(TADPOLE_FOREIGN, tadpole_remove(other.path, &error));
    CHECK(access(file_of(other, "ring").path, F_OK) == 0);

    const struct channel half = fresh();
    CHECK_IS(0, mkdir(half.path, 0700));
    make(half, "ring", "");
    make(half, "producer.lock", "");
    CHECK_IS(TADPOLE_OK, tadpole_remove(half.path, &error));
    CHECK(access(half.path, F_OK) != 0);
}

/* ---- why a role cannot be had ---- */

/* It says where, and of which file. */
static void check_sentence(struct channel channel, const char *file) {
    if (strstr(error.sentence, channel.path) == NULL || strstr(error.sentence, file) == NULL) {
        check_fail(error.sentence, file, 0);
    }
}

/* Both roles answer this and name the file; none is taken, and no error need be given. */
static void refuse(struct channel channel, int64_t producers_status, int64_t consumers_status, const char *file) {
    struct tadpole_producer producer;
    struct tadpole_consumer consumer;
    struct tadpole_claim claim;
    if (producers_status != TADPOLE_OK) {
        CHECK_IS(producers_status, tadpole_attach_producer(&producer, channel.path, &error));
        CHECK_IS(producers_status, error.status);
        check_sentence(channel, file);
        CHECK_IS(producers_status, tadpole_attach_producer(&producer, channel.path, NULL));
        CHECK_IS(TADPOLE_CLOSED, tadpole_try_claim(&producer, 1, &claim));
        tadpole_close_producer(&producer);
    }
    if (consumers_status != TADPOLE_OK) {
        const unsigned char *message = NULL;
        CHECK_IS(consumers_status, tadpole_attach_consumer(&consumer, channel.path, 0, &error));
        CHECK_IS(consumers_status, error.status);
        check_sentence(channel, file);
        CHECK_IS(consumers_status, tadpole_join_consumer(&consumer, channel.path, 0, NULL));
        CHECK_IS(TADPOLE_CLOSED, tadpole_peek(&consumer, &message));
        tadpole_close_consumer(&consumer);
        CHECK_IS(consumers_status, tadpole_evict(channel.path, 0, &error));
    }
}

static void should_say_what_is_missing(void) {
    const struct channel nowhere = fresh();
    refuse(nowhere, TADPOLE_MISSING, TADPOLE_MISSING, "");
    CHECK_IS(0, mkfifo(nowhere.path, 0600));
    refuse(nowhere, TADPOLE_MISSING, TADPOLE_MISSING, "directory");
    CHECK_IS(0, unlink(nowhere.path));
    CHECK_IS(0, mkdir(nowhere.path, 0700));
    refuse(nowhere, TADPOLE_MISSING, TADPOLE_MISSING, "ring");

    static const char *const files[] = {"ring", "producer.lock", "consumer-0", "consumer-0.lock"};
    for (int i = 0; i < 4; i++) {
        const struct channel channel = plain_channel();
        CHECK_IS(0, unlink(file_of(channel, files[i]).path));
        refuse(channel, i == 3 ? TADPOLE_OK : TADPOLE_MISSING, i == 1 ? TADPOLE_OK : TADPOLE_MISSING, files[i]);
        const struct channel linked = plain_channel();
        CHECK_IS(0, rename(file_of(linked, files[i]).path, file_of(linked, "real").path));
        CHECK_IS(0, symlink("real", file_of(linked, files[i]).path));
        refuse(linked, i == 3 ? TADPOLE_OK : TADPOLE_SYMBOLIC_LINK, i == 1 ? TADPOLE_OK : TADPOLE_SYMBOLIC_LINK,
               files[i]);
        const struct channel piped = plain_channel();
        CHECK_IS(0, unlink(file_of(piped, files[i]).path));
        CHECK_IS(0, mkfifo(file_of(piped, files[i]).path, 0600));
        refuse(piped, i == 3 ? TADPOLE_OK : TADPOLE_FOREIGN, i == 1 ? TADPOLE_OK : TADPOLE_FOREIGN, files[i]);
    }
    const struct channel channel = plain_channel();
    const struct channel link = fresh();
    CHECK_IS(0, symlink(channel.path, link.path));
    refuse(link, TADPOLE_SYMBOLIC_LINK, TADPOLE_SYMBOLIC_LINK, "name the real one");
    CHECK_IS(TADPOLE_SYMBOLIC_LINK, tadpole_remove(link.path, &error));
}

static void cut(struct channel channel, const char *file, int64_t length) {
    CHECK_IS(0, truncate(file_of(channel, file).path, (off_t)length));
}

static void should_refuse_files_of_another_length(void) {
    static const int64_t shorter[] = {1, 100, 4095, 4096, CAPACITY, 4096 + CAPACITY - 1};
    for (size_t i = 0; i < sizeof shorter / sizeof shorter[0]; i++) {
        const struct channel channel = plain_channel();
        cut(channel, "ring", shorter[i]);
        refuse(channel, TADPOLE_TRUNCATED, TADPOLE_TRUNCATED, "ring");
    }
    struct channel channel = plain_channel();
    cut(channel, "ring", 4096 + CAPACITY + 1);
    refuse(channel, TADPOLE_BAD_HEADER, TADPOLE_BAD_HEADER, "ring");
    cut(channel, "ring", 0);
    refuse(channel, TADPOLE_HALF_CREATED, TADPOLE_HALF_CREATED, "ring");

    for (size_t i = 0; i < 3; i++) {
        channel = plain_channel();
        cut(channel, "consumer-0", shorter[i]);
        refuse(channel, TADPOLE_TRUNCATED, TADPOLE_TRUNCATED, "consumer-0");
    }
    channel = plain_channel();
    cut(channel, "consumer-0", 4097);
    refuse(channel, TADPOLE_BAD_HEADER, TADPOLE_BAD_HEADER, "consumer-0");
    cut(channel, "consumer-0", 0);
    refuse(channel, TADPOLE_HALF_CREATED, TADPOLE_HALF_CREATED, "consumer-0");
}

static void should_refuse_headers_that_cannot_be(void) {
    struct header {
        int64_t offset;
        int64_t word;
        int64_t status;
    };
    static const struct header ring[] = {
        {RING_WORD(magic), 0, TADPOLE_FOREIGN},
        {RING_WORD(magic), TADPOLE_CONSUMER_MAGIC, TADPOLE_FOREIGN},
        {RING_WORD(version), 0, TADPOLE_HALF_CREATED},
        {RING_WORD(version), 2, TADPOLE_NEWER_VERSION},
        {RING_WORD(version), -1, TADPOLE_NEWER_VERSION},
        {RING_WORD(version), INT64_C(0x100000001), TADPOLE_NEWER_VERSION},
        {RING_WORD(header_length), 0, TADPOLE_BAD_HEADER},
        {RING_WORD(header_length), 8192, TADPOLE_BAD_HEADER},
        {RING_WORD(header_length), INT64_C(0x100001000), TADPOLE_BAD_HEADER},
        {RING_WORD(capacity), 0, TADPOLE_BAD_HEADER},
        {RING_WORD(capacity), -1, TADPOLE_BAD_HEADER},
        {RING_WORD(capacity), INT64_MIN, TADPOLE_BAD_HEADER},
        {RING_WORD(capacity), CAPACITY / 2, TADPOLE_BAD_HEADER},
        {RING_WORD(capacity), CAPACITY - 8, TADPOLE_BAD_HEADER},
        {RING_WORD(capacity), CAPACITY + 8, TADPOLE_BAD_HEADER},
        {RING_WORD(capacity), INT64_C(0x100010000), TADPOLE_BAD_HEADER},
        {RING_WORD(capacity), INT64_C(1) << 31, TADPOLE_BAD_HEADER},
        {RING_WORD(capacity), 2 * CAPACITY, TADPOLE_TRUNCATED},
        {RING_WORD(capacity), INT64_C(1) << 30, TADPOLE_TRUNCATED},
        {RING_WORD(alignment), 0, TADPOLE_BAD_HEADER},
        {RING_WORD(alignment), 4, TADPOLE_BAD_HEADER},
        {RING_WORD(alignment), 16, TADPOLE_BAD_HEADER},
        {RING_WORD(alignment), INT64_C(0x100000008), TADPOLE_BAD_HEADER},
        {RING_WORD(consumers), -1, TADPOLE_BAD_HEADER},
        {RING_WORD(consumers), 65, TADPOLE_BAD_HEADER},
        {RING_WORD(consumers), INT64_C(0x100000001), TADPOLE_BAD_HEADER},
        {RING_WORD(ring_id), 0, TADPOLE_BAD_HEADER},
        {RING_WORD(stages), -1, TADPOLE_BAD_HEADER},
        {RING_WORD(stages), 29, TADPOLE_BAD_HEADER},
    };
    static const struct header consumer[] = {
        {CONSUMER_WORD(magic), 0, TADPOLE_FOREIGN},        {CONSUMER_WORD(magic), TADPOLE_RING_MAGIC, TADPOLE_FOREIGN},
        {CONSUMER_WORD(version), 0, TADPOLE_HALF_CREATED}, {CONSUMER_WORD(version), 2, TADPOLE_NEWER_VERSION},
        {CONSUMER_WORD(ring_id), 1, TADPOLE_OTHER_RING},   {CONSUMER_WORD(index), 1, TADPOLE_OTHER_RING},
        {CONSUMER_WORD(index), -1, TADPOLE_OTHER_RING},
    };
    for (size_t i = 0; i < sizeof ring / sizeof ring[0]; i++) {
        const struct channel channel = plain_channel();
        put_ring(channel, ring[i].offset, ring[i].word);
        refuse(channel, ring[i].status, ring[i].status, "ring");
    }
    for (size_t i = 0; i < sizeof consumer / sizeof consumer[0]; i++) {
        const struct channel channel = plain_channel();
        put_consumer(channel, 0, consumer[i].offset, consumer[i].word);
        refuse(channel, consumer[i].status, consumer[i].status, "consumer-0");
        CHECK_IS(0, get_consumer(channel, 0, CONSUMER_WORD(epoch)));
        CHECK_IS(0, get_ring(channel, RING_WORD(epoch)));
    }
    /* Created by half: neither magic nor version. */
    const struct channel half = plain_channel();
    put_ring(half, RING_WORD(magic), 0);
    put_ring(half, RING_WORD(version), 0);
    refuse(half, TADPOLE_HALF_CREATED, TADPOLE_HALF_CREATED, "ring");
    /* Bytes that no table names mean nothing. */
    const struct channel later = plain_channel();
    for (int64_t at = 88; at < 128; at += 8) {
        put_ring(later, at, -1);
        put_consumer(later, 0, at - 48, -1);
    }
    CHECK(send_message(producer_of(later), 1, 1) > 0);
    expect(consumer_of(later), 1, 1);
}

static void should_leave_an_engines_ring_to_the_engine(void) {
    const struct channel channel = channel_at(64, 1, 0);
    put_ring(channel, RING_WORD(stages), 1);
    refuse(channel, TADPOLE_ENGINES, TADPOLE_OK, "engine");
    CHECK_IS(0, get_ring(channel, RING_WORD(epoch)));
    expect_nothing(consumer_of(channel));
}

static void should_know_which_consumers_are_declared(void) {
    const struct channel channel = channel_at(8, 2, 0);
    static const int64_t others[] = {-1, 2, 64, INT64_C(0x100000000), INT64_MIN};
    struct tadpole_consumer consumer;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        CHECK_IS(TADPOLE_NOT_DECLARED, tadpole_attach_consumer(&consumer, channel.path, others[i], &error));
        CHECK_IS(TADPOLE_NOT_DECLARED, tadpole_join_consumer(&consumer, channel.path, others[i], &error));
        CHECK_IS(TADPOLE_NOT_DECLARED, tadpole_evict(channel.path, others[i], &error));
    }
}

static void should_have_one_owner_of_each_role(void) {
    const struct channel channel = channel_at(8, 2, 0);
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    struct tadpole_consumer *other = consumer_at(channel, 1, false);
    struct tadpole_producer second;
    /* What this process executes does not inherit the roles. */
    CHECK((fcntl(producer->lock, F_GETFD) & FD_CLOEXEC) != 0 && (fcntl(consumer->lock, F_GETFD) & FD_CLOEXEC) != 0);
    for (int i = 0; i < 2; i++) {
        refuse(channel, TADPOLE_HELD, TADPOLE_HELD, ".lock"); /* a refused attach takes nothing, nor gives it back */
    }
    CHECK_IS(1, get_ring(channel, RING_WORD(epoch)));
    CHECK_IS(1, get_consumer(channel, 0, CONSUMER_WORD(epoch)));
    tadpole_close_producer(producer);
    tadpole_close_consumer(consumer);
    tadpole_close_consumer(other);
    CHECK_IS(TADPOLE_OK, tadpole_attach_producer(&second, channel.path, &error));
    tadpole_close_producer(&second);
    expect_nothing(consumer_of(channel));
    CHECK_IS(2, get_ring(channel, RING_WORD(epoch)));
    CHECK_IS(2, get_consumer(channel, 0, CONSUMER_WORD(epoch)));
}

/* Java's locks are the process's, and go with any descriptor of the file that the process closes. */
static void should_not_drop_the_lock_of_a_jvm_in_this_process(void) {
    const struct channel channel = plain_channel();
    const int jvm = open(file_of(channel, "producer.lock").path, O_RDWR | O_CLOEXEC);
    int status;
    CHECK_IS(0, lockf(jvm, F_TLOCK, 2));
    refuse(channel, TADPOLE_HELD, TADPOLE_OK, "this one");
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        struct tadpole_producer other;
        _exit(tadpole_attach_producer(&other, channel.path, NULL) == TADPOLE_HELD ? 0 : 1);
    }
    CHECK_IS(child, waitpid(child, &status, 0));
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    for (int left = jvm + 1; left < jvm + 9; left++) { /* what stayed open for the lock's sake */
        struct stat found;
        struct stat locked;
        if (fstat(jvm, &locked) == 0 && fstat(left, &found) == 0 && found.st_ino == locked.st_ino) {
            close(left);
        }
    }
    close(jvm);
    producer_of(channel);
}

/* Only what says that it is a ring is filled. */
static void should_leave_the_holes_of_a_strangers_file(void) {
    const struct channel channel = plain_channel();
    const struct channel file = file_of(channel, "ring");
    struct tadpole_consumer consumer;
    struct stat found;
    CHECK_IS(0, truncate(file.path, 0));
    CHECK_IS(0, truncate(file.path, 1 << 26));
    CHECK_IS(TADPOLE_HALF_CREATED, tadpole_attach_consumer(&consumer, channel.path, 0, &error));
    CHECK_IS(0, stat(file.path, &found));
    CHECK(found.st_blocks * 512 <= 1 << 16);
}

/* Somebody only looks whether the role is held: byte 1, shared, for a moment. */
static void should_not_take_a_look_for_an_owner(void) {
    const struct channel channel = plain_channel();
    const int descriptor = open(file_of(channel, "producer.lock").path, O_RDWR | O_CLOEXEC);
    struct flock look;
    memset(&look, 0, sizeof look);
    look.l_type = F_RDLCK;
    look.l_whence = SEEK_SET;
    look.l_start = 1;
    look.l_len = 1;
    CHECK_IS(0, fcntl(descriptor, F_OFD_SETLK, &look));
    refuse(channel, TADPOLE_HELD, TADPOLE_OK, "looked at"); /* it waits for a second, and gives up */
    look.l_type = F_UNLCK;
    CHECK_IS(0, fcntl(descriptor, F_OFD_SETLK, &look));
    producer_of(channel);
    look.l_type = F_RDLCK;
    CHECK(fcntl(descriptor, F_OFD_SETLK, &look) != 0); /* held, says the same look now */
    look.l_type = F_WRLCK;
    look.l_start = 0;
    CHECK(fcntl(descriptor, F_OFD_SETLK, &look) != 0);
    close(descriptor);
}

/* ---- messages ---- */

static void should_read_what_was_written_over_many_laps(void) {
    enum { MESSAGES = 4000 };
    static int64_t lengths[MESSAGES];
    for (int64_t alignment = 8; alignment <= 64; alignment += 56) {
        const struct channel channel = channel_at(alignment, 1, 0);
        struct tadpole_producer *producer = producer_of(channel);
        struct tadpole_consumer *consumer = consumer_of(channel);
        uint64_t random = 1;
        int64_t sent = 0;
        int64_t received = 0;
        int64_t bytes = 0;
        int64_t batches = 0;
        while (received < MESSAGES) {
            while (sent < MESSAGES) {
                lengths[sent] = 1 + below(&random, below(&random, 8) == 0 ? 9000 : 700);
                const int64_t end = send_message(producer, sent, lengths[sent]);
                if (end < 0) {
                    CHECK_IS(TADPOLE_BACK_PRESSURED, end);
                    break;
                }
                bytes += lengths[sent++];
            }
            const int64_t drain = least(received + 1 + below(&random, 64), sent);
            batches += drain > received;
            while (received < drain) {
                expect(consumer, received, lengths[received]);
                received++;
            }
            if (received == sent) {
                expect_nothing(consumer);
            }
            CHECK_IS(TADPOLE_OK, tadpole_publish(consumer));
        }
        CHECK(get_ring(channel, RING_WORD(tail)) > 20 * CAPACITY);
        CHECK_IS(tadpole_producer_position(producer), get_ring(channel, RING_WORD(tail)));
        CHECK_IS(MESSAGES, get_ring(channel, RING_WORD(messages)));
        CHECK_IS(bytes, get_ring(channel, RING_WORD(bytes)));
        CHECK(get_ring(channel, RING_WORD(back_pressured)) > 0);
        CHECK_IS(MESSAGES, get_consumer(channel, 0, CONSUMER_WORD(messages)));
        CHECK_IS(bytes, get_consumer(channel, 0, CONSUMER_WORD(bytes)));
        CHECK_IS(batches, get_consumer(channel, 0, CONSUMER_WORD(batches)));
        CHECK_IS(tadpole_producer_position(producer), get_consumer(channel, 0, CONSUMER_WORD(position)));
        CHECK_IS(tadpole_producer_position(producer), tadpole_consumer_position(consumer));
        close_all();
    }
}

static void should_wrap_from_every_offset_before_the_end(void) {
    static const int64_t lengths[] = {1, 56, 57, 500};
    for (int64_t alignment = 8; alignment <= 64; alignment += 56) {
        for (int64_t rest = alignment; rest <= 512; rest += alignment) {
            for (size_t i = 0; i < 4; i++) {
                const int64_t start = 5 * CAPACITY - rest;
                const struct channel channel = channel_at(alignment, 1, start);
                struct tadpole_producer *producer = producer_of(channel);
                struct tadpole_consumer *consumer = consumer_of(channel);
                const int64_t size = (8 + lengths[i] + alignment - 1) / alignment * alignment;
                int64_t tail = start;
                for (int64_t number = 0; number < 3; number++) {
                    const int64_t left = 5 * CAPACITY - tail;
                    const int64_t skipped = left > 0 && left < size ? left : 0;
                    CHECK_IS(tail + skipped + size, send_message(producer, number, lengths[i]));
                    if (skipped != 0) {
                        CHECK_IS(TADPOLE_PUBLISHED | TADPOLE_PADDING | skipped,
                                 get_ring(channel, RECORDS + (tail & (CAPACITY - 1))));
                    }
                    tail += skipped + size;
                    CHECK_IS(0, get_ring(channel, RECORDS + (tail & (CAPACITY - 1))));
                }
                for (int64_t number = 0; number < 3; number++) {
                    expect(consumer, number, lengths[i]);
                }
                expect_nothing(consumer);
                CHECK_IS(tail, tadpole_consumer_position(consumer));
                close_all();
                CHECK_IS(TADPOLE_OK, tadpole_remove(channel.path, &error));
            }
        }
    }
}

static void should_commit_less_than_was_claimed(void) {
    for (int64_t rest = 64; rest <= 4096; rest += 4032) {
        const struct channel channel = channel_at(8, 1, CAPACITY - rest);
        struct tadpole_producer *producer = producer_of(channel);
        struct tadpole_consumer *consumer = consumer_of(channel);
        struct tadpole_claim claim;
        const int64_t position = tadpole_try_claim(producer, 2000, &claim);
        CHECK_IS(rest == 64 ? CAPACITY : CAPACITY - rest, position);
        CHECK_IS(2000, claim.max_length);
        memset(claim.message, 0xFF, 2000);
        fill(claim.message, 1, 3);
        CHECK_IS(position + 16, tadpole_commit(&claim, 3));
        CHECK(send_message(producer, 2, 5) > 0);
        expect(consumer, 1, 3);
        expect(consumer, 2, 5);
        expect_nothing(consumer);
        close_all();
    }
}

static void should_offer_a_copy(void) {
    const struct channel channel = plain_channel();
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    static unsigned char message[CAPACITY];
    fill(message, 9, 300);
    CHECK_IS(308 + 4, tadpole_offer(producer, message, 300));
    CHECK_IS(TADPOLE_TOO_LONG, tadpole_offer(producer, message, 0));
    CHECK_IS(TADPOLE_TOO_LONG, tadpole_offer(producer, message, CAPACITY / 2));
    memset(message, 0, 300);
    expect(consumer, 9, 300);
    expect_nothing(consumer);
}

static void should_leave_nothing_of_a_claim_that_is_not_committed(void) {
    const struct channel channel = plain_channel();
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    struct tadpole_claim claim;
    CHECK_IS(0, tadpole_try_claim(producer, 100, &claim));
    memset(claim.message, 0xFF, 100);
    expect_nothing(consumer);
    tadpole_abort(&claim);
    CHECK_IS(0, tadpole_try_claim_run(producer, 100, 3, &claim));
    memset(claim.message, 0xFF, 100);
    CHECK_IS(112, tadpole_next(&claim, 100));
    memset(claim.message, 0xFF, 100);
    CHECK_IS(224, tadpole_next(&claim, 100));
    tadpole_abort(&claim);
    expect_nothing(consumer);
    CHECK(send_message(producer, 7, 10) > 0);
    CHECK(send_message(producer, 8, 10) > 0);
    expect(consumer, 7, 10);
    expect(consumer, 8, 10);
    expect_nothing(consumer);
    CHECK_IS(2, get_ring(channel, RING_WORD(messages)));
    CHECK_IS(20, get_ring(channel, RING_WORD(bytes)));
}

static void should_refuse_calls_that_are_out_of_their_turn(void) {
    const struct channel channel = plain_channel();
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    struct tadpole_claim claim;
    struct tadpole_claim second;
    CHECK_IS(0, tadpole_try_claim(producer, 8, &claim));
    CHECK_IS(TADPOLE_INVALID, tadpole_try_claim(producer, 8, &second));
    CHECK_IS(TADPOLE_INVALID, tadpole_try_claim_run(producer, 8, 2, &second));
    CHECK_IS(TADPOLE_INVALID, tadpole_offer(producer, "", 1));
    CHECK_IS(TADPOLE_INVALID, tadpole_next(&claim, 8)); /* it is no run */
    CHECK_IS(TADPOLE_TOO_LONG, tadpole_commit(&claim, 0));
    CHECK_IS(TADPOLE_TOO_LONG, tadpole_commit(&claim, -1));
    CHECK_IS(TADPOLE_TOO_LONG, tadpole_commit(&claim, 9));
    expect_nothing(consumer);
    fill(claim.message, 1, 8);
    CHECK_IS(16, tadpole_commit(&claim, 8));
    CHECK_IS(TADPOLE_INVALID, tadpole_commit(&claim, 8)); /* once */
    CHECK_IS(TADPOLE_INVALID, tadpole_commit(&claim, 0));
    CHECK_IS(TADPOLE_INVALID, tadpole_next(&claim, 8));
    /* Nor can one that has ended touch the open one. */
    CHECK_IS(16, tadpole_try_claim_run(producer, 4, 2, &second));
    CHECK_IS(TADPOLE_INVALID, tadpole_commit(&claim, 8));
    CHECK_IS(TADPOLE_INVALID, tadpole_next(&claim, 8));
    tadpole_abort(&claim);
    CHECK_IS(32, tadpole_next(&second, 4));
    CHECK_IS(TADPOLE_INVALID, tadpole_commit(&claim, 0));
    tadpole_abort(&second);
    CHECK_IS(TADPOLE_TOO_LONG, tadpole_try_claim(producer, CAPACITY, &second));
    CHECK_IS(TADPOLE_INVALID, tadpole_commit(&second, 8));
    tadpole_abort(&second);
    CHECK_IS(16, tadpole_try_claim_run(producer, 8, 2, &claim));
    CHECK_IS(TADPOLE_TOO_LONG, tadpole_next(&claim, 0));
    CHECK_IS(TADPOLE_TOO_LONG, tadpole_next(&claim, 9));
    CHECK_IS(TADPOLE_TOO_LONG, tadpole_commit(&claim, 0)); /* the run has no message yet */
    fill(claim.message, 2, 7);
    CHECK_IS(32, tadpole_next(&claim, 7));
    CHECK_IS(TADPOLE_INVALID, tadpole_next(&claim, 7)); /* of two */
    CHECK_IS(TADPOLE_TOO_LONG, tadpole_commit(&claim, 9));
    CHECK_IS(32, tadpole_commit(&claim, 0));
    expect(consumer, 1, 8);
    expect(consumer, 2, 7);
    expect_nothing(consumer);
}

static void should_refuse_lengths_that_cannot_be(void) {
    struct tadpole_producer *producer = producer_of(plain_channel());
    const int64_t longest = CAPACITY / 2 - 8;
    static const int64_t lengths[] = {-1, 0, CAPACITY / 2 - 7, CAPACITY, INT64_C(1) << 32, INT64_MAX, INT64_MIN};
    static const int64_t counts[] = {0, -1, INT64_MIN, CAPACITY / 2 / 16 + 1, INT64_MAX, INT64_C(1) << 60};
    struct tadpole_claim claim;
    CHECK_IS(longest, tadpole_max_message_length(producer));
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        CHECK_IS(TADPOLE_TOO_LONG, tadpole_try_claim(producer, lengths[i], &claim));
        CHECK_IS(TADPOLE_TOO_LONG, tadpole_try_claim_run(producer, lengths[i], 1, &claim));
    }
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        CHECK_IS(TADPOLE_TOO_LONG, tadpole_try_claim_run(producer, 8, counts[i], &claim));
    }
    CHECK_IS(0, tadpole_try_claim_run(producer, 8, CAPACITY / 2 / 16, &claim));
    tadpole_abort(&claim);
    CHECK_IS(0, tadpole_try_claim_run(producer, longest, 1, &claim));
    tadpole_abort(&claim);
    CHECK_IS(0, tadpole_try_claim(producer, longest, &claim));
    CHECK_IS(CAPACITY / 2, tadpole_commit(&claim, longest));
}

static void should_take_a_message_of_half_the_ring_at_every_offset(void) {
    for (int64_t at = 0; at < CAPACITY; at += 4096 - 8) {
        const struct channel channel = channel_at(8, 1, at);
        struct tadpole_producer *producer = producer_of(channel);
        struct tadpole_consumer *consumer = consumer_of(channel);
        for (int64_t number = 0; number < 3; number++) {
            CHECK(send_message(producer, number, CAPACITY / 2 - 8) > 0);
            expect(consumer, number, CAPACITY / 2 - 8);
            CHECK_IS(TADPOLE_OK, tadpole_publish(consumer));
        }
        close_all();
    }
}

/* ---- runs ---- */

static void should_make_a_run_visible_at_once(void) {
    for (int64_t alignment = 8; alignment <= 64; alignment += 56) {
        for (int64_t rest = alignment; rest <= 2048; rest += 31 * alignment) {
            const int64_t start = 3 * CAPACITY - rest;
            const struct channel channel = channel_at(alignment, 1, start);
            struct tadpole_producer *producer = producer_of(channel);
            struct tadpole_consumer *consumer = consumer_of(channel);
            struct tadpole_claim claim;
            int64_t bytes = 0;
            CHECK(tadpole_try_claim_run(producer, 100, 6, &claim) >= start);
            for (int64_t number = 0; number < 5; number++) {
                memset(claim.message, 0xFF, 100);
                fill(claim.message, number, 20 * number + 1);
                bytes += 20 * number + 1;
                expect_nothing(consumer);
                if (number < 4) {
                    CHECK(tadpole_next(&claim, 20 * number + 1) > start);
                }
            }
            CHECK_IS(0, get_ring(channel, RING_WORD(messages)));
            const int64_t end = tadpole_commit(&claim, 81);
            CHECK_IS(end, get_ring(channel, RING_WORD(tail)));
            CHECK_IS(5, get_ring(channel, RING_WORD(messages)));
            CHECK_IS(bytes, get_ring(channel, RING_WORD(bytes)));
            CHECK(send_message(producer, 5, 3) > 0);
            for (int64_t number = 0; number < 5; number++) {
                expect(consumer, number, 20 * number + 1);
            }
            expect(consumer, 5, 3);
            expect_nothing(consumer);
            close_all();
        }
    }
}

/* ---- back-pressure ---- */

static void should_press_back_until_there_is_room_for_the_record_and_the_next_word(void) {
    const int64_t count = CAPACITY / 64 - 1; /* the last unit would leave no room for the next word */
    for (int64_t alignment = 8; alignment <= 64; alignment += 56) {
        const struct channel channel = channel_at(alignment, 1, 0);
        struct tadpole_producer *producer = producer_of(channel);
        struct tadpole_consumer *consumer = consumer_of(channel);
        for (int64_t number = 0; number < count; number++) {
            CHECK(send_message(producer, number, 56) > 0);
        }
        CHECK_IS(TADPOLE_BACK_PRESSURED, send_message(producer, 0, 56));
        CHECK_IS(TADPOLE_BACK_PRESSURED, send_message(producer, 0, 1000));
        CHECK_IS(2, get_ring(channel, RING_WORD(back_pressured)));
        CHECK_IS(count * 64, get_ring(channel, RING_WORD(tail)));
        if (alignment == 8) {
            CHECK(send_message(producer, count, 48) > 0); /* 8 bytes shorter: the last word is the next one's */
        }
        CHECK_IS(TADPOLE_BACK_PRESSURED, send_message(producer, 0, 1));
        expect(consumer, 0, 56);
        CHECK_IS(TADPOLE_BACK_PRESSURED, send_message(producer, 0, 56)); /* not published yet */
        CHECK_IS(TADPOLE_OK, tadpole_publish(consumer));
        CHECK(send_message(producer, count, alignment == 8 ? 48 : 56) > 0);
        CHECK_IS(TADPOLE_BACK_PRESSURED, send_message(producer, 0, 56));
        close_all();
    }
}

static void fill_up(struct tadpole_producer *producer) {
    while (send_message(producer, 0, 1000) > 0) {
    }
    while (send_message(producer, 0, 1) > 0) {
    }
}

static void should_be_held_back_by_the_slowest_consumer(void) {
    const struct channel channel = channel_at(64, 3, 0);
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *fast = consumer_at(channel, 0, false);
    struct tadpole_consumer *slow = consumer_at(channel, 2, false);
    int64_t number = 0;
    CHECK_IS(TADPOLE_OK, tadpole_evict(channel.path, 1, &error));
    while (send_message(producer, number, 1000) > 0) {
        number++;
    }
    for (int64_t i = 0; i < number; i++) {
        expect(fast, i, 1000);
    }
    CHECK_IS(TADPOLE_OK, tadpole_publish(fast));
    CHECK_IS(TADPOLE_BACK_PRESSURED, send_message(producer, number, 1000));
    expect(slow, 0, 1000);
    CHECK_IS(TADPOLE_OK, tadpole_publish(slow));
    CHECK(send_message(producer, number, 1000) > 0);
    CHECK_IS(TADPOLE_BACK_PRESSURED, send_message(producer, 0, 1000));
    tadpole_close_consumer(slow);
    CHECK_IS(TADPOLE_OK, tadpole_evict(channel.path, 2, &error));
    CHECK(send_message(producer, number + 1, 1000) > 0);
}

static void should_count_a_joining_position_as_a_position(void) {
    const struct channel channel = channel_at(64, 1, 3 * CAPACITY);
    struct tadpole_producer *producer = producer_of(channel);
    /* More than a capacity behind: no room, no error. */
    put_consumer(channel, 0, CONSUMER_WORD(position), CAPACITY | TADPOLE_JOINING);
    CHECK_IS(TADPOLE_BACK_PRESSURED, send_message(producer, 0, 56));
    put_consumer(channel, 0, CONSUMER_WORD(position), (3 * CAPACITY) | TADPOLE_JOINING);
    CHECK(send_message(producer, 0, 56) > 0);
}

/* For good, whatever is stored later; and nothing is written. */
static void should_refuse_positions_that_cannot_be(void) {
    static const int64_t positions[] = {CAPACITY + 64, CAPACITY + 65, 32, -64, -2, INT64_MIN, INT64_MAX - 63};
    for (size_t i = 0; i < sizeof positions / sizeof positions[0]; i++) {
        const struct channel channel = channel_at(64, 1, CAPACITY);
        struct tadpole_producer *producer = producer_of(channel);
        put_consumer(channel, 0, CONSUMER_WORD(position), positions[i]);
        CHECK_IS(TADPOLE_CORRUPT, send_message(producer, 0, 56));
        put_consumer(channel, 0, CONSUMER_WORD(position), CAPACITY);
        CHECK_IS(TADPOLE_CORRUPT, send_message(producer, 0, 1));
        CHECK_IS(0, get_ring(channel, RECORDS));
        CHECK_IS(CAPACITY, get_ring(channel, RING_WORD(tail)));
        close_all();
    }
}

/* Every position that was seen counts, also when the consumer was detached meanwhile. */
static void should_refuse_a_position_that_goes_back(void) {
    for (int detached = 0; detached < 2; detached++) {
        const struct channel channel = channel_at(64, 1, CAPACITY);
        struct tadpole_producer *producer = producer_of(channel);
        int64_t status;
        CHECK(send_message(producer, 0, 56) > 0);
        if (detached) {
            put_consumer(channel, 0, CONSUMER_WORD(position), TADPOLE_DETACHED);
            for (int i = 0; i < 100; i++) {
                CHECK(send_message(producer, 0, 1000) > 0);
            }
        }
        put_consumer(channel, 0, CONSUMER_WORD(position), CAPACITY - 64);
        while ((status = send_message(producer, 0, 1000)) > 0) {
        }
        CHECK_IS(TADPOLE_CORRUPT, status);
        close_all();
    }
}

/* ---- the consumer ---- */

struct seen {
    int64_t next;
    int64_t length;
    int64_t published;          /* the position in the file when the last message came */
    int64_t position;           /* of the last message */
    int64_t special;            /* the message at which */
    enum tadpole_action action; /* this is answered */
    struct channel channel;
};

static void take(void *context, const unsigned char *message, int64_t length, int64_t position) {
    struct seen *seen = (struct seen *)context;
    CHECK_IS(seen->length, length);
    check_message(message, seen->next, length);
    seen->next++;
    seen->position = position;
    seen->published = get_consumer(seen->channel, 0, CONSUMER_WORD(position));
}

static enum tadpole_action decide(void *context, const unsigned char *message, int64_t length, int64_t position) {
    struct seen *seen = (struct seen *)context;
    const int64_t number = seen->next;
    take(context, message, length, position);
    if (number != seen->special) {
        return TADPOLE_CONTINUE;
    }
    if (seen->action == TADPOLE_ABORT) {
        seen->next--;
    }
    return seen->action;
}

static struct seen seen_of(struct channel channel, int64_t length) {
    struct seen seen;
    memset(&seen, 0, sizeof seen);
    seen.length = length;
    seen.special = -1;
    seen.channel = channel;
    return seen;
}

static void should_hand_over_what_is_there_and_publish(void) {
    const struct channel channel = plain_channel();
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    struct seen seen = seen_of(channel, 56);
    CHECK_IS(0, tadpole_poll(consumer, take, &seen, 10));
    CHECK_IS(0, get_consumer(channel, 0, CONSUMER_WORD(batches)));
    for (int64_t i = 0; i < 10; i++) {
        send_message(producer, i, 56);
    }
    CHECK_IS(3, tadpole_poll(consumer, take, &seen, 3));
    CHECK_IS(0, seen.published); /* after the handlers returned, not before */
    CHECK_IS(2 * 64, seen.position);
    CHECK_IS(3 * 64, get_consumer(channel, 0, CONSUMER_WORD(position)));
    CHECK_IS(3, get_consumer(channel, 0, CONSUMER_WORD(messages)));
    CHECK_IS(3 * 56, get_consumer(channel, 0, CONSUMER_WORD(bytes)));
    CHECK_IS(1, get_consumer(channel, 0, CONSUMER_WORD(batches)));
    CHECK_IS(7, tadpole_poll(consumer, take, &seen, 100));
    CHECK_IS(0, tadpole_poll(consumer, take, &seen, 100));
    CHECK_IS(10, seen.next);
    CHECK_IS(2, get_consumer(channel, 0, CONSUMER_WORD(batches)));
    CHECK_IS(640, get_consumer(channel, 0, CONSUMER_WORD(position)));
}

static void should_publish_at_each_eighth_of_the_ring(void) {
    for (int controlled = 0; controlled < 2; controlled++) {
        const struct channel channel = plain_channel();
        struct tadpole_producer *producer = producer_of(channel);
        struct tadpole_consumer *consumer = consumer_of(channel);
        struct seen seen = seen_of(channel, 56);
        for (int64_t i = 0; i < 300; i++) {
            send_message(producer, i, 56);
        }
        for (int64_t limit = 128; limit <= 256; limit += 128) {
            CHECK_IS(1, controlled ? tadpole_controlled_poll(consumer, decide, &seen, 1)
                                   : tadpole_poll(consumer, take, &seen, 1));
            const int64_t start = 64 * seen.next;
            CHECK_IS(128, controlled ? tadpole_controlled_poll(consumer, decide, &seen, 128)
                                     : tadpole_poll(consumer, take, &seen, 128));
            CHECK_IS(start, seen.published); /* the 128th is not behind an eighth */
            if (limit == 256) {
                CHECK_IS(42, controlled ? tadpole_controlled_poll(consumer, decide, &seen, 1000)
                                        : tadpole_poll(consumer, take, &seen, 1000));
            }
        }
        CHECK_IS(300, seen.next);
        for (int64_t i = 0; i < 129; i++) {
            CHECK(send_message(producer, 300 + i, 56) > 0);
        }
        CHECK_IS(129, controlled ? tadpole_controlled_poll(consumer, decide, &seen, 1000)
                                 : tadpole_poll(consumer, take, &seen, 1000));
        CHECK_IS(428 * 64, seen.published); /* the 129th is */
        /* The pull form says when it is due. */
        for (int64_t i = 0; i < 128; i++) {
            CHECK(!tadpole_is_due(consumer));
            CHECK(send_message(producer, i, 56) > 0);
            expect(consumer, i, 56);
        }
        CHECK(tadpole_is_due(consumer));
        CHECK_IS(429 * 64, get_consumer(channel, 0, CONSUMER_WORD(position)));
        CHECK_IS(TADPOLE_OK, tadpole_publish(consumer));
        CHECK(!tadpole_is_due(consumer));
        CHECK_IS((429 + 128) * 64, get_consumer(channel, 0, CONSUMER_WORD(position)));
        close_all();
    }
}

static void should_go_as_far_as_the_handler_wants(void) {
    const struct channel channel = plain_channel();
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    struct seen seen = seen_of(channel, 56);
    for (int64_t i = 0; i < 20; i++) {
        send_message(producer, i, 56);
    }
    seen.special = 3;
    seen.action = TADPOLE_BREAK;
    CHECK_IS(4, tadpole_controlled_poll(consumer, decide, &seen, 100));
    CHECK_IS(4 * 64, get_consumer(channel, 0, CONSUMER_WORD(position)));
    seen.special = 6;
    seen.action = TADPOLE_ABORT;
    CHECK_IS(2, tadpole_controlled_poll(consumer, decide, &seen, 100));
    CHECK_IS(6 * 64, get_consumer(channel, 0, CONSUMER_WORD(position)));
    CHECK_IS(0, tadpole_controlled_poll(consumer, decide, &seen, 100)); /* again, and again */
    CHECK_IS(2, get_consumer(channel, 0, CONSUMER_WORD(batches)));
    seen.action = TADPOLE_COMMIT;
    CHECK_IS(3, tadpole_controlled_poll(consumer, decide, &seen, 3));
    CHECK_IS(7 * 64, seen.published); /* at once, behind message 6 */
    CHECK_IS(11, tadpole_controlled_poll(consumer, decide, &seen, 100));
    CHECK_IS(20, seen.next);
    CHECK_IS(20 * 64, get_consumer(channel, 0, CONSUMER_WORD(position)));
    CHECK_IS(20, get_consumer(channel, 0, CONSUMER_WORD(messages)));
    CHECK_IS(4, get_consumer(channel, 0, CONSUMER_WORD(batches)));
    send_message(producer, 20, 56);
    seen.special = 20;
    CHECK_IS(1,
             tadpole_controlled_poll(consumer, decide, &seen, 100)); /* published by the last message: a batch, too */
    CHECK_IS(5, get_consumer(channel, 0, CONSUMER_WORD(batches)));
}

/* As when a handler throws, in C++. */
static void should_publish_what_a_poll_left(void) {
    const struct channel channel = plain_channel();
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    struct seen seen = seen_of(channel, 8);
    for (int controlled = 0; controlled < 2; controlled++) {
        send_message(producer, controlled, 8);
        expect(consumer, controlled, 8);
        CHECK_IS(0, controlled ? tadpole_controlled_poll(consumer, decide, &seen, 9)
                               : tadpole_poll(consumer, take, &seen, 9));
        CHECK_IS(16 * (controlled + 1), get_consumer(channel, 0, CONSUMER_WORD(position)));
        CHECK_IS(controlled + 1, get_consumer(channel, 0, CONSUMER_WORD(batches)));
    }
}

static void should_step_only_over_what_was_peeked_at(void) {
    const struct channel channel = plain_channel();
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    tadpole_advance(consumer);
    CHECK_IS(0, tadpole_consumer_position(consumer));
    send_message(producer, 0, 10);
    send_message(producer, 1, 10);
    tadpole_advance(consumer);
    CHECK_IS(0, tadpole_consumer_position(consumer));
    expect(consumer, 0, 10);
    tadpole_advance(consumer);
    CHECK_IS(24, tadpole_consumer_position(consumer));
    expect(consumer, 1, 10);
    CHECK_IS(TADPOLE_OK, tadpole_publish(consumer));
    CHECK_IS(TADPOLE_OK, tadpole_publish(consumer)); /* nothing new: no batch */
    CHECK_IS(1, get_consumer(channel, 0, CONSUMER_WORD(batches)));
    CHECK_IS(20, get_consumer(channel, 0, CONSUMER_WORD(bytes)));
}

static void should_refuse_words_that_no_producer_writes(void) {
    static const int64_t words[] = {TADPOLE_PUBLISHED,
                                    TADPOLE_PUBLISHED | 8,
                                    TADPOLE_PUBLISHED | INT64_C(0x100000040),
                                    TADPOLE_PUBLISHED | TADPOLE_PADDING | 64,
                                    TADPOLE_PUBLISHED | TADPOLE_PADDING | (CAPACITY - 16),
                                    TADPOLE_PUBLISHED | (CAPACITY / 2 + 1),
                                    TADPOLE_PADDING | 64,
                                    -1,
                                    64,
                                    INT64_MIN,
                                    INT64_MAX};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const struct channel channel = plain_channel();
        struct tadpole_producer *producer = producer_of(channel);
        struct tadpole_consumer *consumer = consumer_of(channel);
        struct seen seen = seen_of(channel, 8);
        send_message(producer, 0, 8);
        put_ring(channel, RECORDS + 16, words[i]);
        CHECK_IS(1, tadpole_poll(consumer, take, &seen, 10)); /* what was before it is consumed */
        CHECK_IS(16, get_consumer(channel, 0, CONSUMER_WORD(position)));
        CHECK_IS(TADPOLE_CORRUPT, tadpole_poll(consumer, take, &seen, 10));
        put_ring(channel, RECORDS + 16, TADPOLE_PUBLISHED | 16); /* for good */
        CHECK_IS(TADPOLE_CORRUPT, tadpole_controlled_poll(consumer, decide, &seen, 10));
        expect_status(consumer, TADPOLE_CORRUPT);
        CHECK_IS(TADPOLE_CORRUPT, tadpole_resume_at(consumer, 16));
        CHECK_IS(TADPOLE_OK, tadpole_publish(consumer));
        CHECK_IS(16, tadpole_consumer_position(consumer));
        close_all();
    }
}

/* The header's check of each word by itself, at each bit and bound. */
static void should_check_each_word(void) {
    struct tadpole_ring ring;
    memset(&ring, 0, sizeof ring);
    ring.capacity = CAPACITY;
    for (ring.alignment = 8; ring.alignment <= 64; ring.alignment += 56) {
        const int64_t good[][2] = {
            {0, 9}, {0, 64}, {CAPACITY - 64, 9}, {CAPACITY - 64, 64}, {0, CAPACITY / 2}, {CAPACITY / 2, CAPACITY / 2}};
        const int64_t bad[][2] = {{0, 0},
                                  {0, 1},
                                  {0, 8},
                                  {0, CAPACITY / 2 + 1},
                                  {CAPACITY - 64, 65},
                                  {CAPACITY - 128, CAPACITY / 2},
                                  {0, CAPACITY},
                                  {0, INT64_C(0xFFFFFFFF)}};
        const int64_t padding[] = {64, 128, CAPACITY / 2};
        const int64_t no_padding[][2] = {
            {CAPACITY - 64, 63}, {CAPACITY - 64, 65}, {0, 64}, {0, CAPACITY}, {CAPACITY / 2 - 64, CAPACITY / 2 + 64}};
        for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
            CHECK_IS((good[i][1] + ring.alignment - 1) / ring.alignment * ring.alignment,
                     tadpole_record_size_(&ring, TADPOLE_PUBLISHED | good[i][1], 5 * CAPACITY + good[i][0]));
        }
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            CHECK_IS(TADPOLE_CORRUPT, tadpole_record_size_(&ring, TADPOLE_PUBLISHED | bad[i][1], bad[i][0]));
        }
        for (size_t i = 0; i < 3; i++) {
            CHECK_IS(padding[i], tadpole_record_size_(&ring, TADPOLE_PUBLISHED | TADPOLE_PADDING | padding[i],
                                                      CAPACITY - padding[i]));
        }
        for (size_t i = 0; i < sizeof no_padding / sizeof no_padding[0]; i++) {
            CHECK_IS(
                TADPOLE_CORRUPT,
                tadpole_record_size_(&ring, TADPOLE_PUBLISHED | TADPOLE_PADDING | no_padding[i][1], no_padding[i][0]));
        }
        for (int bit = 32; bit < 64; bit++) {
            if (bit != 48) {
                const int64_t word = (int64_t)((uint64_t)(TADPOLE_PUBLISHED | 64) ^ (UINT64_C(1) << bit));
                CHECK_IS(TADPOLE_CORRUPT, tadpole_record_size_(&ring, word, 0));
            }
        }
    }
}

/* ---- recovery and resumption ---- */

/* A producer that is killed after a word's store, and before the tail's, or before the counts'. */
static void should_recover_every_tail(void) {
    for (int64_t alignment = 8; alignment <= 64; alignment += 56) {
        for (int64_t rest = 128; rest <= 4096; rest *= 2) {
            for (int64_t lost = 0; lost < 4; lost++) {
                const int64_t start = 2 * CAPACITY - rest;
                const struct channel channel = channel_at(alignment, 1, start);
                struct tadpole_producer *producer = producer_of(channel);
                int64_t tails[4] = {start, 0, 0, 0};
                struct tadpole_claim claim;
                for (int64_t number = 0; number < 3; number++) {
                    tails[number + 1] = send_message(producer, number, 100);
                }
                CHECK(tadpole_try_claim(producer, 50, &claim) > 0); /* a claim that is never committed */
                memset(claim.message, 0xFF, 50);
                tadpole_close_producer(producer);
                put_ring(channel, RING_WORD(tail), tails[3 - lost]);
                put_ring(channel, RING_WORD(messages), 3 - lost);
                put_ring(channel, RING_WORD(bytes), 100 * (3 - lost));
                struct tadpole_producer *successor = producer_of(channel);
                CHECK_IS(tails[3], tadpole_producer_position(successor));
                CHECK_IS(tails[3], get_ring(channel, RING_WORD(tail)));
                CHECK_IS(2, get_ring(channel, RING_WORD(epoch)));
                CHECK_IS(3, get_ring(channel, RING_WORD(messages)));
                CHECK_IS(300, get_ring(channel, RING_WORD(bytes)));
                CHECK(send_message(successor, 3, 100) > 0);
                struct tadpole_consumer *consumer = consumer_of(channel);
                for (int64_t number = 0; number < 4; number++) {
                    expect(consumer, number, 100);
                }
                expect_nothing(consumer);
                close_all();
            }
        }
    }
}

static void should_not_recover_what_cannot_be(void) {
    static const int64_t words[] = {1,
                                    64,
                                    -1,
                                    TADPOLE_PADDING | 64,
                                    TADPOLE_PUBLISHED,
                                    TADPOLE_PUBLISHED | 8,
                                    TADPOLE_PUBLISHED | TADPOLE_PADDING | 64,
                                    TADPOLE_PUBLISHED | (CAPACITY / 2 + 8)};
    static const int64_t tails[] = {-8, 4, 1, INT64_MAX - 7, INT64_MIN, (INT64_C(1) << 62) + 8};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const struct channel channel = plain_channel();
        struct tadpole_producer *producer = producer_of(channel);
        const int64_t end = send_message(producer, 0, 100);
        tadpole_close_producer(producer);
        put_ring(channel, RECORDS + end, words[i]);
        refuse(channel, TADPOLE_CORRUPT, TADPOLE_OK, "word");
        CHECK_IS(1, get_ring(channel, RING_WORD(epoch)));
        CHECK_IS(end, get_ring(channel, RING_WORD(tail)));
        close_all();
    }
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        const struct channel channel = plain_channel();
        put_ring(channel, RING_WORD(tail), tails[i]);
        refuse(channel, TADPOLE_CORRUPT, TADPOLE_OK, "tail");
        struct tadpole_consumer consumer;
        CHECK_IS(TADPOLE_CORRUPT, tadpole_attach_consumer(&consumer, channel.path, 0, &error));
        CHECK_IS(TADPOLE_OK, tadpole_evict(channel.path, 0, &error));
        CHECK_IS(TADPOLE_CORRUPT, tadpole_join_consumer(&consumer, channel.path, 0, &error));
        CHECK_IS(tails[i], get_ring(channel, RING_WORD(tail)));
    }
    /* It does not walk for ever over a ring of published words. */
    const struct channel circle = plain_channel();
    for (int64_t at = 0; at < CAPACITY; at += 64) {
        put_ring(circle, RECORDS + at, TADPOLE_PUBLISHED | 64);
    }
    refuse(circle, TADPOLE_CORRUPT, TADPOLE_OK, "word");
}

/* Where no whole records lie between a consumer and the tail, a successor writes nothing. */
static void should_check_its_consumers_before_it_goes_on(void) {
    static const int64_t positions[] = {8, 56, 240, 112 - 2 * CAPACITY, -2 * CAPACITY};
    for (size_t i = 0; i <= sizeof positions / sizeof positions[0]; i++) {
        const struct channel channel = channel_at(8, 2, 0);
        struct tadpole_producer *producer = producer_of(channel);
        send_message(producer, 0, 100);
        send_message(producer, 1, 100);
        close_all();
        put_consumer(channel, 0, CONSUMER_WORD(position), 112);
        if (i < sizeof positions / sizeof positions[0]) {
            put_consumer(channel, 1, CONSUMER_WORD(position), positions[i]);
            refuse(channel, TADPOLE_CORRUPT, TADPOLE_OK, "consumer at position");
            CHECK_IS(TADPOLE_OK, tadpole_evict(channel.path, 1, &error));
        } else {
            put_consumer(channel, 1, CONSUMER_WORD(position), 8 | TADPOLE_JOINING);
        }
        producer_of(channel);
        close_all();
    }
}

static void should_count_on_from_what_was_there(void) {
    const struct channel channel = plain_channel();
    put_ring(channel, RING_WORD(messages), 1000);
    put_ring(channel, RING_WORD(bytes), 100000);
    put_ring(channel, RING_WORD(back_pressured), 7);
    put_consumer(channel, 0, CONSUMER_WORD(batches), 50);
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    fill_up(producer);
    const int64_t published = get_ring(channel, RING_WORD(messages));
    CHECK(published > 1000);
    CHECK_IS(9, get_ring(channel, RING_WORD(back_pressured)));
    CHECK_IS(1000, get_consumer(channel, 0, CONSUMER_WORD(messages)));
    expect(consumer, 0, 1000);
    tadpole_publish(consumer);
    CHECK_IS(1001, get_consumer(channel, 0, CONSUMER_WORD(messages)));
    CHECK_IS(101000, get_consumer(channel, 0, CONSUMER_WORD(bytes)));
    CHECK_IS(51, get_consumer(channel, 0, CONSUMER_WORD(batches)));
}

/* Counts that nobody believes may be anything, and still wrap. */
static void should_take_any_number_for_a_count_or_an_epoch(void) {
    static const int64_t numbers[] = {INT64_MAX, INT64_MAX - 1, -1, INT64_MIN};
    for (size_t i = 0; i < 4; i++) {
        const struct channel channel = plain_channel();
        send_message(producer_of(channel), 0, 100);
        close_all();
        put_ring(channel, RING_WORD(tail), 0); /* a killed producer's: one message is to be counted */
        const int64_t counts[] = {RING_WORD(epoch), RING_WORD(messages), RING_WORD(bytes), RING_WORD(back_pressured)};
        const int64_t theirs[] = {CONSUMER_WORD(epoch), CONSUMER_WORD(messages), CONSUMER_WORD(bytes),
                                  CONSUMER_WORD(batches)};
        for (int k = 0; k < 4; k++) {
            put_ring(channel, counts[k], numbers[i]);
            put_consumer(channel, 0, theirs[k], numbers[i]);
        }
        struct tadpole_consumer *consumer = consumer_of(channel);
        expect(consumer, 0, 100);
        CHECK_IS(TADPOLE_OK, tadpole_publish(consumer));
        put_consumer(channel, 0, CONSUMER_WORD(position), 0);
        struct tadpole_producer *producer = producer_of(channel);
        fill_up(producer);
        CHECK_IS(TADPOLE_BACK_PRESSURED, send_message(producer, 0, 56));
        close_all();
    }
}

static void should_resume_at_the_published_position(void) {
    const struct channel channel = plain_channel();
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    for (int64_t number = 0; number < 5; number++) {
        send_message(producer, number, 100);
    }
    expect(consumer, 0, 100);
    expect(consumer, 1, 100);
    CHECK_IS(TADPOLE_OK, tadpole_publish(consumer));
    expect(consumer, 2, 100); /* not published: it comes again */
    const int64_t third = tadpole_consumer_position(consumer);
    tadpole_close_consumer(consumer);
    struct tadpole_consumer *successor = consumer_of(channel);
    CHECK_IS(2, get_consumer(channel, 0, CONSUMER_WORD(epoch)));
    expect(successor, 2, 100);
    CHECK_IS(TADPOLE_OK, tadpole_publish(successor));
    CHECK_IS(3, get_consumer(channel, 0, CONSUMER_WORD(messages)));
    CHECK_IS(2, get_consumer(channel, 0, CONSUMER_WORD(batches)));
    CHECK_IS(third, tadpole_consumer_position(successor));
    CHECK_IS(TADPOLE_OK, tadpole_resume_at(successor, third + 112));
    CHECK_IS(third + 112, get_consumer(channel, 0, CONSUMER_WORD(position)));
    CHECK_IS(4, get_consumer(channel, 0, CONSUMER_WORD(messages)));
    CHECK_IS(400, get_consumer(channel, 0, CONSUMER_WORD(bytes)));
    static const int64_t wrong[] = {0, 111, 104, 113, 116, 228, 336, 2 * CAPACITY, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const int64_t position = wrong[i] > 4 * CAPACITY || wrong[i] < 0 ? wrong[i] : third + wrong[i];
        CHECK_IS(TADPOLE_CORRUPT, tadpole_resume_at(successor, position));
        CHECK_IS(third + 112, tadpole_consumer_position(successor));
    }
    expect(successor, 4, 100);
    expect_nothing(successor);
}

static void resume_from(struct channel channel, int64_t position, int64_t status) {
    struct tadpole_consumer consumer;
    const int64_t epoch = get_consumer(channel, 0, CONSUMER_WORD(epoch));
    put_consumer(channel, 0, CONSUMER_WORD(position), position);
    CHECK_IS(status, tadpole_attach_consumer(&consumer, channel.path, 0, &error));
    /* Written before the position is looked at; and only a good position is gone on from. */
    CHECK_IS(epoch + 1, get_consumer(channel, 0, CONSUMER_WORD(epoch)));
    if (status == TADPOLE_OK) {
        CHECK_IS(position, tadpole_consumer_position(&consumer));
    }
    CHECK_IS(position, get_consumer(channel, 0, CONSUMER_WORD(position)));
    tadpole_close_consumer(&consumer);
}

static void should_refuse_to_resume_where_no_consumer_can_be(void) {
    const int64_t start = 4 * CAPACITY;
    const struct channel empty = channel_at(8, 1, start);
    const int64_t wrong[] = {start + 4, start - CAPACITY - 8, start + CAPACITY + 8, start - 64, start + 64, -64, -2,
                             INT64_MIN};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        resume_from(empty, wrong[i], TADPOLE_CORRUPT);
    }
    resume_from(empty, start, TADPOLE_OK);
    resume_from(empty, TADPOLE_DETACHED, TADPOLE_EVICTED);
    /* Whole records all around: as far back as the ring is long, and no further. */
    const struct channel circle = channel_at(8, 1, start);
    for (int64_t at = 0; at < CAPACITY; at += 64) {
        put_ring(circle, RECORDS + at, TADPOLE_PUBLISHED | 64);
    }
    resume_from(circle, start - CAPACITY, TADPOLE_OK);
    resume_from(circle, start + CAPACITY, TADPOLE_OK);
    resume_from(circle, start - CAPACITY - 64, TADPOLE_CORRUPT);
    resume_from(circle, start + CAPACITY + 64, TADPOLE_CORRUPT);
    resume_from(circle, start - 2 * CAPACITY, TADPOLE_CORRUPT);
    /* On either side of the stored tail, where records are and start: a killed producer may have left some beyond it.
     */
    for (int64_t stored = 0; stored <= 224; stored += 112) {
        const struct channel channel = plain_channel();
        struct tadpole_producer *producer = producer_of(channel);
        send_message(producer, 0, 100);
        send_message(producer, 1, 100);
        close_all();
        put_ring(channel, RING_WORD(tail), stored);
        put_ring(channel, RING_WORD(messages), stored / 112);
        put_ring(channel, RING_WORD(bytes), stored / 112 * 100);
        for (int64_t position = 0; position <= 224; position += 112) {
            resume_from(channel, position, TADPOLE_OK);
            CHECK_IS(position / 112, get_consumer(channel, 0, CONSUMER_WORD(messages)));
            CHECK_IS(position / 112 * 100, get_consumer(channel, 0, CONSUMER_WORD(bytes)));
        }
        resume_from(channel, 104, TADPOLE_CORRUPT);
        resume_from(channel, 336, TADPOLE_CORRUPT);
    }
}

/* ---- evict, join, depose ---- */

static void should_join_where_it_was_evicted(void) {
    const struct channel channel = channel_at(8, 2, 0);
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    struct tadpole_consumer refused;
    CHECK_IS(TADPOLE_HELD, tadpole_evict(channel.path, 0, &error));
    CHECK_IS(0, get_consumer(channel, 0, CONSUMER_WORD(position)));
    tadpole_close_consumer(consumer);
    CHECK_IS(TADPOLE_OK, tadpole_evict(channel.path, 0, &error));
    CHECK_IS(TADPOLE_OK, tadpole_evict(channel.path, 0, NULL)); /* twice is no harm */
    CHECK_IS(TADPOLE_DETACHED, get_consumer(channel, 0, CONSUMER_WORD(position)));
    CHECK_IS(3, get_consumer(channel, 0, CONSUMER_WORD(epoch)));
    CHECK_IS(TADPOLE_EVICTED, tadpole_attach_consumer(&refused, channel.path, 0, &error));
    send_message(producer, 0, 100);
    consumer = consumer_at(channel, 0, true);
    CHECK_IS(112, get_consumer(channel, 0, CONSUMER_WORD(position)));
    CHECK_IS(1, get_consumer(channel, 0, CONSUMER_WORD(messages))); /* before its position, read or missed */
    expect_nothing(consumer);
    send_message(producer, 1, 100);
    expect(consumer, 1, 100);
    CHECK_IS(TADPOLE_OK, tadpole_publish(consumer));
    CHECK_IS(2, get_consumer(channel, 0, CONSUMER_WORD(messages)));
    /* Who was not evicted resumes, whatever it asks for. */
    struct tadpole_consumer *other = consumer_at(channel, 1, true);
    expect(other, 0, 100);
}

static void should_join_anew_when_it_was_joining(void) {
    for (int join = 0; join < 2; join++) {
        const struct channel channel = plain_channel();
        struct tadpole_producer *producer = producer_of(channel);
        put_consumer(channel, 0, CONSUMER_WORD(position), 0 | TADPOLE_JOINING);
        send_message(producer, 0, 100);
        struct tadpole_consumer *consumer = consumer_at(channel, 0, join);
        CHECK_IS(112, get_consumer(channel, 0, CONSUMER_WORD(position)));
        expect_nothing(consumer);
        close_all();
    }
}

static void should_stop_when_deposed(void) {
    const struct channel channel = plain_channel();
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    struct seen seen = seen_of(channel, 8);
    for (int64_t i = 0; i < 10; i++) {
        send_message(producer, i, 8);
    }
    expect(consumer, 0, 8);
    put_consumer(channel, 0, CONSUMER_WORD(epoch), 9);
    CHECK_IS(TADPOLE_DEPOSED, tadpole_publish(consumer));
    CHECK_IS(0, get_consumer(channel, 0, CONSUMER_WORD(position)));
    CHECK_IS(0, get_consumer(channel, 0, CONSUMER_WORD(messages)));
    put_consumer(channel, 0, CONSUMER_WORD(epoch), 1); /* for good */
    CHECK_IS(TADPOLE_DEPOSED, tadpole_publish(consumer));
    CHECK_IS(TADPOLE_DEPOSED, tadpole_poll(consumer, take, &seen, 1));
    CHECK_IS(TADPOLE_DEPOSED, tadpole_controlled_poll(consumer, decide, &seen, 1));
    CHECK_IS(TADPOLE_DEPOSED, tadpole_resume_at(consumer, 16));
    expect_status(consumer, TADPOLE_DEPOSED);
    tadpole_close_consumer(consumer);

    /* In a poll, and where nothing is there to publish. */
    consumer = consumer_of(channel);
    put_consumer(channel, 0, CONSUMER_WORD(epoch), 9);
    CHECK_IS(3, tadpole_poll(consumer, take, &seen, 3)); /* they were handled, and will come again */
    CHECK_IS(0, get_consumer(channel, 0, CONSUMER_WORD(position)));
    CHECK_IS(TADPOLE_DEPOSED, tadpole_poll(consumer, take, &seen, 3));
    tadpole_close_consumer(consumer);
    consumer = consumer_of(channel);
    put_consumer(channel, 0, CONSUMER_WORD(epoch), 9);
    CHECK_IS(TADPOLE_DEPOSED, tadpole_publish(consumer));

    put_ring(channel, RING_WORD(epoch), 9);
    int64_t status;
    while ((status = send_message(producer, 0, 1000)) > 0) {
    }
    CHECK_IS(TADPOLE_DEPOSED, status);
    put_ring(channel, RING_WORD(epoch), 1);
    CHECK_IS(TADPOLE_DEPOSED, send_message(producer, 0, 1)); /* also what the old limit had room for */
}

static void refuse_message(void *context, const unsigned char *message, int64_t length, int64_t position) {
    (void)context;
    (void)message;
    (void)length;
    (void)position;
    _exit(2);
}

static void should_be_no_owner_in_a_forked_child(void) {
    const struct channel channel = plain_channel();
    struct tadpole_producer *producer = producer_of(channel);
    struct tadpole_consumer *consumer = consumer_of(channel);
    int status;
    send_message(producer, 0, 8);
    send_message(producer, 1, 8);
    expect(consumer, 0, 8);
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        struct tadpole_producer second;
        struct tadpole_consumer poller = *consumer;
        struct tadpole_consumer puller = *consumer;
        const unsigned char *message;
        const bool refused = tadpole_offer(producer, "12345678", 8) == TADPOLE_DEPOSED &&
                             tadpole_offer(producer, "12345678", 8) == TADPOLE_DEPOSED &&
                             tadpole_poll(&poller, refuse_message, NULL, 9) == TADPOLE_DEPOSED &&
                             tadpole_peek(&puller, &message) == TADPOLE_DEPOSED &&
                             tadpole_publish(consumer) == TADPOLE_DEPOSED &&
                             tadpole_attach_producer(&second, channel.path, NULL) == TADPOLE_HELD;
        _exit(refused ? 0 : 1);
    }
    CHECK_IS(child, waitpid(child, &status, 0));
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_IS(0, get_consumer(channel, 0, CONSUMER_WORD(position)));
    CHECK_IS(32, get_ring(channel, RING_WORD(tail)));
    CHECK_IS(48, tadpole_offer(producer, "12345678", 8)); /* the parent still is */
    CHECK_IS(TADPOLE_OK, tadpole_publish(consumer));
    CHECK_IS(16, get_consumer(channel, 0, CONSUMER_WORD(position)));
}

static void should_give_the_role_up_with_the_process(void) {
    const struct channel channel = plain_channel();
    int ready[2];
    char byte = 0;
    int status;
    CHECK_IS(0, pipe(ready));
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        struct tadpole_producer owner;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (tadpole_attach_producer(&owner, channel.path, NULL) == TADPOLE_OK && write(ready[1], "", 1) == 1) {
            pause();
        }
        _exit(1);
    }
    CHECK_IS(1, read(ready[0], &byte, 1));
    refuse(channel, TADPOLE_HELD, TADPOLE_OK, "another process");
    CHECK_IS(0, kill(child, SIGKILL));
    CHECK_IS(child, waitpid(child, &status, 0));
    CHECK(send_message(producer_of(channel), 0, 8) > 0);
    CHECK_IS(2, get_ring(channel, RING_WORD(epoch)));
    close(ready[0]);
    close(ready[1]);
}

static void should_be_closed_once_it_is_closed(void) {
    const struct channel channel = plain_channel();
    for (int run = 0; run < 3; run++) {
        struct tadpole_producer *producer = producer_of(channel);
        struct tadpole_consumer *consumer = consumer_of(channel);
        struct tadpole_claim claim;
        struct seen seen = seen_of(channel, 8);
        CHECK_IS(0, tadpole_try_claim_run(producer, 8, 1 + run, &claim));
        if (run > 0) {
            CHECK(tadpole_next(&claim, 8) > 0);
        }
        tadpole_close_producer(producer);
        tadpole_close_producer(producer);
        CHECK_IS(TADPOLE_CLOSED, tadpole_commit(&claim, 8));
        CHECK_IS(TADPOLE_CLOSED, tadpole_commit(&claim, 0));
        CHECK_IS(TADPOLE_CLOSED, tadpole_next(&claim, 8));
        tadpole_abort(&claim);
        CHECK_IS(TADPOLE_CLOSED, tadpole_try_claim(producer, 8, &claim));
        CHECK_IS(TADPOLE_CLOSED, tadpole_try_claim_run(producer, 8, 2, &claim));
        CHECK_IS(TADPOLE_CLOSED, tadpole_offer(producer, "12345678", 8));
        tadpole_close_consumer(consumer);
        tadpole_close_consumer(consumer);
        CHECK_IS(TADPOLE_CLOSED, tadpole_publish(consumer));
        CHECK_IS(TADPOLE_CLOSED, tadpole_poll(consumer, take, &seen, 1));
        CHECK_IS(TADPOLE_CLOSED, tadpole_controlled_poll(consumer, decide, &seen, 1));
        CHECK_IS(TADPOLE_CLOSED, tadpole_resume_at(consumer, 0));
        expect_status(consumer, TADPOLE_CLOSED);
        close_all();
    }
    CHECK_IS(0, get_ring(channel, RING_WORD(tail)));
    CHECK_IS(0, get_ring(channel, RECORDS));
}

static void should_name_every_status(void) {
    static const struct {
        int64_t status;
        const char *name;
    } names[] = {{0, "OK"},
                 {-1, "BACK_PRESSURED"},
                 {-2, "NOT_CONNECTED"},
                 {-3, "CLOSED"},
                 {-4, "TOO_LONG"},
                 {-5, "CORRUPT"},
                 {-6, "DEPOSED"},
                 {-7, "NO_SPACE"},
                 {-20, "FAILED_CALL"},
                 {-21, "MISSING"},
                 {-22, "EXISTS"},
                 {-23, "FOREIGN"},
                 {-24, "HALF_CREATED"},
                 {-25, "NEWER_VERSION"},
                 {-26, "TRUNCATED"},
                 {-27, "SYMBOLIC_LINK"},
                 {-28, "HELD"},
                 {-29, "EVICTED"},
                 {-30, "FILE_SYSTEM"},
                 {-31, "NOT_DECLARED"},
                 {-32, "OTHER_RING"},
                 {-33, "ENGINES"},
                 {-34, "BAD_HEADER"},
                 {-35, "INVALID"},
                 {-8, "no status"},
                 {-36, "no status"},
                 {1, "no status"},
                 {INT64_MIN, "no status"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        CHECK(strcmp(names[i].name, tadpole_status_name(names[i].status)) == 0);
    }
    for (int round = 0; round < 400; round++) {
        tadpole_idle(round);
    }
}

/* Runs a test, and sees that it left nothing open or mapped. */
static int open_files(void) {
    int count = 0;
    for (int descriptor = 0; descriptor < 1024; descriptor++) {
        count += fcntl(descriptor, F_GETFD) >= 0;
    }
    return count;
}

static int mapped_files(void) {
    char line[4096];
    int count = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    CHECK(maps != NULL);
    while (fgets(line, sizeof line, maps) != NULL) {
        count += strstr(line, scratch) != NULL;
    }
    fclose(maps);
    return count;
}

static void (*leaking)(void);

static void without_leaks(void) {
    const int before = open_files();
    leaking();
    close_all();
    CHECK_IS(before, open_files());
    CHECK_IS(0, mapped_files());
}

static void run(const char *name, void (*test)(void)) {
    leaking = test;
    check(name, without_leaks);
    close_all();
}

#define TEST(name) run(#name, name)

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: ring_test SCRATCH_FOLDER\n");
        return 2;
    }
    scratch = argv[1];
    TEST(should_create_what_the_layout_says);
    TEST(should_name_consumers_by_their_numbers);
    TEST(should_refuse_what_cannot_be_created);
    TEST(should_leave_nothing_of_what_could_not_be_created);
    TEST(should_say_that_the_mount_is_full);
    TEST(should_remove_what_it_created);
    TEST(should_remove_nothing_that_is_not_its_own);
    TEST(should_say_what_is_missing);
    TEST(should_refuse_files_of_another_length);
    TEST(should_refuse_headers_that_cannot_be);
    TEST(should_leave_an_engines_ring_to_the_engine);
    TEST(should_know_which_consumers_are_declared);
    TEST(should_have_one_owner_of_each_role);
    TEST(should_not_take_a_look_for_an_owner);
    TEST(should_not_drop_the_lock_of_a_jvm_in_this_process);
    TEST(should_leave_the_holes_of_a_strangers_file);
    TEST(should_read_what_was_written_over_many_laps);
    TEST(should_wrap_from_every_offset_before_the_end);
    TEST(should_commit_less_than_was_claimed);
    TEST(should_offer_a_copy);
    TEST(should_leave_nothing_of_a_claim_that_is_not_committed);
    TEST(should_refuse_calls_that_are_out_of_their_turn);
    TEST(should_refuse_lengths_that_cannot_be);
    TEST(should_take_a_message_of_half_the_ring_at_every_offset);
    TEST(should_make_a_run_visible_at_once);
    TEST(should_press_back_until_there_is_room_for_the_record_and_the_next_word);
    TEST(should_be_held_back_by_the_slowest_consumer);
    TEST(should_count_a_joining_position_as_a_position);
    TEST(should_refuse_positions_that_cannot_be);
    TEST(should_refuse_a_position_that_goes_back);
    TEST(should_hand_over_what_is_there_and_publish);
    TEST(should_publish_at_each_eighth_of_the_ring);
    TEST(should_go_as_far_as_the_handler_wants);
    TEST(should_publish_what_a_poll_left);
    TEST(should_step_only_over_what_was_peeked_at);
    TEST(should_refuse_words_that_no_producer_writes);
    TEST(should_check_each_word);
    TEST(should_recover_every_tail);
    TEST(should_not_recover_what_cannot_be);
    TEST(should_check_its_consumers_before_it_goes_on);
    TEST(should_count_on_from_what_was_there);
    TEST(should_take_any_number_for_a_count_or_an_epoch);
    TEST(should_resume_at_the_published_position);
    TEST(should_refuse_to_resume_where_no_consumer_can_be);
    TEST(should_join_where_it_was_evicted);
    TEST(should_join_anew_when_it_was_joining);
    TEST(should_stop_when_deposed);
    TEST(should_be_no_owner_in_a_forked_child);
    TEST(should_give_the_role_up_with_the_process);
    TEST(should_be_closed_once_it_is_closed);
    TEST(should_name_every_status);
    return finish();
}
