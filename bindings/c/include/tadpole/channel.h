/*
 * A channel is a directory with one ring: created and removed here; its roles are in ring_producer.h and
 * ring_consumer.h. Every call may block on the file system; none is for the path of a message.
 */
#ifndef TADPOLE_CHANNEL_H
#define TADPOLE_CHANNEL_H

#include <dirent.h>
#include <sys/random.h>
#include <sys/statvfs.h>

#include "files.h"

/* How a channel is created. */
struct tadpole_config {
    int64_t capacity;  /* bytes of records: a power of two, 64 KiB to 1 GiB; a message takes at most half of it */
    int64_t alignment; /* TADPOLE_COMPACT or TADPOLE_UNIT */
    int64_t consumers; /* 0 to 64; each holds the producer back from the first message on */
    const char *const *names; /* of the consumers, each 1 to 56 bytes of UTF-8; NULL: consumer-0, consumer-1, ... */
    int64_t schema_id;        /* of the messages' SBE schema, 0 to 65535; 0 says nothing */
    int64_t schema_version;   /* of that schema, 0 to 65535 */
};

/* A plain ring: compact records, one consumer, any schema. */
static inline struct tadpole_config tadpole_plain(int64_t capacity) {
    struct tadpole_config config;
    memset(&config, 0, sizeof config);
    config.capacity = capacity;
    config.alignment = TADPOLE_COMPACT;
    config.consumers = 1;
    return config;
}

static inline int64_t tadpole_check_names_(const struct tadpole_config *config, const char *channel,
                                           struct tadpole_error *error) {
    for (int64_t k = 0; config->names != NULL && k < config->consumers; k++) {
        const size_t length = strlen(config->names[k]);
        if (length < 1 || length > TADPOLE_NAME_LENGTH) {
            return tadpole_fail_(error, TADPOLE_INVALID, 0,
                                 "%s: the name '%.64s' of consumer %d is not 1 to %d bytes of text", channel,
                                 config->names[k], (int)k, TADPOLE_NAME_LENGTH);
        }
        for (int64_t other = 0; other < k; other++) {
            if (strcmp(config->names[k], config->names[other]) == 0) {
                return tadpole_fail_(error, TADPOLE_INVALID, 0, "%s: two consumers have one name: %s", channel,
                                     config->names[k]);
            }
        }
    }
    return TADPOLE_OK;
}

static inline int64_t tadpole_check_config_(const struct tadpole_config *config, const char *channel,
                                            struct tadpole_error *error) {
    if (config->capacity < TADPOLE_CAPACITY_MIN || config->capacity > TADPOLE_CAPACITY_MAX ||
        (config->capacity & (config->capacity - 1)) != 0) {
        return tadpole_fail_(error, TADPOLE_INVALID, 0,
                             "%s: capacity %lld is not a power of two from 65536 to 1073741824 bytes", channel,
                             (long long)config->capacity);
    }
    if (config->alignment != TADPOLE_COMPACT && config->alignment != TADPOLE_UNIT) {
        return tadpole_fail_(error, TADPOLE_INVALID, 0, "%s: alignment %lld is neither 8 nor 64 bytes", channel,
                             (long long)config->alignment);
    }
    if (config->consumers < 0 || config->consumers > TADPOLE_CONSUMERS_MAX) {
        return tadpole_fail_(error, TADPOLE_INVALID, 0, "%s: %lld consumers: 0 to %d can be declared", channel,
                             (long long)config->consumers, TADPOLE_CONSUMERS_MAX);
    }
    if (config->schema_id < 0 || config->schema_id > 0xFFFF || config->schema_version < 0 ||
        config->schema_version > 0xFFFF) {
        return tadpole_fail_(error, TADPOLE_INVALID, 0,
                             "%s: schema %lld version %lld: each is a number from 0 to 65535", channel,
                             (long long)config->schema_id, (long long)config->schema_version);
    }
    return tadpole_check_names_(config, channel, error);
}

