/*
 * What the two roles of the extension share: the module's state, exceptions, waiting, and views of a ring's memory.
 *
 *     module.c      the module: create, remove, evict, and what lies where
 *     role.c        this
 *     producer.c    Producer        claim.c    Claim, space that a producer has claimed
 *     consumer.c    Consumer        batch.c    Batch, what a consumer has polled
 *
 * A role is used by one thread at a time. The GIL sees to it that no two calls overlap, but where it is given up, and
 * where a call runs code of others (a finalizer, a signal's handler): so each call is entered and left, and one that
 * comes in between is refused.
 */
#ifndef TADPOLE_PYTHON_ROLE_H
#define TADPOLE_PYTHON_ROLE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "tadpole/ring.h"

/* Types and methods are given as addresses of data, which C knows only as an extension. */
#define OBJECT(any) ((PyObject *)(any))
#define SLOT(function) (__extension__(void *)(function))
#define WITH_KEYWORDS(function) ((PyCFunction)(void (*)(void))(function)), METH_VARARGS | METH_KEYWORDS

struct state {
    PyObject *error_of;   /* tadpole._errors.error_of: (status, sentence, errno) -> exception */
    PyObject *views_held; /* tadpole._errors.ViewsHeldError: (sentence) */
    PyObject *release;    /* the name of memoryview's method */
    PyTypeObject *producer;
    PyTypeObject *claim;
    PyTypeObject *consumer;
    PyTypeObject *batch;
};

/* What a Producer and a Consumer begin with. */
struct role {
    PyObject_HEAD PyObject *path; /* str */
    const int64_t *own;           /* words that are zero again in a forked child; NULL when the role was given up */
    int *lock;                    /* the descriptor that holds the role */
    struct role *next;            /* of this process's roles */
    bool is_busy;                 /* a call is under way */
    bool is_ending;               /* the role is given up when that call ends, and it does not wait any more */
    bool is_writable;             /* whether its views are */
    Py_ssize_t views;             /* of the ring's memory, that somebody holds */
    unsigned char *shown;         /* what the view that is being made shows */
    int64_t shown_length;
    void *kept; /* the mapping of a role that was given up, for as long as views of it are held */
    size_t kept_length;
};

/* What waits for something: `look` answers PENDING until it is there. */
#define PENDING INT64_MIN
#define TIMED_OUT (INT64_MIN + 1)
#define RAISED (INT64_MIN + 2)
typedef int64_t look_function(void *context);

extern PyType_Spec producer_spec;
extern PyType_Spec claim_spec;
extern PyType_Spec consumer_spec;
extern PyType_Spec batch_spec;

/* Of an object of one of the module's types, which have no subclasses. */
static inline struct state *state_of(void *object) {
    return PyType_GetModuleState(Py_TYPE(OBJECT(object)));
}

/* NULL, with the exception that says this status, and errno for a failed call. The sentence is as for
   PyUnicode_FromFormat. */
PyObject *raise_status(struct state *state, int64_t status, const char *sentence, ...);
PyObject *raise_error(struct state *state, const struct tadpole_error *error);
/* NULL, with the exception for a status that a call of a role has answered. */
PyObject *raise_of_role(struct role *role, int64_t status);
PyObject *raise_views_held(struct role *role, const char *what, const char *remedy);

/* From now on a forked child closes its copies of the locks, which would hold its parent's roles. -1: an exception. */
int watch_forks(void);
/* A role that this process has; and has no more. */
void add_role(struct role *role, const int64_t *own, int *lock);
void drop_role(struct role *role);

/* Whether this is a forked child's copy, which has no role. */
static inline bool is_forked(const struct role *role) {
    return role->own != NULL && role->own[TADPOLE_OWN_ROLE_] == 0;
}

/* Begins a call; false with an exception if the role was given up, is not this process's, or is in another call. */
bool enter(struct role *role);
static inline void leave(struct role *role) {
    role->is_busy = false;
}

/* A timeout in seconds, or None, as the time when it is over (of CLOCK_MONOTONIC, in ns); -1 with an exception. */
int64_t deadline_of(PyObject *timeout);
/* Looks until there is an answer, with idle.h's steps and without the GIL; or TIMED_OUT; or RAISED by a signal's
 * handler, or because the role is ending. */
int64_t wait_for(struct role *role, look_function *look, void *context, int64_t deadline);

/* A new memoryview of the ring's memory. */
PyObject *new_view(struct role *role, unsigned char *memory, int64_t length);
/* Releases a memoryview; false, without an exception, when something lies on top of it. */
bool release_view(struct role *role, PyObject *view);
int role_getbuffer(PyObject *self, Py_buffer *view, int flags);
void role_releasebuffer(PyObject *self, Py_buffer *view);
void role_forget_view(struct role *role);

#endif
