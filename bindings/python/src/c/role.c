#include "role.h"

#include <pthread.h>

#define LISTEN_NS INT64_C(10000000) /* how often a wait lets signals' handlers run */

static struct role *roles; /* of all interpreters, which share the GIL */

static PyObject *raise_sentence(struct state *state, int64_t status, PyObject *sentence, int error_number) {
    PyObject *error = sentence == NULL
                          ? NULL
                          : PyObject_CallFunction(state->error_of, "LOi", (long long)status, sentence, error_number);
    if (error != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
    Py_XDECREF(sentence);
    return NULL;
}

PyObject *raise_status(struct state *state, int64_t status, const char *sentence, ...) {
    const int error_number = status == TADPOLE_FAILED_CALL ? errno : 0;
    va_list arguments;
    va_start(arguments, sentence);
    PyObject *text = PyUnicode_FromFormatV(sentence, arguments);
    va_end(arguments);
    return raise_sentence(state, status, text, error_number);
}

PyObject *raise_error(struct state *state, const struct tadpole_error *error) {
    return raise_sentence(state, error->status, PyUnicode_DecodeFSDefault(error->sentence), error->error_number);
}

PyObject *raise_of_role(struct role *role, int64_t status) {
    const char *sentence;
    switch (status) {
    case TADPOLE_CLOSED: sentence = "%U: this side was closed: attach again"; break;
    case TADPOLE_DEPOSED:
        sentence = "%U: another owner took this role over, or this is a forked child: stop, or attach anew";
        break;
    case TADPOLE_CORRUPT:
        sentence = "%U: a shared word holds what nobody can have written: keep the files for inspection, and create "
                   "the channel anew";
        break;
    case TADPOLE_INVALID: sentence = "%U: a claim is open: commit or abort it first"; break;
    default: sentence = "%U: the call was refused"; break;
    }
    return raise_status(state_of(role), status, sentence, role->path);
}

PyObject *raise_views_held(struct role *role, const char *what, const char *remedy) {
    PyObject *sentence = PyUnicode_FromFormat("%U: %s (%zd held): %s", role->path, what, role->views, remedy);
    if (sentence != NULL) {
        PyErr_SetObject(state_of(role)->views_held, sentence);
        Py_DECREF(sentence);
    }
    return NULL;
}

/* Runs in the child alone. The kernel's lock is that of all copies of its descriptor: the parent's keeps it. */
static void close_locks(void) {
    for (struct role *role = roles; role != NULL; role = role->next) {
        tadpole_close_(*role->lock);
        *role->lock = -1;
    }
}

int watch_forks(void) {
    static bool is_watching;
    if (!is_watching && pthread_atfork(NULL, NULL, close_locks) != 0) {
        PyErr_NoMemory();
        return -1;
    }
    is_watching = true;
    return 0;
}

void add_role(struct role *role, const int64_t *own, int *lock) {
    role->own = own;
    role->lock = lock;
    role->next = roles;
    roles = role;
}

void drop_role(struct role *role) {
    struct role **at = &roles;
    while (*at != role) {
        at = &(*at)->next;
    }
    *at = role->next;
    role->own = NULL;
}

bool enter(struct role *role) {
    if (role->own == NULL) {
        raise_of_role(role, TADPOLE_CLOSED);
        return false;
    }
    if (is_forked(role)) { /* first: the parent's call, which nobody ends here, may have been copied */
        raise_of_role(role, TADPOLE_DEPOSED);
        return false;
    }
    if (role->is_busy) {
        raise_status(state_of(role), TADPOLE_INVALID,
                     "%U: another call of this side is under way: a role is one thread's at a time", role->path);
        return false;
    }
    role->is_busy = true;
    return true;
}

int64_t deadline_of(PyObject *timeout) {
    if (timeout == NULL || timeout == Py_None) {
        return INT64_MAX;
    }
    const double seconds = PyFloat_AsDouble(timeout);
    if (seconds == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    if (!(seconds >= 0)) {
        PyErr_SetString(PyExc_ValueError, "a timeout is 0 or more seconds, or None");
        return -1;
    }
    return seconds > 1e9 ? INT64_MAX : tadpole_now_ns_(CLOCK_MONOTONIC) + (int64_t)(seconds * 1e9);
}

int64_t wait_for(struct role *role, look_function *look, void *context, int64_t deadline) {
    int64_t answer = look(context); /* mostly there is one, and the GIL stays */
    int64_t now = 0;
    for (int round = 0; answer == PENDING && now < deadline;) {
        PyThreadState *thread = PyEval_SaveThread();
        now = tadpole_now_ns_(CLOCK_MONOTONIC);
        const int64_t listen = now > deadline - LISTEN_NS ? deadline : now + LISTEN_NS;
        do {
            answer = look(context);
            if (answer == PENDING) {
                tadpole_idle(round);
                round += round < INT_MAX;
                now = tadpole_now_ns_(CLOCK_MONOTONIC);
            }
        } while (answer == PENDING && now < listen);
        PyEval_RestoreThread(thread);
        if (answer == PENDING && role->is_ending) {
            raise_of_role(role, TADPOLE_CLOSED);
            return RAISED;
        }
        if (answer == PENDING && PyErr_CheckSignals() != 0) {
            return RAISED;
        }
    }
    return answer == PENDING ? TIMED_OUT : answer;
}

PyObject *new_view(struct role *role, unsigned char *memory, int64_t length) {
    role->shown = memory;
    role->shown_length = length;
    PyObject *view = PyMemoryView_FromObject((PyObject *)role);
    role->shown = NULL;
    return view;
}

bool release_view(struct role *role, PyObject *view) {
    PyObject *nothing = PyObject_CallMethodObjArgs(view, state_of(role)->release, NULL);
    if (nothing == NULL) {
        PyErr_Clear();
        return false;
    }
    Py_DECREF(nothing);
    return true;
}

int role_getbuffer(PyObject *self, Py_buffer *view, int flags) {
    struct role *role = (struct role *)self;
    if (role->shown == NULL) {
        view->obj = NULL;
        PyErr_SetString(PyExc_BufferError, "a role has no memory of its own to show: claim, or poll");
        return -1;
    }
    if (PyBuffer_FillInfo(view, self, role->shown, (Py_ssize_t)role->shown_length, !role->is_writable, flags) != 0) {
        return -1;
    }
    role->views++;
    return 0;
}

void role_releasebuffer(PyObject *self, Py_buffer *view) {
    (void)view;
    role_forget_view((struct role *)self);
}

void role_forget_view(struct role *role) {
    if (--role->views == 0 && role->kept != NULL) {
        munmap(role->kept, role->kept_length);
        role->kept = NULL;
    }
}
