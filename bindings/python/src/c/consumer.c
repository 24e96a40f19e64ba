/* Consumer, the reading end of a ring: tadpole/ring_consumer.h with exceptions, waiting and the buffer protocol. */
#include "consumer.h"

/* Gives the role up. What is still held of its memory stays mapped until it is let go. */
static void give_up(struct consumer *self) {
    if (self->role.own == NULL) {
        return;
    }
    struct tadpole_ring *ring = &self->consumer.ring;
    if (self->role.views != 0) {
        self->role.kept = ring->header;
        self->role.kept_length = ring->mapped;
        ring->header = NULL;
    }
    drop_role(&self->role);
    self->batches++;
    tadpole_close_consumer(&self->consumer);
}

/*
 * At the end of a with block by an exception, what was handed out last was perhaps not handled: it is not published,
 * and comes again. What iterating has gone past was.
 */
static void give_up_early(struct consumer *self) {
    if (self->handed == ONE_MESSAGE) {
        tadpole_publish(&self->consumer);
    }
    give_up(self);
}

void leave_consumer(struct consumer *self) {
    leave(&self->role);
    if (self->role.is_ending) {
        give_up_early(self);
    }
}

PyObject *give_view(struct consumer *self, const unsigned char *message, int64_t length) {
    PyObject *view = new_view(&self->role, (unsigned char *)(uintptr_t)message, length);
    if (view != NULL && PyList_Append(self->given, view) != 0) {
        Py_CLEAR(view);
    }
    return view;
}

bool release_given(struct consumer *self) {
    bool is_done = true;
    for (Py_ssize_t i = PyList_Size(self->given); i-- > 0;) {
        is_done = release_view(&self->role, PyList_GetItem(self->given, i)) && is_done;
    }
    return is_done && PyList_SetSlice(self->given, 0, PyList_Size(self->given), NULL) == 0 && self->role.views == 0;
}

/* Lets go of the memoryviews that only this consumer still holds. The others stay, for Batch.release. */
static void forget_given(struct consumer *self) {
    for (Py_ssize_t i = PyList_Size(self->given); i-- > 0;) {
        if (Py_REFCNT(PyList_GetItem(self->given, i)) == 1) {
            PyList_SetSlice(self->given, i, i + 1, NULL);
        }
    }
}

/*
 * What was handed out is handled now: the next step is to publish behind it, and then the producer may write over it.
 * So nobody may hold a view of it. The memoryview that iterating gave is released here: one step ends with the next.
 */
static bool settle(struct consumer *self) {
    if (self->handed == ONE_MESSAGE) {
        release_given(self);
    } else {
        forget_given(self);
    }
    if (self->role.views != 0) {
        raise_views_held(
            &self->role, "messages that were given out are still held",
            "let go of them, of slices and of arrays over them, or poll in a with block, which releases them");
        return false;
    }
    if (self->handed == ONE_MESSAGE) {
        tadpole_advance(&self->consumer);
    }
    self->handed = NOTHING;
    self->batches++;
    return true;
}

static bool settle_and_publish(struct consumer *self) {
    if (!settle(self)) {
        return false;
    }
    const int64_t status = tadpole_publish(&self->consumer);
    if (status != TADPOLE_OK) {
        raise_of_role(&self->role, status);
    }
    return status == TADPOLE_OK;
}

static bool list_message(struct consumer *self, Py_ssize_t at, const unsigned char *bytes, int64_t length) {
    if (at == self->room) {
        const Py_ssize_t room = self->room == 0 ? 256 : 2 * self->room;
        struct message *messages = PyMem_Realloc(self->messages, (size_t)room * sizeof *messages);
        if (messages == NULL) {
            return false;
        }
        self->messages = messages;
        self->room = room;
    }
    self->messages[at].bytes = bytes;
    self->messages[at].length = length;
    return true;
}

/*
 * Takes what is there: no more than the limit, and no more than an eighth of the ring and the message that fills it, so
 * that the producer is not held back for long. `is_fixed`: only messages of one length that lie side by side.
 */
