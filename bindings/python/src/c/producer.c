/* Producer, the writing end of a ring: tadpole/ring_producer.h with exceptions, waiting and the buffer protocol. */
#include "producer.h"

struct wanted {
    struct producer *producer;
    struct tadpole_claim *claim;
    int64_t max_length;
    int64_t count;
    int64_t need; /* bytes of ring, when the lengths are known beforehand; or 0 */
};

static int64_t look_for_space(void *context) {
    const struct wanted *wanted = context;
    struct tadpole_producer *producer = &wanted->producer->producer;
    const int64_t status =
        wanted->need == 0
            ? tadpole_try_claim_run(producer, wanted->max_length, wanted->count, wanted->claim)
            : tadpole_open_claim_(producer, wanted->max_length, wanted->need, wanted->count, wanted->claim);
    return status == TADPOLE_BACK_PRESSURED ? PENDING : status;
}

static void raise_too_long(struct producer *self, const char *what, int64_t length) {
    raise_status(state_of(self), TADPOLE_TOO_LONG,
                 "%U: %s %lld bytes: a message takes 1 to %lld here, and a run with "
                 "its header words no more than half the ring",
                 self->role.path, what, (long long)length, (long long)tadpole_max_message_length(&self->producer));
}

/* 1: claimed; 0: there is no space before the deadline, which 0 says has passed; -1 with an exception. */
static int claim_space(struct producer *self, const struct wanted *wanted, int64_t deadline) {
    if (self->role.views != 0) {
        raise_views_held(&self->role, "views of a claim that has ended are held, and would write into another message",
                         "let go of slices and arrays over its buffer");
        return -1;
    }
    if (self->producer.left != 0) {
        raise_of_role(&self->role, TADPOLE_INVALID);
        return -1;
    }
    /* Beforehand: while this waits without the GIL, another thread may drop the claim before, which must not pass for
       the one that is about to be opened. */
    self->claims++;
    const int64_t status = wait_for(&self->role, look_for_space, (void *)(uintptr_t)wanted, deadline);
    if (status == TIMED_OUT) {
        return 0;
    }
    if (status == TADPOLE_TOO_LONG) {
        raise_too_long(self, wanted->count == 1 ? "claimed" : "claimed for each message of a run", wanted->max_length);
    } else if (status < 0 && status != RAISED) {
        raise_of_role(&self->role, status);
    }
    return status < 0 ? -1 : 1;
}

static PyObject *raise_timeout(struct producer *self) {
    PyErr_Format(PyExc_TimeoutError, "%U: no room in the ring: its slowest consumer holds the producer back",
                 self->role.path);
    return NULL;
}

/* A Claim; or None, where back-pressure is an answer, or TimeoutError. */
static PyObject *new_claim(struct producer *self, long long max_length, long long count, int64_t deadline,
                           bool is_try) {
    if (!enter(&self->role)) {
        return NULL;
    }
    struct claim *claim = PyObject_New(struct claim, state_of(self)->claim);
    if (claim == NULL) {
        leave(&self->role);
        return NULL;
    }
    claim->producer = NULL;
    claim->view = NULL;
    const struct wanted wanted = {self, &claim->claim, max_length, count, 0};
    const int done = claim_space(self, &wanted, deadline);
    leave(&self->role);
    if (done == 1) {
        Py_INCREF(OBJECT(self));
        claim->producer = self;
        claim->number = self->claims;
        return (PyObject *)claim;
    }
    Py_DECREF(OBJECT(claim));
    if (done == 0 && is_try) {
        Py_RETURN_NONE;
    }
    return done == 0 ? raise_timeout(self) : NULL;
}

static PyObject *producer_claim(struct producer *self, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"max_length", "timeout", NULL};
    long long max_length;
    PyObject *timeout = NULL;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "L|O:claim", names, &max_length, &timeout)) {
        return NULL;
    }
    const int64_t deadline = deadline_of(timeout);
    return deadline < 0 ? NULL : new_claim(self, max_length, 1, deadline, false);
}

static PyObject *producer_try_claim(struct producer *self, PyObject *max_length) {
    const long long length = PyLong_AsLongLong(max_length);
    return length == -1 && PyErr_Occurred() ? NULL : new_claim(self, length, 1, 0, true);
}

