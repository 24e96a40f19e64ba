/* The files of a channel: opened, checked, mapped, locked. For the roles; nothing here is for their users. */
#ifndef TADPOLE_FILES_H
#define TADPOLE_FILES_H

#include <features.h>
#ifndef __USE_GNU
#error                                                                                                                 \
    "the locks of a channel need F_OFD_SETLK: compile with -D_GNU_SOURCE, or include tadpole/ring.h before anything else"
#endif

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include "record.h"

/*
 * A fault point of `./tadpole crash`, behind each store that a kill may come after. Only its own program defines it
 * before it includes this file; in every other one it is nothing.
 */
#ifndef TADPOLE_STEP
#define TADPOLE_STEP(words)
#endif

#define TADPOLE_FILE_NAME_ 32 /* the longest name of a file, with its NUL: consumer-63.lock and some room */

#ifndef MADV_POPULATE_READ /* Linux 5.14 */
#define MADV_POPULATE_READ 22
#endif

struct tadpole_mapping_ {
    void *base;
    size_t length;
    int64_t file_length;
};

static inline void tadpole_close_(int descriptor) {
    if (descriptor >= 0) {
        close(descriptor);
    }
}

static inline int64_t tadpole_failed_call_(struct tadpole_error *error, const char *channel, const char *file) {
    const int number = errno;
    return tadpole_fail_(error, TADPOLE_FAILED_CALL, number, "%s: %s cannot be used: %s", channel, file,
                         strerror(number));
}

static inline void tadpole_consumer_name_(char *name, int64_t index, const char *ending) {
    snprintf(name, TADPOLE_FILE_NAME_, "consumer-%d%s", (int)index, ending);
}

/* OK, if memory is shared and locks are kept there. By the kernel's numbers; FUSE is whatever runs in user space. */
static inline int64_t tadpole_check_file_system_(int folder, const char *channel, struct tadpole_error *error) {
    static const int64_t refused[] = {
        0x6969 /* nfs */,        0xFF534D42 /* cifs */, 0xFE534D42 /* smb */,   0x517B /* smb */,
        0x01021997 /* 9p */,     0x5346414F /* afs */,  0x6B414653 /* afs */,   0x00C36400 /* ceph */,
        0x0BD00BD0 /* lustre */, 0x01161970 /* gfs2 */, 0x7461636F /* ocfs2 */, 0x65735546 /* fuse */,
    };
    struct statfs system;
    if (fstatfs(folder, &system) != 0) {
        return tadpole_failed_call_(error, channel, "its file system");
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (((int64_t)system.f_type & INT64_C(0xFFFFFFFF)) == refused[i]) {
            return tadpole_fail_(error, TADPOLE_FILE_SYSTEM, 0,
                                 "%s: the directory lies on a file system (of type 0x%llx) whose memory cannot be "
                                 "shared: use the shared-memory mount or a local disk",
                                 channel, (unsigned long long)refused[i]);
        }
    }
    return TADPOLE_OK;
}

/* A descriptor of the channel's directory, or a status. */
static inline int64_t tadpole_open_folder_(const char *channel, struct tadpole_error *error) {
    struct stat found;
    const bool is_there = lstat(channel, &found) == 0;
    if (is_there && S_ISLNK(found.st_mode)) {
        return tadpole_fail_(error, TADPOLE_SYMBOLIC_LINK, 0,
                             "%s: the directory is a symbolic link, which Tadpole refuses: name the real one", channel);
    }
    if (!is_there || !S_ISDIR(found.st_mode)) {
        return tadpole_fail_(error, TADPOLE_MISSING, 0, "%s: the directory does not exist: create the channel first",
                             channel);
    }
    const int folder = open(channel, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) {
        return tadpole_failed_call_(error, channel, "the directory");
    }
    const int64_t status = tadpole_check_file_system_(folder, channel, error);
    if (status != TADPOLE_OK) {
        close(folder);
        return status;
    }
    return folder;
}

/* A descriptor of a regular file of the channel, or a status. It is looked at before: opening another kind may block.
 */
