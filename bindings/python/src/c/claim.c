/* Claim, space in the ring that a producer has claimed. */
#include "producer.h"

static bool is_open(const struct claim *self) {
    return self->number == self->producer->claims && self->producer->producer.left != 0;
}

/* Begins a call that needs the claim to be open. */
static bool enter_open(struct claim *self) {
    struct role *role = &self->producer->role;
    if (!enter(role)) {
        return false;
    }
    if (!is_open(self)) {
        leave(role);
        raise_status(state_of(self), TADPOLE_INVALID, "%U: this claim has ended: claim again", role->path);
        return false;
    }
    return true;
}

/* Nobody may write where a message is published: so the buffer is released, and nothing may lie on top of it. */
static bool end_views(struct claim *self) {
    if (self->view != NULL && release_view(&self->producer->role, self->view)) {
        Py_CLEAR(self->view);
    }
    if (self->producer->role.views != 0) {
        raise_views_held(&self->producer->role, "slices or arrays over a claim's buffer are held",
                         "let go of them before the message ends; nothing was published");
        return false;
    }
    return true;
}

static PyObject *end_message(struct claim *self, PyObject *argument,
                             int64_t (*end)(struct tadpole_claim *claim, int64_t length)) {
    const long long length = PyLong_AsLongLong(argument);
    if ((length == -1 && PyErr_Occurred()) || !enter_open(self)) {
        return NULL;
    }
    PyObject *position = NULL;
    if (end_views(self)) {
        const int64_t status = end(&self->claim, length);
        if (status >= 0) {
            position = PyLong_FromLongLong(status);
        } else if (status == TADPOLE_TOO_LONG) {
            raise_status(state_of(self), status, "%U: %lld bytes: 1 to %lld were claimed", self->producer->role.path,
                         length, (long long)self->claim.max_length);
        } else {
            raise_status(state_of(self), status, "%U: the run has no further message: commit it",
                         self->producer->role.path);
        }
    }
    leave(&self->producer->role);
    return position;
}

static PyObject *claim_commit(struct claim *self, PyObject *length) {
    return end_message(self, length, tadpole_commit);
}

static PyObject *claim_next(struct claim *self, PyObject *length) {
    return end_message(self, length, tadpole_next);
}

/* Harmless when it has ended. Who still holds views keeps the producer from claiming until they are gone. */
static void give_back(struct claim *self) {
    if (self->view != NULL) {
        release_view(&self->producer->role, self->view);
        Py_CLEAR(self->view);
    }
    if (is_open(self)) {
        tadpole_abort(&self->claim);
    }
}

static PyObject *claim_abort(struct claim *self, PyObject *Py_UNUSED(nothing)) {
    struct role *role = &self->producer->role;
    if (role->own != NULL) {
        if (!enter(role)) {
            return NULL;
        }
        give_back(self);
        leave(role);
    }
    Py_RETURN_NONE;
}

static PyObject *claim_enter(struct claim *self, PyObject *Py_UNUSED(nothing)) {
    Py_INCREF(OBJECT(self));
    return (PyObject *)self;
}

static PyObject *claim_exit(struct claim *self, PyObject *Py_UNUSED(arguments)) {
    if (!self->producer->role.is_busy) {
        give_back(self);
    }
    Py_RETURN_NONE;
}

static void claim_dealloc(struct claim *self) {
    PyTypeObject *type = Py_TYPE(OBJECT(self));
    if (self->producer != NULL) {
        PyObject *kind, *raised, *trace; /* it may be an exception under way that drops the claim */
        PyErr_Fetch(&kind, &raised, &trace);
        give_back(self);
        PyErr_Restore(kind, raised, trace);
        Py_DECREF(OBJECT(self->producer));
    }
    PyObject_Free(self);
    Py_DECREF(OBJECT(type));
}

static PyObject *claim_buffer(struct claim *self, void *Py_UNUSED(closure)) {
    if (!enter_open(self)) {
        return NULL;
    }
    if (self->view != NULL && PyObject_Size(self->view) < 0) { /* its user has released it */
        PyErr_Clear();
        Py_CLEAR(self->view);
    }
    if (self->view == NULL) {
        self->view = new_view(&self->producer->role, self->claim.message, self->claim.max_length);
    }
    leave(&self->producer->role);
    Py_XINCREF(self->view);
    return self->view;
}

static PyObject *claim_max_length(struct claim *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLongLong(self->claim.max_length);
}

static PyMethodDef methods[] = {
    {"commit", (PyCFunction)claim_commit, METH_O,
     "commit($self, length, /)\n--\n\n"
     "Publishes the message, and those of the run before it; behind next also 0: the run ends with the message before. "
     "The buffer is released; with slices or arrays over it held, ViewsHeldError, and nothing is published. The "
     "position behind."},
    {"next", (PyCFunction)claim_next, METH_O,
     "next($self, length, /)\n--\n\n"
     "Ends a message of a run, and moves the buffer to the next one's space; the old buffer is released. The position "
     "of the next record."},
    {"abort", (PyCFunction)claim_abort, METH_NOARGS,
     "abort($self)\n--\n\nGives the space back; nothing becomes visible, of a run neither. Harmless when the claim has "
     "ended."},
    {"__enter__", (PyCFunction)claim_enter, METH_NOARGS, "__enter__($self)\n--\n\n"},
    {"__exit__", (PyCFunction)claim_exit, METH_VARARGS, "__exit__($self, kind, raised, trace, /)\n--\n\n"},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef properties[] = {
    {"buffer", (getter)claim_buffer, NULL, "A writable memoryview of the space, in the ring itself.", NULL},
    {"max_length", (getter)claim_max_length, NULL, "How many bytes may be written.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Space in the ring that a producer has claimed. It ends with commit or abort; at the end of a with "
                "block, or when nobody holds it any more, it is aborted."},
    {Py_tp_dealloc, SLOT(claim_dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_getset, properties},
    {0, NULL},
};

PyType_Spec claim_spec = {"tadpole.Claim", sizeof(struct claim), 0,
                          Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