static inline int64_t tadpole_create_lock_(int folder, const char *channel, const char *file,
                                           struct tadpole_error *error) {
    const int descriptor = openat(folder, file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return tadpole_failed_call_(error, channel, file);
    }
    close(descriptor);
    return TADPOLE_OK;
}

/* Writes all of a file's bytes, so that a full mount is an error here and not a fault later. */
static inline int64_t tadpole_write_zeros_(int descriptor, const char *channel, const char *file, int64_t length,
                                           struct tadpole_error *error) {
    char zeros[1 << 14];
    int64_t written = 0;
    memset(zeros, 0, sizeof zeros);
    while (written < length) {
        const int64_t rest = length - written;
        const size_t chunk = rest < (int64_t)sizeof zeros ? (size_t)rest : sizeof zeros;
        const ssize_t done = pwrite(descriptor, zeros, chunk, (off_t)written);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            const int number = errno;
            struct statvfs mount;
            const bool is_known = fstatvfs(descriptor, &mount) == 0;
            if (number != ENOSPC && number != EDQUOT) {
                errno = number;
                return tadpole_failed_call_(error, channel, file);
            }
            return tadpole_fail_(error, TADPOLE_NO_SPACE, number,
                                 "%s: %s needs more space than its mount has (%lld bytes, of which it had %lld): make "
                                 "space, or create a smaller ring",
                                 channel, file, (long long)length,
                                 is_known ? (long long)(written + (int64_t)(mount.f_bavail * mount.f_frsize)) : -1LL);
        }
        written += done;
    }
    return TADPOLE_OK;
}

/* Creates a file of zeros and maps it for writing; NULL in *base when it fails. */
static inline int64_t tadpole_create_file_(int folder, const char *channel, const char *file, int64_t length,
                                           void **base, struct tadpole_error *error) {
    struct tadpole_mapping_ mapping = {NULL, 0, 0};
    const int descriptor = openat(folder, file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    *base = NULL;
    if (descriptor < 0) {
        return tadpole_failed_call_(error, channel, file);
    }
    int64_t status = tadpole_write_zeros_(descriptor, channel, file, length, error);
    if (status == TADPOLE_OK) {
        status = tadpole_map_(descriptor, channel, file, true, length, length, &mapping, error);
    }
    close(descriptor);
    if (status == TADPOLE_OK) {
        *base = mapping.base;
    }
    return status;
}

static inline int64_t tadpole_create_ring_(int folder, const char *channel, const struct tadpole_config *config,
                                           struct tadpole_ring_file **ring, struct tadpole_error *error) {
    void *base;
    int64_t status = tadpole_create_lock_(folder, channel, "producer.lock", error);
    *ring = NULL;
    if (status != TADPOLE_OK) {
        return status;
    }
    TADPOLE_STEP("create: producer's lock file made");
    status = tadpole_create_file_(folder, channel, "ring", (int64_t)sizeof(struct tadpole_ring_file) + config->capacity,
                                  &base, error);
    if (status != TADPOLE_OK) {
        return status;
    }
    TADPOLE_STEP("create: ring's space written");
    struct tadpole_ring_file *header = (struct tadpole_ring_file *)base;
    *ring = header;
    while (header->ring_id == 0) {
        int64_t number;
        if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
            return tadpole_failed_call_(error, channel, "a random number");
        }
        header->ring_id = number;
    }
    header->magic = TADPOLE_RING_MAGIC;
    header->header_length = (int64_t)sizeof *header;
    header->capacity = config->capacity;
    header->alignment = config->alignment;
    header->consumers = config->consumers;
    header->created_ns = tadpole_now_ns_(CLOCK_REALTIME);
    header->schema_id = config->schema_id;
    header->schema_version = config->schema_version;
    TADPOLE_STEP("create: ring's header written");
    return TADPOLE_OK;
}

