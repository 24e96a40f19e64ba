/* Batch, what a consumer has polled: a sequence of memoryviews, and one strided buffer where that is possible. */
#include "consumer.h"

static bool is_present(const struct batch *self) {
    return self->consumer->role.own != NULL && self->number == self->consumer->batches;
}

static bool is_uniform(const struct batch *self) {
    return self->stride != 0 || self->count == 0;
}

static PyObject *raise_ended(struct batch *self) {
    return raise_status(state_of(self), TADPOLE_INVALID,
                        "%U: this batch has ended: it was released, or its consumer has gone on",
                        self->consumer->role.path);
}

static Py_ssize_t batch_length(struct batch *self) {
    return self->count;
}

static PyObject *batch_item(struct batch *self, Py_ssize_t i) {
    struct consumer *consumer = self->consumer;
    if (i < 0 || i >= self->count) {
        PyErr_SetString(PyExc_IndexError, "a batch has no such message");
        return NULL;
    }
    if (!enter(&consumer->role)) {
        return NULL;
    }
    PyObject *view = !is_present(self) ? raise_ended(self)
                     : !self->is_listed
                         ? give_view(consumer, self->first + i * self->stride, self->length)
                         : give_view(consumer, consumer->messages[i].bytes, consumer->messages[i].length);
    leave_consumer(consumer);
    return view;
}

/* Releases what was given out of the batch, which has ended with that. Nothing is published. */
static PyObject *batch_release(struct batch *self, PyObject *Py_UNUSED(nothing)) {
    struct consumer *consumer = self->consumer;
    bool is_free = true;
    if (is_present(self)) {
        if (!enter(&consumer->role)) {
            return NULL;
        }
        is_free = release_given(consumer);
        if (is_free) {
            consumer->batches++;
        }
        leave_consumer(consumer);
    }
    if (!is_free) {
        return raise_views_held(&consumer->role, "slices of messages, or arrays over them, are still held",
                                "let go of them, and release again");
    }
    Py_RETURN_NONE;
}

static PyObject *batch_enter(struct batch *self, PyObject *Py_UNUSED(nothing)) {
    Py_INCREF(OBJECT(self));
    return (PyObject *)self;
}

static PyObject *batch_exit(struct batch *self, PyObject *arguments) {
    if (PyTuple_Size(arguments) == 0 || PyTuple_GetItem(arguments, 0) == Py_None) {
        return batch_release(self, NULL);
    }
    /* An exception is under way: what it holds of the messages stays as it is, and keeps them from being published. */
    Py_RETURN_NONE;
}

static PyObject *batch_numpy(struct batch *self, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"dtype", NULL};
    PyObject *dtype = Py_None;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|O:numpy", names, &dtype)) {
        return NULL;
    }
    PyObject *helper = PyImport_ImportModule("tadpole._numpy");
    PyObject *array = helper == NULL ? NULL : PyObject_CallMethod(helper, "array_of", "OO", self, dtype);
    Py_XDECREF(helper);
    return array;
}

/* A table of bytes: a row for each message, as far apart as the records are. */
static int batch_getbuffer(PyObject *object, Py_buffer *view, int flags) {
    struct batch *self = (struct batch *)object;
    struct role *role = &self->consumer->role;
    const bool wants_contiguous =
        ((flags & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS || (flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS ||
         (flags & PyBUF_ANY_CONTIGUOUS) == PyBUF_ANY_CONTIGUOUS);
    const char *refusal = role->is_busy       ? "another call of this consumer is under way"
                          : !is_present(self) ? "this batch has ended: it was released, or its consumer has gone on"
                          : (flags & PyBUF_WRITABLE) == PyBUF_WRITABLE ? "messages are read-only"
                          : !is_uniform(self)
                              ? "these messages are not of one length, side by side: poll with poll_fixed"
                          : (flags & PyBUF_STRIDES) != PyBUF_STRIDES || wants_contiguous
                              ? "there are header words between the messages: ask for a buffer with strides"
                              : NULL;
    if (refusal != NULL) {
        view->obj = NULL;
        PyErr_SetString(PyExc_BufferError, refusal);
        return -1;
    }
    self->shape[0] = self->count;
    self->shape[1] = (Py_ssize_t)self->length;
    self->strides[0] = (Py_ssize_t)self->stride;
    self->strides[1] = 1;
    view->obj = object;
    Py_INCREF(object);
    view->buf = (void *)(uintptr_t)self->first;
    view->len = self->count * (Py_ssize_t)self->length;
    view->readonly = 1;
    view->itemsize = 1;
    view->format = (flags & PyBUF_FORMAT) == PyBUF_FORMAT ? "B" : NULL;
    view->ndim = 2;
    view->shape = self->shape;
    view->strides = self->strides;
    view->suboffsets = NULL;
    view->internal = NULL;
    role->views++;
    return 0;
}

static void batch_releasebuffer(PyObject *object, Py_buffer *view) {
    (void)view;
    role_forget_view(&((struct batch *)object)->consumer->role);
}

static void batch_dealloc(struct batch *self) {
    PyTypeObject *type = Py_TYPE(OBJECT(self));
    Py_XDECREF(OBJECT(self->consumer));
    PyObject_Free(self);
    Py_DECREF(OBJECT(type));
}

static PyObject *batch_repr(struct batch *self) {
    return PyUnicode_FromFormat("<tadpole.Batch of %zd messages%s>", self->count, is_present(self) ? "" : ", ended");
}

static PyMethodDef methods[] = {
    {"numpy", WITH_KEYWORDS(batch_numpy),
     "numpy($self, dtype=None)\n--\n\n"
     "The messages as a read-only NumPy array, without a copy: one item of `dtype` at the start of each message, or a "
     "table of bytes. BufferError when they are not of one length, side by side: see Consumer.poll_fixed."},
    {"release", (PyCFunction)batch_release, METH_NOARGS,
     "release($self)\n--\n\n"
     "Releases every message that was given out: whoever still holds one can no longer read it. ViewsHeldError when "
     "slices or arrays over them are held."},
    {"__enter__", (PyCFunction)batch_enter, METH_NOARGS, "__enter__($self)\n--\n\n"},
    {"__exit__", (PyCFunction)batch_exit, METH_VARARGS, "__exit__($self, kind, raised, trace, /)\n--\n\n"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Messages that a consumer has polled: read-only memoryviews of the ring itself, valid until the "
                "consumer goes on. As a context manager it releases them all at the end of the block."},
    {Py_tp_dealloc, SLOT(batch_dealloc)},
    {Py_tp_repr, SLOT(batch_repr)},
    {Py_tp_iter, SLOT(PySeqIter_New)},
    {Py_tp_methods, methods},
    {Py_sq_length, SLOT(batch_length)},
    {Py_sq_item, SLOT(batch_item)},
    {Py_bf_getbuffer, SLOT(batch_getbuffer)},
    {Py_bf_releasebuffer, SLOT(batch_releasebuffer)},
    {0, NULL},
};

PyType_Spec batch_spec = {"tadpole.Batch", sizeof(struct batch), 0,
                          Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