static inline int64_t tadpole_open_(int folder, const char *channel, const char *file, bool writable,
                                    struct tadpole_error *error) {
    struct stat found;
    if (fstatat(folder, file, &found, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno != ENOENT ? tadpole_failed_call_(error, channel, file)
                               : tadpole_fail_(error, TADPOLE_MISSING, 0,
                                               "%s: %s does not exist: create the channel first", channel, file);
    }
    if (S_ISLNK(found.st_mode)) {
        return tadpole_fail_(error, TADPOLE_SYMBOLIC_LINK, 0,
                             "%s: %s is a symbolic link, which Tadpole refuses: name the real file", channel, file);
    }
    if (!S_ISREG(found.st_mode)) {
        return tadpole_fail_(error, TADPOLE_FOREIGN, 0, "%s: %s is not a file of a Tadpole channel: check the path",
                             channel, file);
    }
    const int descriptor = openat(folder, file, (writable ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    return descriptor < 0 ? tadpole_failed_call_(error, channel, file) : descriptor;
}

/* Touches the pages before `length`, so that a page fault, or a hole that the mount cannot fill, comes here and not on
   the path of a message. */
static inline int64_t tadpole_touch_(const struct tadpole_mapping_ *mapping, int64_t length, const char *channel,
                                     const char *file, struct tadpole_error *error) {
    if (madvise(mapping->base, (size_t)length, MADV_POPULATE_READ) == 0) {
        return TADPOLE_OK;
    }
    if (errno == EFAULT) {
        return tadpole_fail_(error, TADPOLE_NO_SPACE, ENOSPC,
                             "%s: %s needs more space than its mount has: make space there and attach again", channel,
                             file);
    }
    for (int64_t at = 0; at < length; at += 4096) { /* a kernel before 5.14 */
        tadpole_load_relaxed((const int64_t *)(const void *)((const unsigned char *)mapping->base + at));
    }
    return TADPOLE_OK;
}

/*
 * Maps an open file, which has `shortest` bytes at least; what it has beyond `longest` is not mapped. Only those first
 * ones are touched: the rest may be a hole, which is filled when they say that the file is a ring.
 */
static inline int64_t tadpole_map_(int descriptor, const char *channel, const char *file, bool writable,
                                   int64_t shortest, int64_t longest, struct tadpole_mapping_ *mapping,
                                   struct tadpole_error *error) {
    struct stat found;
    if (fstat(descriptor, &found) != 0) {
        return tadpole_failed_call_(error, channel, file);
    }
    const int64_t length = (int64_t)found.st_size;
    if (length == 0) {
        return tadpole_fail_(error, TADPOLE_HALF_CREATED, 0,
                             "%s: %s is half created (it is empty): wait for its creator, or create it again", channel,
                             file);
    }
    if (length < shortest) {
        return tadpole_fail_(
            error, TADPOLE_TRUNCATED, 0,
            "%s: %s does not have the length that its header says (%lld bytes, at least %lld): restore "
            "it, or create it again",
            channel, file, (long long)length, (long long)shortest);
    }
    const size_t mapped = (size_t)(length < longest ? length : longest);
    void *base = mmap(NULL, mapped, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, descriptor, 0);
    if (base == MAP_FAILED) {
        return tadpole_failed_call_(error, channel, file);
    }
    mapping->base = base;
    mapping->length = mapped;
    mapping->file_length = length;
    const int64_t status = tadpole_touch_(mapping, shortest, channel, file, error);
    if (status != TADPOLE_OK) {
        munmap(base, mapped);
    }
    return status;
}

/* Magic and version of a file. Acquires the version that its creator released last: the rest of the header is there. */
static inline int64_t tadpole_check_version_(const int64_t *header, int64_t magic, const char *channel,
                                             const char *file, struct tadpole_error *error) {
    const int64_t version = tadpole_load_acquire(&header[1]);
    const int64_t found = tadpole_load_relaxed(&header[0]);
    if (found != magic && !(found == 0 && version == 0)) {
        return tadpole_fail_(error, TADPOLE_FOREIGN, 0,
                             "%s: %s is not a file of a Tadpole channel (it starts with 0x%llx): check the path",
                             channel, file, (unsigned long long)found);
    }
    if (version == 0) {
        return tadpole_fail_(error, TADPOLE_HALF_CREATED, 0,
                             "%s: %s is half created (its version is 0): wait for its creator, or create it again",
                             channel, file);
    }
    if (version != TADPOLE_LAYOUT_VERSION) {
        return tadpole_fail_(error, TADPOLE_NEWER_VERSION, 0,
                             "%s: %s was written by a newer Tadpole (its version is %lld): update this program",
                             channel, file, (long long)version);
    }
    return TADPOLE_OK;
}

static inline int64_t tadpole_wrong_length_(const char *channel, const char *file, int64_t length, int64_t expected,
                                            struct tadpole_error *error) {
    return tadpole_fail_(error, length < expected ? TADPOLE_TRUNCATED : TADPOLE_BAD_HEADER, 0,
                         "%s: %s does not have the length that its header says (%lld bytes, not %lld): restore it, or "
                         "create it again",
                         channel, file, (long long)length, (long long)expected);
}

static inline int64_t tadpole_read_identity_(struct tadpole_ring *ring, const struct tadpole_mapping_ *mapping,
                                             const char *channel, struct tadpole_error *error) {
    struct tadpole_ring_file *header = (struct tadpole_ring_file *)mapping->base;
    const int64_t status = tadpole_check_version_(&header->magic, TADPOLE_RING_MAGIC, channel, "ring", error);
    if (status != TADPOLE_OK) {
        return status;
    }
    const int64_t header_length = tadpole_load_relaxed(&header->header_length);
    ring->header = header;
    ring->records = (unsigned char *)mapping->base + sizeof *header;
    ring->mapped = mapping->length;
    ring->capacity = tadpole_load_relaxed(&header->capacity);
    ring->alignment = tadpole_load_relaxed(&header->alignment);
    ring->consumers = tadpole_load_relaxed(&header->consumers);
    ring->stages = tadpole_load_relaxed(&header->stages);
    ring->ring_id = tadpole_load_relaxed(&header->ring_id);
    if (header_length != (int64_t)sizeof *header || ring->capacity < TADPOLE_CAPACITY_MIN ||
        ring->capacity > TADPOLE_CAPACITY_MAX || (ring->capacity & (ring->capacity - 1)) != 0 ||
        (ring->alignment != TADPOLE_COMPACT && ring->alignment != TADPOLE_UNIT) || ring->consumers < 0 ||
        ring->consumers > TADPOLE_CONSUMERS_MAX || ring->stages < 0 || ring->stages > TADPOLE_STAGES_MAX ||
        ring->ring_id == 0) {
        return tadpole_fail_(error, TADPOLE_BAD_HEADER, 0,
                             "%s: ring has an impossible header (capacity %lld, alignment %lld, header length %lld, "
                             "%lld consumers, %lld stages): create it again",
                             channel, (long long)ring->capacity, (long long)ring->alignment, (long long)header_length,
                             (long long)ring->consumers, (long long)ring->stages);
    }
    if (mapping->file_length != header_length + ring->capacity) {
        return tadpole_wrong_length_(channel, "ring", mapping->file_length, header_length + ring->capacity, error);
    }
    return TADPOLE_OK;
}

/* Leaves ring->header NULL when it fails. */
static inline int64_t tadpole_map_ring_(int folder, const char *channel, bool writable, struct tadpole_ring *ring,
                                        struct tadpole_error *error) {
    struct tadpole_mapping_ mapping = {NULL, 0, 0};
    const int64_t descriptor = tadpole_open_(folder, channel, "ring", writable, error);
    ring->header = NULL;
    if (descriptor < 0) {
        return descriptor;
    }
    int64_t status = tadpole_map_((int)descriptor, channel, "ring", writable, (int64_t)sizeof(struct tadpole_ring_file),
                                  (int64_t)sizeof(struct tadpole_ring_file) + TADPOLE_CAPACITY_MAX, &mapping, error);
    close((int)descriptor);
    if (status == TADPOLE_OK) {
        status = tadpole_read_identity_(ring, &mapping, channel, error);
        if (status == TADPOLE_OK) {
            status = tadpole_touch_(&mapping, mapping.file_length, channel, "ring", error);
        }
        if (status != TADPOLE_OK) {
            munmap(mapping.base, mapping.length);
            ring->header = NULL;
        }
    }
    return status;
}

/* The file of a declared consumer, checked; NULL in *file when it fails. */
static inline int64_t tadpole_map_consumer_(int folder, const char *channel, const struct tadpole_ring *ring,
                                            int64_t index, bool writable, struct tadpole_consumer_file **file,
                                            struct tadpole_error *error) {
    struct tadpole_mapping_ mapping = {NULL, 0, 0};
    char name[TADPOLE_FILE_NAME_];
    *file = NULL;
    tadpole_consumer_name_(name, index, "");
    const int64_t descriptor = tadpole_open_(folder, channel, name, writable, error);
    if (descriptor < 0) {
        return descriptor;
    }
    const int64_t length = (int64_t)sizeof(struct tadpole_consumer_file);
    int64_t status = tadpole_map_((int)descriptor, channel, name, writable, length, length, &mapping, error);
    close((int)descriptor);
    if (status != TADPOLE_OK) {
        return status;
    }
    struct tadpole_consumer_file *words = (struct tadpole_consumer_file *)mapping.base;
    status = tadpole_check_version_(&words->magic, TADPOLE_CONSUMER_MAGIC, channel, name, error);
    if (status == TADPOLE_OK &&
        (tadpole_load_relaxed(&words->ring_id) != ring->ring_id || tadpole_load_relaxed(&words->index) != index)) {
        status = tadpole_fail_(error, TADPOLE_OTHER_RING, 0,
                               "%s: %s belongs to another ring or role: create the channel again", channel, name);
    }
    if (status == TADPOLE_OK && mapping.file_length != length) {
        status = tadpole_wrong_length_(channel, name, mapping.file_length, length, error);
    }
    if (status == TADPOLE_OK) {
        *file = words;
    } else {
        munmap(mapping.base, mapping.length);
    }
    return status;
}

static inline void tadpole_unmap_(const void *base, size_t length) {
    if (base != NULL) {
        munmap((void *)(uintptr_t)base, length);
    }
}

static inline int64_t tadpole_check_declared_(const struct tadpole_ring *ring, const char *channel, int64_t index,
                                              struct tadpole_error *error) {
    if (index >= 0 && index < ring->consumers) {
        return TADPOLE_OK;
    }
    return tadpole_fail_(
        error, TADPOLE_NOT_DECLARED, 0,
        "%s: ring does not declare that many consumers (%lld, and this is %lld, counted from 0): check "
        "the consumer's index",
        channel, (long long)ring->consumers, (long long)index);
}

static inline int64_t tadpole_now_ns_(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline struct flock tadpole_write_lock_(off_t at, off_t length) {
    struct flock lock;
    memset(&lock, 0, sizeof lock);
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = at;
    lock.l_len = length;
    return lock;
}

/* 1: locked, 0: somebody else has it, -1: errno. Open-file-description locks conflict with Java's, and survive the
   close of another descriptor. */
static inline int tadpole_lock_byte_(int descriptor, off_t at) {
    struct flock lock = tadpole_write_lock_(at, 1);
    if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0) {
        return 1;
    }
    return errno == EAGAIN || errno == EACCES ? 0 : -1;
}

/* Byte 0 is the owner's alone: a conflict is a second owner. Byte 1 is what a probe locks for a moment. */
static inline int64_t tadpole_own_(int descriptor, const char *channel, const char *file, struct tadpole_error *error) {
    const int64_t patience_ns = INT64_C(1000000000);
    const int first = tadpole_lock_byte_(descriptor, 0);
    int second = 0;
    if (first == 1) {
        const int64_t start = tadpole_now_ns_(CLOCK_MONOTONIC);
        while ((second = tadpole_lock_byte_(descriptor, 1)) == 0 &&
               tadpole_now_ns_(CLOCK_MONOTONIC) - start < patience_ns) {
            sched_yield();
        }
    }
    if (first < 0 || second < 0) {
        return tadpole_failed_call_(error, channel, file);
    }
    if (second == 0) {
        return tadpole_fail_(error, TADPOLE_HELD, 0,
                             first == 0 ? "%s: %s is owned by another process or by this one, and a role has one "
                                          "owner: end that first"
                                        : "%s: %s is looked at by a process that does not go on: end that process",
                             channel, file);
    }
    return TADPOLE_OK;
}

/* Whether a lock of this very process is on the file, of the kind that Java takes: it would go with any descriptor of
   the file that is closed. */
static inline bool tadpole_is_locked_here_(int descriptor) {
    struct flock lock = tadpole_write_lock_(0, 2);
    return fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid == getpid();
}

/* A descriptor that holds a role for as long as it is open, or a status. */
static inline int64_t tadpole_take_role_(int folder, const char *channel, const char *file,
                                         struct tadpole_error *error) {
    const int64_t descriptor = tadpole_open_(folder, channel, file, true, error);
    if (descriptor < 0) {
        return descriptor;
    }
    struct stat ours;
    struct stat there;
    int64_t status = tadpole_own_((int)descriptor, channel, file, error);
    if (status == TADPOLE_OK &&
        (fstat((int)descriptor, &ours) != 0 || fstatat(folder, file, &there, AT_SYMLINK_NOFOLLOW) != 0 ||
         ours.st_ino != there.st_ino || ours.st_dev != there.st_dev)) {
        status = tadpole_fail_(error, TADPOLE_MISSING, 0, "%s: %s was replaced while its role was taken: try again",
                               channel, file);
    }
    if (status != TADPOLE_OK) {
        if (!tadpole_is_locked_here_((int)descriptor)) { /* else it stays open */
            close((int)descriptor);
        }
        return status;
    }
    return descriptor;
}

/* A role's own words: zero again in a forked child, which is not the owner. Its next call finds that. */
enum { TADPOLE_OWN_ROLE_, TADPOLE_OWN_EPOCH_, TADPOLE_OWN_LIMIT_, TADPOLE_OWN_WORDS_ = 512 };

static inline int64_t tadpole_own_words_(const char *channel, int64_t **words, struct tadpole_error *error) {
    const size_t length = TADPOLE_OWN_WORDS_ * sizeof(int64_t);
    void *base = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *words = NULL;
    if (base == MAP_FAILED) {
        return tadpole_failed_call_(error, channel, "private memory");
    }
    if (madvise(base, length, MADV_WIPEONFORK) != 0) {
        munmap(base, length);
        return tadpole_failed_call_(error, channel, "private memory");
    }
    *words = (int64_t *)base;
    (*words)[TADPOLE_OWN_ROLE_] = 1;
    return TADPOLE_OK;
}

#endif