static inline int64_t tadpole_create_consumer_(int folder, const char *channel, const struct tadpole_config *config,
                                               int64_t index, int64_t ring_id, struct tadpole_error *error) {
    void *base;
    char name[TADPOLE_FILE_NAME_];
    tadpole_consumer_name_(name, index, ".lock");
    int64_t status = tadpole_create_lock_(folder, channel, name, error);
    if (status != TADPOLE_OK) {
        return status;
    }
    TADPOLE_STEP("create: consumer's lock file made");
    tadpole_consumer_name_(name, index, "");
    status = tadpole_create_file_(folder, channel, name, (int64_t)sizeof(struct tadpole_consumer_file), &base, error);
    if (status != TADPOLE_OK) {
        return status;
    }
    TADPOLE_STEP("create: consumer's space written");
    struct tadpole_consumer_file *file = (struct tadpole_consumer_file *)base;
    const char *given = config->names == NULL ? name : config->names[index];
    file->magic = TADPOLE_CONSUMER_MAGIC;
    file->ring_id = ring_id;
    file->index = index;
    file->created_ns = tadpole_now_ns_(CLOCK_REALTIME);
    memcpy(file->name, given, strlen(given));
    tadpole_store_release(&file->version, TADPOLE_LAYOUT_VERSION);
    TADPOLE_STEP("create: consumer's version stored");
    munmap(base, sizeof *file);
    return TADPOLE_OK;
}

static inline bool tadpole_is_ours_(const char *file) {
    static const char prefix[] = "consumer-";
    if (strcmp(file, "ring") == 0 || strcmp(file, "producer.lock") == 0) {
        return true;
    }
    if (strncmp(file, prefix, sizeof prefix - 1) != 0) {
        return false;
    }
    const char *digits = file + sizeof prefix - 1;
    const size_t count = strspn(digits, "0123456789");
    return count > 0 && (digits[count] == 0 || strcmp(digits + count, ".lock") == 0);
}

/* Calls for each file of a directory until one call does not answer OK. */
typedef int64_t tadpole_file_visitor_(int folder, const char *channel, const char *file, void *context,
                                      struct tadpole_error *error);

static inline int64_t tadpole_visit_files_(int folder, const char *channel, tadpole_file_visitor_ *visit, void *context,
                                           struct tadpole_error *error) {
    const int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *files = again < 0 ? NULL : fdopendir(again);
    int64_t status = TADPOLE_OK;
    if (files == NULL) {
        tadpole_close_(again);
        return tadpole_failed_call_(error, channel, "the directory");
    }
    for (const struct dirent *file; status == TADPOLE_OK && (file = readdir(files)) != NULL;) {
        if (strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0) {
            status = visit(folder, channel, file->d_name, context, error);
        }
    }
    closedir(files);
    return status;
}

static inline int64_t tadpole_delete_file_(int folder, const char *channel, const char *file, void *context,
                                           struct tadpole_error *error) {
    (void)context;
    if (tadpole_is_ours_(file) && unlinkat(folder, file, 0) != 0 && errno != ENOENT) {
        return tadpole_failed_call_(error, channel, file);
    }
    return TADPOLE_OK;
}

/* Deletes the files that have a channel's names, and the directory. */
static inline int64_t tadpole_delete_(int folder, const char *channel, struct tadpole_error *error) {
    const int64_t status = tadpole_visit_files_(folder, channel, tadpole_delete_file_, NULL, error);
    if (status == TADPOLE_OK && rmdir(channel) != 0) {
        return tadpole_failed_call_(error, channel, "the directory");
    }
    return status;
}

/*
 * Creates a channel: its directory (mode 0700), which must not exist while its parent does, and its files (mode 0600).
 * Its space is written, so it is there when it is needed. OK; else nothing is left behind, and `error`, which may be
 * NULL, says why: INVALID, EXISTS, MISSING, FILE_SYSTEM, NO_SPACE, FAILED_CALL.
 */
