/*
 * What a call answers when it does not succeed: a named negative number, the same in every language. 0 and more is
 * success. Those from -20 on say why a channel or a role cannot be had.
 */
#ifndef TADPOLE_STATUS_H
#define TADPOLE_STATUS_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

enum tadpole_status {
    TADPOLE_OK = 0,
    TADPOLE_BACK_PRESSURED = -1, /* the slowest consumer has not made room yet: wait as you like, then claim again */
    TADPOLE_NOT_CONNECTED = -2,  /* never of a ring: another carrier's */
    TADPOLE_CLOSED = -3,         /* this side was closed: no further call succeeds */
    TADPOLE_TOO_LONG = -4,       /* not 1 to the longest message of this ring, or more than was claimed */
    TADPOLE_CORRUPT = -5,        /* a shared word holds what nobody can have written rightly: stop, keep the files */
    TADPOLE_DEPOSED = -6,        /* another owner took this role over, or this is a forked child: stop */
    TADPOLE_NO_SPACE = -7,       /* the mount is full */

    TADPOLE_FAILED_CALL = -20,   /* the operating system refused: error_number */
    TADPOLE_MISSING = -21,       /* there is no such channel, or a file of it is missing */
    TADPOLE_EXISTS = -22,        /* the directory exists already */
    TADPOLE_FOREIGN = -23,       /* not a channel of Tadpole */
    TADPOLE_HALF_CREATED = -24,  /* its creator is at work, or died */
    TADPOLE_NEWER_VERSION = -25, /* of the layout */
    TADPOLE_TRUNCATED = -26,     /* a file does not have the length that its header says */
    TADPOLE_SYMBOLIC_LINK = -27,
    TADPOLE_HELD = -28,        /* a live process has the role */
    TADPOLE_EVICTED = -29,     /* the consumer was: it may join */
    TADPOLE_FILE_SYSTEM = -30, /* one that shares no memory between processes, or whose locks cannot be trusted */
    TADPOLE_NOT_DECLARED = -31,
    TADPOLE_OTHER_RING = -32, /* files of different channels */
    TADPOLE_ENGINES = -33,    /* a plain producer would write over what an engine's stages have not handled */
    TADPOLE_BAD_HEADER = -34,
    TADPOLE_INVALID = -35 /* an argument is out of its range, or the call is out of its turn */
};

/* Why a channel or a role cannot be had: what happened, to what, and what to do. */
struct tadpole_error {
    int64_t status;
    int error_number;          /* errno of TADPOLE_FAILED_CALL and TADPOLE_NO_SPACE, else 0 */
    char sentence[4096 + 512]; /* it may begin with the longest path */
};

/* The name of a status, for messages to people: "BACK_PRESSURED". */
static inline const char *tadpole_status_name(int64_t status) {
    switch (status) {
    case TADPOLE_OK: return "OK";
    case TADPOLE_BACK_PRESSURED: return "BACK_PRESSURED";
    case TADPOLE_NOT_CONNECTED: return "NOT_CONNECTED";
    case TADPOLE_CLOSED: return "CLOSED";
    case TADPOLE_TOO_LONG: return "TOO_LONG";
    case TADPOLE_CORRUPT: return "CORRUPT";
    case TADPOLE_DEPOSED: return "DEPOSED";
    case TADPOLE_NO_SPACE: return "NO_SPACE";
    case TADPOLE_FAILED_CALL: return "FAILED_CALL";
    case TADPOLE_MISSING: return "MISSING";
    case TADPOLE_EXISTS: return "EXISTS";
    case TADPOLE_FOREIGN: return "FOREIGN";
    case TADPOLE_HALF_CREATED: return "HALF_CREATED";
    case TADPOLE_NEWER_VERSION: return "NEWER_VERSION";
    case TADPOLE_TRUNCATED: return "TRUNCATED";
    case TADPOLE_SYMBOLIC_LINK: return "SYMBOLIC_LINK";
    case TADPOLE_HELD: return "HELD";
    case TADPOLE_EVICTED: return "EVICTED";
    case TADPOLE_FILE_SYSTEM: return "FILE_SYSTEM";
    case TADPOLE_NOT_DECLARED: return "NOT_DECLARED";
    case TADPOLE_OTHER_RING: return "OTHER_RING";
    case TADPOLE_ENGINES: return "ENGINES";
    case TADPOLE_BAD_HEADER: return "BAD_HEADER";
    case TADPOLE_INVALID: return "INVALID";
    default: return "no status";
    }
}

/* Fills the error, if there is one to fill; the status. */
__attribute__((format(printf, 4, 5))) static inline int64_t tadpole_fail_(struct tadpole_error *error, int64_t status,
                                                                          int error_number, const char *format, ...) {
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        error->status = status;
        error->error_number = error_number;
        vsnprintf(error->sentence, sizeof error->sentence, format, arguments);
        va_end(arguments);
    }
    return status;
}

#endif