static PyObject *take(struct consumer *self, long long limit, bool is_fixed) {
    struct tadpole_consumer *consumer = &self->consumer;
    struct batch *batch = PyObject_New(struct batch, state_of(self)->batch);
    const unsigned char *message = NULL;
    int64_t length = 0;
    Py_ssize_t count = 0;
    bool is_uniform = true;
    if (batch == NULL) {
        return NULL;
    }
    batch->consumer = NULL;
    batch->first = NULL;
    batch->length = 0;
    batch->stride = 0;
    while (count < limit && (length = tadpole_peek(consumer, &message)) > 0) {
        if (count == 0) {
            batch->first = message;
            batch->length = length;
            batch->stride = tadpole_align_(TADPOLE_RECORD_MESSAGE + length, consumer->ring.alignment);
        } else if (length != batch->length || message != batch->first + count * batch->stride) {
            if (is_fixed) {
                break;
            }
            is_uniform = false;
        }
        if (!is_fixed && !list_message(self, count, message, length)) {
            length = PENDING; /* out of memory: what was not stepped over comes again */
            break;
        }
        tadpole_advance(consumer);
        count++;
        if (tadpole_is_due(consumer)) {
            break;
        }
    }
    if (count == 0 && length < 0) {
        Py_DECREF(OBJECT(batch));
        return length == PENDING ? PyErr_NoMemory() : raise_of_role(&self->role, length);
    }
    Py_INCREF(OBJECT(self));
    batch->consumer = self;
    batch->number = self->batches;
    batch->count = count;
    batch->stride = is_uniform ? batch->stride : 0;
    batch->is_listed = !is_fixed;
    self->handed = count == 0 ? NOTHING : A_BATCH;
    return (PyObject *)batch;
}

static PyObject *poll(struct consumer *self, PyObject *arguments, PyObject *keywords, const char *format,
                      long long limit, bool is_fixed) {
    static char *names[] = {"limit", NULL};
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, format, names, &limit)) {
        return NULL;
    }
    if (limit < 1) {
        PyErr_SetString(PyExc_ValueError, "a limit is 1 message or more");
        return NULL;
    }
    if (!enter(&self->role)) {
        return NULL;
    }
    PyObject *batch = settle_and_publish(self) ? take(self, limit, is_fixed) : NULL;
    leave_consumer(self);
    return batch;
}

static PyObject *consumer_poll(struct consumer *self, PyObject *arguments, PyObject *keywords) {
    return poll(self, arguments, keywords, "|L:poll", 256, false);
}

static PyObject *consumer_poll_fixed(struct consumer *self, PyObject *arguments, PyObject *keywords) {
    return poll(self, arguments, keywords, "|L:poll_fixed", 4096, true);
}

static int64_t look_for_message(void *context) {
    const unsigned char *message = NULL;
    const int64_t length = tadpole_peek(context, &message);
    return length == 0 ? PENDING : length;
}

static PyObject *consumer_wait(struct consumer *self, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"timeout", NULL};
    PyObject *timeout = NULL;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|O:wait", names, &timeout)) {
        return NULL;
    }
    const int64_t deadline = deadline_of(timeout);
    if (deadline < 0 || !enter(&self->role)) {
        return NULL;
    }
    const int64_t found =
        settle_and_publish(self) ? wait_for(&self->role, look_for_message, &self->consumer, deadline) : RAISED;
    leave_consumer(self);
    if (found < 0 && found != TIMED_OUT) {
        return found == RAISED ? NULL : raise_of_role(&self->role, found);
    }
    return PyBool_FromLong(found != TIMED_OUT);
}

/* The next message, for which it waits. Publishes when it is due, and before it waits. */
static PyObject *step(struct consumer *self) {
    struct tadpole_consumer *consumer = &self->consumer;
    const unsigned char *message = NULL;
    if (self->handed == A_BATCH ? !settle_and_publish(self) : !settle(self)) {
        return NULL;
    }
    int64_t length = tadpole_peek(consumer, &message);
    if (length <= 0 || tadpole_is_due(consumer)) {
        const int64_t status = tadpole_publish(consumer);
        if (status != TADPOLE_OK) {
            return raise_of_role(&self->role, status);
        }
    }
    if (length == 0) {
        const int64_t found = wait_for(&self->role, look_for_message, consumer, INT64_MAX);
        if (found == RAISED) {
            return NULL;
        }
        length = tadpole_peek(consumer, &message);
    }
    if (length < 0) {
        return raise_of_role(&self->role, length);
    }
    PyObject *view = give_view(self, message, length);
    if (view != NULL) {
        self->handed = ONE_MESSAGE;
    }
    return view;
}