static inline int64_t tadpole_create(const char *channel, const struct tadpole_config *config,
                                     struct tadpole_error *error) {
    int64_t status = tadpole_check_config_(config, channel, error);
    if (status != TADPOLE_OK) {
        return status;
    }
    if (mkdir(channel, 0700) != 0) {
        return errno == EEXIST
                   ? tadpole_fail_(error, TADPOLE_EXISTS, 0,
                                   "%s: the directory exists already: attach to it, or remove it first", channel)
               : errno == ENOENT
                   ? tadpole_fail_(error, TADPOLE_MISSING, 0,
                                   "%s: the directory cannot be created: its parent does not exist", channel)
                   : tadpole_failed_call_(error, channel, "the directory");
    }
    TADPOLE_STEP("create: directory made");
    status = tadpole_open_folder_(channel, error);
    if (status < 0) {
        rmdir(channel);
        return status;
    }
    const int folder = (int)status;
    struct tadpole_ring_file *ring;
    status = tadpole_create_ring_(folder, channel, config, &ring, error);
    for (int64_t k = 0; status == TADPOLE_OK && k < config->consumers; k++) {
        status = tadpole_create_consumer_(folder, channel, config, k, ring->ring_id, error);
    }
    if (status == TADPOLE_OK) {
        tadpole_store_release(&ring->version, TADPOLE_LAYOUT_VERSION);
        TADPOLE_STEP("create: ring's version stored");
    } else {
        tadpole_delete_(folder, channel, NULL);
    }
    tadpole_unmap_(ring, sizeof *ring + (size_t)config->capacity);
    close(folder);
    return status;
}

struct tadpole_roles_ {
    int locks[2 * TADPOLE_CONSUMERS_MAX];
    int count;
};

static inline int64_t tadpole_lock_role_(int folder, const char *channel, const char *file, void *context,
                                         struct tadpole_error *error) {
    struct tadpole_roles_ *roles = (struct tadpole_roles_ *)context;
    const size_t length = strlen(file);
    if (!tadpole_is_ours_(file) || roles->count == 2 * TADPOLE_CONSUMERS_MAX) {
        return tadpole_fail_(error, TADPOLE_FOREIGN, 0, "%s: also holds %s: it is no channel, and nothing was removed",
                             channel, file);
    }
    if (length > 5 && strcmp(file + length - 5, ".lock") == 0) {
        const int64_t descriptor = tadpole_take_role_(folder, channel, file, error);
        if (descriptor < 0) {
            return descriptor;
        }
        roles->locks[roles->count++] = (int)descriptor;
    }
    return TADPOLE_OK;
}

/* A file that happens to be called `ring` is not ours: the magic says so, or nothing yet. */
static inline int64_t tadpole_check_removable_(int folder, const char *channel, struct tadpole_error *error) {
    struct stat found;
    int64_t magic = 0;
    if (fstatat(folder, "ring", &found, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(found.st_mode)) {
        return TADPOLE_OK;
    }
    const int64_t descriptor = tadpole_open_(folder, channel, "ring", false, error);
    if (descriptor < 0) {
        return descriptor;
    }
    const ssize_t length = pread((int)descriptor, &magic, sizeof magic, 0);
    close((int)descriptor);
    if (length > 0 && magic != 0 && magic != TADPOLE_RING_MAGIC) {
        return tadpole_fail_(error, TADPOLE_FOREIGN, 0,
                             "%s: ring is not a file of a Tadpole channel: nothing was removed", channel);
    }
    return TADPOLE_OK;
}

/*
 * Removes a channel that nobody holds, also one that was not created to the end. OK; HELD when a live process has a
 * role, FOREIGN when the directory holds other files too, and nothing was removed.
 */
static inline int64_t tadpole_remove(const char *channel, struct tadpole_error *error) {
    struct tadpole_roles_ roles;
    int64_t status = tadpole_open_folder_(channel, error);
    if (status < 0) {
        return status;
    }
    const int folder = (int)status;
    roles.count = 0;
    status = tadpole_check_removable_(folder, channel, error);
    if (status == TADPOLE_OK) {
        status = tadpole_visit_files_(folder, channel, tadpole_lock_role_, &roles, error);
    }
    if (status == TADPOLE_OK) {
        status = tadpole_delete_(folder, channel, error);
    }
    while (roles.count > 0) {
        close(roles.locks[--roles.count]);
    }
    close(folder);
    return status;
}

#endif