static PyObject *producer_claim_run(struct producer *self, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"max_length", "count", "timeout", NULL};
    long long max_length;
    long long count;
    PyObject *timeout = NULL;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "LL|O:claim_run", names, &max_length, &count, &timeout)) {
        return NULL;
    }
    const int64_t deadline = deadline_of(timeout);
    return deadline < 0 ? NULL : new_claim(self, max_length, count, deadline, false);
}

static PyObject *producer_try_claim_run(struct producer *self, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"max_length", "count", NULL};
    long long max_length;
    long long count;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "LL:try_claim_run", names, &max_length, &count)) {
        return NULL;
    }
    return new_claim(self, max_length, count, 0, true);
}

/* Publishes copies with one release: the position behind them; PENDING when there is no room, RAISED. */
static int64_t publish_copies(struct producer *self, const Py_buffer *messages, Py_ssize_t count, int64_t deadline) {
    struct tadpole_claim claim;
    struct wanted wanted = {self, &claim, 0, count, 0};
    const int64_t longest = tadpole_max_message_length(&self->producer);
    const int64_t half = self->producer.ring.capacity / 2;
    for (Py_ssize_t i = 0; i < count; i++) {
        const int64_t length = messages[i].len;
        if (length < 1 || length > longest) {
            raise_too_long(self, "offered", length);
            return RAISED;
        }
        wanted.max_length = length > wanted.max_length ? length : wanted.max_length;
        wanted.need += tadpole_align_(TADPOLE_RECORD_MESSAGE + length, self->producer.ring.alignment);
        if (wanted.need > half) {
            raise_too_long(self, "offered a run of more than", wanted.need);
            return RAISED;
        }
    }
    const int done = claim_space(self, &wanted, deadline);
    if (done != 1) {
        return done == 0 ? PENDING : RAISED;
    }
    int64_t position = 0;
    for (Py_ssize_t i = 0; i < count && position >= 0; i++) {
        const int64_t length = messages[i].len;
        memcpy(claim.message, messages[i].buf, (size_t)length);
        position = i < count - 1 ? tadpole_next(&claim, length) : tadpole_commit(&claim, length);
    }
    if (position < 0) {
        raise_of_role(&self->role, position);
        return RAISED;
    }
    return position;
}

static int64_t publish_copies_if_entered(struct producer *self, const Py_buffer *messages, Py_ssize_t count,
                                         int64_t deadline) {
    if (!enter(&self->role)) {
        return RAISED;
    }
    const int64_t position = count == 0 ? self->producer.tail : publish_copies(self, messages, count, deadline);
    leave(&self->role);
    return position;
}

static int64_t offer(struct producer *self, PyObject *message, int64_t deadline) {
    Py_buffer copied;
    if (PyObject_GetBuffer(message, &copied, PyBUF_SIMPLE) != 0) {
        return RAISED;
    }
    const int64_t position = publish_copies_if_entered(self, &copied, 1, deadline);
    PyBuffer_Release(&copied);
    return position;
}

/* What an iterable of messages gives is taken before the role is entered: it may be a generator, of anybody's code. */
static int64_t offer_run(struct producer *self, PyObject *iterable, int64_t deadline) {
    PyObject *messages = PySequence_List(iterable);
    if (messages == NULL) {
        return RAISED;
    }
    const Py_ssize_t count = PyList_Size(messages);
    Py_buffer *copied = PyMem_Calloc((size_t)count + 1, sizeof *copied);
    int64_t position = RAISED;
    Py_ssize_t taken = 0;
    if (copied == NULL) {
        PyErr_NoMemory();
    } else {
        while (taken < count &&
               PyObject_GetBuffer(PyList_GetItem(messages, taken), &copied[taken], PyBUF_SIMPLE) == 0) {
            taken++;
        }
        if (taken == count) {
            position = publish_copies_if_entered(self, copied, count, deadline);
        }
        while (taken > 0) {
            PyBuffer_Release(&copied[--taken]);
        }
    }
    PyMem_Free(copied);
    Py_DECREF(messages);
    return position;
}