static PyObject *consumer_next(struct consumer *self) {
    if (!enter(&self->role)) {
        return NULL;
    }
    PyObject *view = step(self);
    leave_consumer(self);
    return view;
}

static PyObject *consumer_publish(struct consumer *self, PyObject *Py_UNUSED(nothing)) {
    if (!enter(&self->role)) {
        return NULL;
    }
    const bool is_published = settle_and_publish(self);
    leave_consumer(self);
    if (!is_published) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *consumer_close(struct consumer *self, PyObject *Py_UNUSED(nothing)) {
    if (self->role.own == NULL) {
        Py_RETURN_NONE;
    }
    if (!enter(&self->role)) {
        if (is_forked(&self->role)) {
            give_up(self);
        }
        return NULL;
    }
    const bool is_free = release_given(self);
    int64_t status = TADPOLE_OK;
    if (is_free) {
        if (self->handed == ONE_MESSAGE) {
            tadpole_advance(&self->consumer);
        }
        status = tadpole_publish(&self->consumer);
    }
    give_up(self);
    leave_consumer(self);
    if (!is_free) {
        return raise_views_held(&self->role, "closed, but slices of messages or arrays over them are still held",
                                "what was polled last was not published, and comes again");
    }
    if (status != TADPOLE_OK) {
        return raise_of_role(&self->role, status);
    }
    Py_RETURN_NONE;
}

static PyObject *consumer_enter(struct consumer *self, PyObject *Py_UNUSED(nothing)) {
    Py_INCREF(OBJECT(self));
    return (PyObject *)self;
}

static PyObject *consumer_exit(struct consumer *self, PyObject *arguments) {
    if (PyTuple_Size(arguments) == 0 || PyTuple_GetItem(arguments, 0) == Py_None) {
        return consumer_close(self, NULL);
    }
    if (self->role.is_busy && !is_forked(&self->role)) {
        self->role.is_ending = true;
    } else {
        give_up_early(self);
    }
    Py_RETURN_NONE;
}

static PyObject *consumer_batches(struct consumer *self, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"limit", NULL};
    long long limit = 256;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|L:batches", names, &limit)) {
        return NULL;
    }
    PyObject *helper = PyImport_ImportModule("tadpole._asyncio");
    PyObject *batches = helper == NULL ? NULL : PyObject_CallMethod(helper, "batches", "OL", self, limit);
    Py_XDECREF(helper);
    return batches;
}

static PyObject *consumer_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"path", "index", "join", NULL};
    PyObject *path;
    long long index = 0;
    int join = 0;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O&|Lp:Consumer", names, PyUnicode_FSConverter, &path, &index,
                                     &join)) {
        return NULL;
    }
    struct consumer *self = (struct consumer *)PyType_GenericAlloc(type, 0);
    if (self != NULL) {
        const char *channel = PyBytes_AsString(path);
        struct tadpole_error error;
        int64_t status;
        self->role.path = PyUnicode_DecodeFSDefault(channel);
        self->given = PyList_New(0);
        self->index = (int)index;
        Py_BEGIN_ALLOW_THREADS status = join ? tadpole_join_consumer(&self->consumer, channel, index, &error)
                                             : tadpole_attach_consumer(&self->consumer, channel, index, &error);
        Py_END_ALLOW_THREADS if (status == TADPOLE_OK) {
            add_role(&self->role, self->consumer.own, &self->consumer.lock);
        }
        if (status != TADPOLE_OK) {
            raise_error(state_of(self), &error);
        }
        if (status != TADPOLE_OK || self->role.path == NULL || self->given == NULL) {
            Py_CLEAR(self);
        }
    }
    Py_DECREF(path);
    return (PyObject *)self;
}

/* It holds memoryviews that hold it. */
static int consumer_traverse(struct consumer *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(OBJECT(self)));
    Py_VISIT(self->given);
    return 0;
}

static int consumer_clear(struct consumer *self) {
    Py_CLEAR(self->given);
    return 0;
}