static PyObject *position_or_timeout(struct producer *self, int64_t position) {
    return position == RAISED ? NULL : position == PENDING ? raise_timeout(self) : PyLong_FromLongLong(position);
}

static PyObject *whether_published(int64_t position) {
    return position == RAISED ? NULL : PyBool_FromLong(position != PENDING);
}

static PyObject *producer_offer(struct producer *self, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"message", "timeout", NULL};
    PyObject *message;
    PyObject *timeout = NULL;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|O:offer", names, &message, &timeout)) {
        return NULL;
    }
    const int64_t deadline = deadline_of(timeout);
    return deadline < 0 ? NULL : position_or_timeout(self, offer(self, message, deadline));
}

static PyObject *producer_offer_run(struct producer *self, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"messages", "timeout", NULL};
    PyObject *messages;
    PyObject *timeout = NULL;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|O:offer_run", names, &messages, &timeout)) {
        return NULL;
    }
    const int64_t deadline = deadline_of(timeout);
    return deadline < 0 ? NULL : position_or_timeout(self, offer_run(self, messages, deadline));
}

static PyObject *producer_try_offer(struct producer *self, PyObject *message) {
    return whether_published(offer(self, message, 0));
}

static PyObject *producer_try_offer_run(struct producer *self, PyObject *messages) {
    return whether_published(offer_run(self, messages, 0));
}

/*
 * Gives the role up. What is still held of its memory stays valid, but is nobody's any more: what is written there goes
 * nowhere. OK; or FAILED_CALL, when there is no such memory, and the role stays.
 */
static int64_t give_up(struct producer *self) {
    if (self->role.own == NULL) {
        return TADPOLE_OK;
    }
    struct tadpole_ring *ring = &self->producer.ring;
    if (self->role.views != 0) {
        if (mmap(ring->header, ring->mapped, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED) {
            return TADPOLE_FAILED_CALL;
        }
        self->role.kept = ring->header;
        self->role.kept_length = ring->mapped;
        ring->header = NULL;
    }
    drop_role(&self->role);
    tadpole_close_producer(&self->producer);
    return TADPOLE_OK;
}

static PyObject *producer_close(struct producer *self, PyObject *Py_UNUSED(nothing)) {
    if (self->role.is_busy && !is_forked(&self->role) && !enter(&self->role)) {
        return NULL;
    }
    if (give_up(self) != TADPOLE_OK) {
        return raise_status(state_of(self), TADPOLE_FAILED_CALL,
                            "%U: a claim's memory cannot be replaced while views of it are held (%s): let go of them, "
                            "and close again",
                            self->role.path, strerror(errno));
    }
    Py_RETURN_NONE;
}

static PyObject *producer_enter(struct producer *self, PyObject *Py_UNUSED(nothing)) {
    Py_INCREF(OBJECT(self));
    return (PyObject *)self;
}

static PyObject *producer_exit(struct producer *self, PyObject *Py_UNUSED(arguments)) {
    return producer_close(self, NULL);
}

static PyObject *producer_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"path", NULL};
    PyObject *path;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O&:Producer", names, PyUnicode_FSConverter, &path)) {
        return NULL;
    }
    struct producer *self = (struct producer *)PyType_GenericAlloc(type, 0);
    if (self != NULL) {
        const char *channel = PyBytes_AsString(path);
        struct tadpole_error error;
        int64_t status;
        self->role.is_writable = true;
        self->role.path = PyUnicode_DecodeFSDefault(channel);
        Py_BEGIN_ALLOW_THREADS status = tadpole_attach_producer(&self->producer, channel, &error);
        Py_END_ALLOW_THREADS if (status == TADPOLE_OK) {
            add_role(&self->role, self->producer.own, &self->producer.lock);
        }
        if (status != TADPOLE_OK) {
            raise_error(state_of(self), &error);
        }
        if (status != TADPOLE_OK || self->role.path == NULL) {
            Py_CLEAR(self);
        }
    }
    Py_DECREF(path);
    return (PyObject *)self;
}