static void consumer_dealloc(struct consumer *self) {
    PyTypeObject *type = Py_TYPE(OBJECT(self));
    PyObject_GC_UnTrack(self);
    give_up(self);
    consumer_clear(self);
    PyMem_Free(self->messages);
    Py_XDECREF(self->role.path);
    PyObject_GC_Del(self);
    Py_DECREF(OBJECT(type));
}

static PyObject *consumer_repr(struct consumer *self) {
    return PyUnicode_FromFormat("<tadpole.Consumer %d of %R%s>", self->index, self->role.path,
                                self->role.own == NULL ? ", closed" : "");
}

static PyObject *consumer_position(struct consumer *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLongLong(tadpole_consumer_position(&self->consumer));
}

static PyObject *consumer_messages(struct consumer *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLongLong(self->consumer.messages);
}

static PyObject *consumer_index(struct consumer *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLong(self->index);
}

static PyObject *consumer_path(struct consumer *self, void *Py_UNUSED(closure)) {
    Py_INCREF(self->role.path);
    return self->role.path;
}

static PyMethodDef methods[] = {
    {"poll", WITH_KEYWORDS(consumer_poll),
     "poll($self, limit=256)\n--\n\n"
     "Publishes what was polled before, and takes what is there: a Batch, perhaps empty, of at most `limit` messages "
     "and "
     "about an eighth of the ring. ViewsHeldError while a message of the last poll is held."},
    {"poll_fixed", WITH_KEYWORDS(consumer_poll_fixed),
     "poll_fixed($self, limit=4096)\n--\n\n"
     "The same, but the batch ends where the length changes, or the ring wraps: Batch.numpy shows it as one array."},
    {"wait", WITH_KEYWORDS(consumer_wait),
     "wait($self, timeout=None)\n--\n\n"
     "Publishes what was polled before, and waits for a message, without the GIL. True when there is one, False after "
     "so many seconds."},
    {"publish", (PyCFunction)consumer_publish, METH_NOARGS,
     "publish($self)\n--\n\nPublishes what was polled: the producer may write over it. As poll does."},
    {"batches", WITH_KEYWORDS(consumer_batches),
     "batches($self, limit=256)\n--\n\n"
     "Iterates over batches in asyncio, without end: a batch is valid until the next step, which publishes it."},
    {"close", (PyCFunction)consumer_close, METH_NOARGS,
     "close($self)\n--\n\nReleases and publishes what was polled, and gives the role up. Harmless when done twice."},
    {"__enter__", (PyCFunction)consumer_enter, METH_NOARGS, "__enter__($self)\n--\n\n"},
    {"__exit__", (PyCFunction)consumer_exit, METH_VARARGS, "__exit__($self, kind, raised, trace, /)\n--\n\n"},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef properties[] = {
    {"position", (getter)consumer_position, NULL, "Where the next message is looked for, in bytes.", NULL},
    {"messages", (getter)consumer_messages, NULL, "Consumed since the ring was created, approximately.", NULL},
    {"index", (getter)consumer_index, NULL, "Which of the declared consumers it is.", NULL},
    {"path", (getter)consumer_path, NULL, "The channel's directory.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Consumer(path, index=0, join=False)\n--\n\n"
                "The reading end of a ring. It resumes where its position was published; with `join`, one that was "
                "evicted starts with what is published from now on. Used by one thread at a time.\n\n"
                "Iterating gives one message after the other, and waits for them without the GIL; each step releases "
                "the memoryview before. It publishes at each eighth of the ring, and before it waits. It has no "
                "end."},
    {Py_tp_new, SLOT(consumer_new)},
    {Py_tp_dealloc, SLOT(consumer_dealloc)},
    {Py_tp_traverse, SLOT(consumer_traverse)},
    {Py_tp_clear, SLOT(consumer_clear)},
    {Py_tp_repr, SLOT(consumer_repr)},
    {Py_tp_iter, SLOT(PyObject_SelfIter)},
    {Py_tp_iternext, SLOT(consumer_next)},
    {Py_tp_methods, methods},
    {Py_tp_getset, properties},
    {Py_bf_getbuffer, SLOT(role_getbuffer)},
    {Py_bf_releasebuffer, SLOT(role_releasebuffer)},
    {0, NULL},
};

PyType_Spec consumer_spec = {"tadpole.Consumer", sizeof(struct consumer), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                             slots};