static void producer_dealloc(struct producer *self) {
    PyTypeObject *type = Py_TYPE(OBJECT(self));
    give_up(self);
    Py_XDECREF(self->role.path);
    PyObject_Free(self);
    Py_DECREF(OBJECT(type));
}

static PyObject *producer_repr(struct producer *self) {
    return PyUnicode_FromFormat("<tadpole.Producer of %R%s>", self->role.path,
                                self->role.own == NULL ? ", closed" : "");
}

static PyObject *producer_position(struct producer *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLongLong(tadpole_producer_position(&self->producer));
}

static PyObject *producer_messages(struct producer *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLongLong(self->producer.messages);
}

static PyObject *producer_max_message_length(struct producer *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLongLong(tadpole_max_message_length(&self->producer));
}

static PyObject *producer_path(struct producer *self, void *Py_UNUSED(closure)) {
    Py_INCREF(self->role.path);
    return self->role.path;
}

static PyMethodDef methods[] = {
    {"claim", WITH_KEYWORDS(producer_claim),
     "claim($self, max_length, timeout=None)\n--\n\n"
     "Claims space for one message, to be written in place. Waits for it, without the GIL; TimeoutError after so many "
     "seconds."},
    {"try_claim", (PyCFunction)producer_try_claim, METH_O,
     "try_claim($self, max_length, /)\n--\n\nThe same, but None when there is no room now."},
    {"claim_run", WITH_KEYWORDS(producer_claim_run),
     "claim_run($self, max_length, count, timeout=None)\n--\n\n"
     "Claims space for a run of messages, which become visible together: see Claim.next."},
    {"try_claim_run", WITH_KEYWORDS(producer_try_claim_run),
     "try_claim_run($self, max_length, count)\n--\n\nThe same, but None when there is no room now."},
    {"offer", WITH_KEYWORDS(producer_offer),
     "offer($self, message, timeout=None)\n--\n\n"
     "Publishes a copy of a message: any contiguous buffer. Waits for room, without the GIL; TimeoutError after so "
     "many "
     "seconds. The position behind it."},
    {"try_offer", (PyCFunction)producer_try_offer, METH_O,
     "try_offer($self, message, /)\n--\n\nThe same, but False when there is no room now, and True when it was "
     "published."},
    {"offer_run", WITH_KEYWORDS(producer_offer_run),
     "offer_run($self, messages, timeout=None)\n--\n\n"
     "Publishes copies of messages, which become visible together. The position behind them."},
    {"try_offer_run", (PyCFunction)producer_try_offer_run, METH_O,
     "try_offer_run($self, messages, /)\n--\n\nThe same, but False when there is no room now, and True when they were "
     "published."},
    {"close", (PyCFunction)producer_close, METH_NOARGS,
     "close($self)\n--\n\nGives the role up; an open claim is aborted. Harmless when done twice."},
    {"__enter__", (PyCFunction)producer_enter, METH_NOARGS, "__enter__($self)\n--\n\n"},
    {"__exit__", (PyCFunction)producer_exit, METH_VARARGS, "__exit__($self, kind, raised, trace, /)\n--\n\n"},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef properties[] = {
    {"position", (getter)producer_position, NULL, "Where the next record will start, in bytes.", NULL},
    {"messages", (getter)producer_messages, NULL, "Published since the ring was created.", NULL},
    {"max_message_length", (getter)producer_max_message_length, NULL, "The longest message, in bytes.", NULL},
    {"path", (getter)producer_path, NULL, "The channel's directory.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Producer(path)\n--\n\n"
                "The writing end of a ring: recovers what a killed producer left, and publishes. Used by one thread at "
                "a time."},
    {Py_tp_new, SLOT(producer_new)},
    {Py_tp_dealloc, SLOT(producer_dealloc)},
    {Py_tp_repr, SLOT(producer_repr)},
    {Py_tp_methods, methods},
    {Py_tp_getset, properties},
    {Py_bf_getbuffer, SLOT(role_getbuffer)},
    {Py_bf_releasebuffer, SLOT(role_releasebuffer)},
    {0, NULL},
};

PyType_Spec producer_spec = {"tadpole.Producer", sizeof(struct producer), 0, Py_TPFLAGS_DEFAULT, slots};
