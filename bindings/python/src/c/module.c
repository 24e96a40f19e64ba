/* The module tadpole._ring: create, remove and evict, the types, and what lies where. */
#include "role.h"

static PyObject *create(PyObject *module, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"path", "capacity", "alignment", "consumers", "schema_id", "schema_version", NULL};
    struct tadpole_config config = tadpole_plain(1 << 20);
    PyObject *path;
    PyObject *consumers = NULL;
    long long capacity = config.capacity;
    long long alignment = config.alignment;
    long long schema_id = 0;
    long long schema_version = 0;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O&|L$LOLL:create", names, PyUnicode_FSConverter, &path,
                                     &capacity, &alignment, &consumers, &schema_id, &schema_version)) {
        return NULL;
    }
    config.capacity = capacity;
    config.alignment = alignment;
    config.schema_id = schema_id;
    config.schema_version = schema_version;
    const char *given[TADPOLE_CONSUMERS_MAX];
    PyObject *list = NULL;
    if (consumers != NULL && PyLong_Check(consumers)) {
        config.consumers = PyLong_AsLongLong(consumers);
    } else if (consumers != NULL && PyUnicode_Check(consumers)) { /* it would be a consumer for each letter */
        PyErr_SetString(PyExc_TypeError, "consumers are a number or a list of names, not one name");
    } else if (consumers != NULL) {
        list = PySequence_List(consumers);
        config.consumers = list == NULL ? 0 : PyList_Size(list);
        config.names = given;
    }
    for (Py_ssize_t k = 0; list != NULL && k < PyList_Size(list) && k < TADPOLE_CONSUMERS_MAX; k++) {
        Py_ssize_t length = 0;
        given[k] = PyUnicode_AsUTF8AndSize(PyList_GetItem(list, k), &length);
        if (given[k] == NULL) {
            break;
        }
        if (strlen(given[k]) != (size_t)length) {
            PyErr_SetString(PyExc_ValueError, "a consumer's name has a NUL in it");
            break;
        }
    }
    if (!PyErr_Occurred()) {
        const char *channel = PyBytes_AsString(path);
        struct tadpole_error error;
        int64_t status;
        if (config.consumers > TADPOLE_CONSUMERS_MAX) {
            config.names = NULL; /* it refuses the number, and looks at no name */
        }
        Py_BEGIN_ALLOW_THREADS status = tadpole_create(channel, &config, &error);
        Py_END_ALLOW_THREADS if (status != TADPOLE_OK) {
            raise_error(PyModule_GetState(module), &error);
        }
    }
    Py_XDECREF(list);
    Py_DECREF(path);
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *remove_channel(PyObject *module, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"path", NULL};
    struct tadpole_error error;
    PyObject *path;
    int64_t status;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O&:remove", names, PyUnicode_FSConverter, &path)) {
        return NULL;
    }
    const char *channel = PyBytes_AsString(path);
    Py_BEGIN_ALLOW_THREADS status = tadpole_remove(channel, &error);
    Py_END_ALLOW_THREADS Py_DECREF(path);
    if (status != TADPOLE_OK) {
        return raise_error(PyModule_GetState(module), &error);
    }
    Py_RETURN_NONE;
}

static PyObject *evict(PyObject *module, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"path", "index", NULL};
    struct tadpole_error error;
    PyObject *path;
    long long index;
    int64_t status;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O&L:evict", names, PyUnicode_FSConverter, &path, &index)) {
        return NULL;
    }
    const char *channel = PyBytes_AsString(path);
    Py_BEGIN_ALLOW_THREADS status = tadpole_evict(channel, index, &error);
    Py_END_ALLOW_THREADS Py_DECREF(path);
    if (status != TADPOLE_OK) {
        return raise_error(PyModule_GetState(module), &error);
    }
    Py_RETURN_NONE;
}

/* As docs/layout.md names it: a field's offset and size; or a value, of size 0. */
static const struct {
    const char *name;
    long long at;
    long long size;
} layout[] = {
#define FIELD(name, file, field)                                                                                       \
    { name, (long long)offsetof(struct file, field), (long long)sizeof(((struct file *)0)->field) }
    FIELD("ring.magic", tadpole_ring_file, magic),
    FIELD("ring.version", tadpole_ring_file, version),
    FIELD("ring.headerLength", tadpole_ring_file, header_length),
    FIELD("ring.capacity", tadpole_ring_file, capacity),
    FIELD("ring.alignment", tadpole_ring_file, alignment),
    FIELD("ring.consumers", tadpole_ring_file, consumers),
    FIELD("ring.ringId", tadpole_ring_file, ring_id),
    FIELD("ring.createdNs", tadpole_ring_file, created_ns),
    FIELD("ring.schemaId", tadpole_ring_file, schema_id),
    FIELD("ring.schemaVersion", tadpole_ring_file, schema_version),
    FIELD("ring.stages", tadpole_ring_file, stages),
    FIELD("ring.tail", tadpole_ring_file, tail),
    FIELD("ring.epoch", tadpole_ring_file, epoch),
    FIELD("ring.messages", tadpole_ring_file, messages),
    FIELD("ring.bytes", tadpole_ring_file, bytes),
    FIELD("ring.backPressured", tadpole_ring_file, back_pressured),
    FIELD("ring.stage.0.position", tadpole_ring_file, stage[0].position),
    FIELD("ring.stage.0.messages", tadpole_ring_file, stage[0].messages),
    FIELD("ring.stage.0.batches", tadpole_ring_file, stage[0].batches),
    FIELD("ring.stage.0.name", tadpole_ring_file, stage[0].name),
    FIELD("ring.stage.1.position", tadpole_ring_file, stage[1].position),
    FIELD("ring.stage.1.messages", tadpole_ring_file, stage[1].messages),
    FIELD("ring.stage.1.batches", tadpole_ring_file, stage[1].batches),
    FIELD("ring.stage.1.name", tadpole_ring_file, stage[1].name),
    {"ring.data", (long long)sizeof(struct tadpole_ring_file), 0},
    {"ring.magicValue", TADPOLE_RING_MAGIC, 0},
    FIELD("consumer.magic", tadpole_consumer_file, magic),
    FIELD("consumer.version", tadpole_consumer_file, version),
    FIELD("consumer.ringId", tadpole_consumer_file, ring_id),
    FIELD("consumer.index", tadpole_consumer_file, index),
    FIELD("consumer.createdNs", tadpole_consumer_file, created_ns),
    FIELD("consumer.name", tadpole_consumer_file, name),
    FIELD("consumer.position", tadpole_consumer_file, position),
    FIELD("consumer.epoch", tadpole_consumer_file, epoch),
    FIELD("consumer.messages", tadpole_consumer_file, messages),
    FIELD("consumer.bytes", tadpole_consumer_file, bytes),
    FIELD("consumer.batches", tadpole_consumer_file, batches),
    {"consumer.length", (long long)sizeof(struct tadpole_consumer_file), 0},
    {"consumer.magicValue", TADPOLE_CONSUMER_MAGIC, 0},
    {"record.message", TADPOLE_RECORD_MESSAGE, 0},
    {"record.lengthMask", TADPOLE_LENGTH_MASK, 0},
    {"record.published", TADPOLE_PUBLISHED, 0},
    {"record.padding", TADPOLE_PADDING, 0},
    {"layout.version", TADPOLE_LAYOUT_VERSION, 0},
    {"capacity.min", TADPOLE_CAPACITY_MIN, 0},
    {"capacity.max", TADPOLE_CAPACITY_MAX, 0},
    {"consumers.max", TADPOLE_CONSUMERS_MAX, 0},
    {"position.detached", TADPOLE_DETACHED, 0},
    {"position.joining", TADPOLE_JOINING, 0},
};

static const int statuses[] = {
    TADPOLE_OK,           TADPOLE_BACK_PRESSURED, TADPOLE_NOT_CONNECTED, TADPOLE_CLOSED,
    TADPOLE_TOO_LONG,     TADPOLE_CORRUPT,        TADPOLE_DEPOSED,       TADPOLE_NO_SPACE,
    TADPOLE_FAILED_CALL,  TADPOLE_MISSING,        TADPOLE_EXISTS,        TADPOLE_FOREIGN,
    TADPOLE_HALF_CREATED, TADPOLE_NEWER_VERSION,  TADPOLE_TRUNCATED,     TADPOLE_SYMBOLIC_LINK,
    TADPOLE_HELD,         TADPOLE_EVICTED,        TADPOLE_FILE_SYSTEM,   TADPOLE_NOT_DECLARED,
    TADPOLE_OTHER_RING,   TADPOLE_ENGINES,        TADPOLE_BAD_HEADER,    TADPOLE_INVALID,
};

/* Adds to a dictionary what may be NULL with an exception. */
static int add(PyObject *dictionary, const char *name, PyObject *value) {
    const int status = value == NULL ? -1 : PyDict_SetItemString(dictionary, name, value);
    Py_XDECREF(value);
    return status;
}

static int add_tables(PyObject *module) {
    PyObject *fields = PyDict_New();
    PyObject *numbers = PyDict_New();
    int status = fields == NULL || numbers == NULL ? -1 : 0;
    for (size_t i = 0; status == 0 && i < sizeof layout / sizeof layout[0]; i++) {
        status = add(fields, layout[i].name, Py_BuildValue("LL", layout[i].at, layout[i].size));
    }
    for (size_t i = 0; status == 0 && i < sizeof statuses / sizeof statuses[0]; i++) {
        status = add(numbers, tadpole_status_name(statuses[i]), PyLong_FromLong(statuses[i]));
    }
    if (status == 0) {
        status = PyModule_AddObjectRef(module, "LAYOUT", fields);
    }
    if (status == 0) {
        status = PyModule_AddObjectRef(module, "STATUSES", numbers);
    }
    Py_XDECREF(fields);
    Py_XDECREF(numbers);
    return status;
}

static int add_type(PyObject *module, PyType_Spec *spec, PyTypeObject **type) {
    *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    return *type == NULL ? -1 : PyModule_AddType(module, *type);
}

static int execute(PyObject *module) {
    struct state *state = PyModule_GetState(module);
    PyObject *errors = PyImport_ImportModule("tadpole._errors");
    if (errors == NULL) {
        return -1;
    }
    state->error_of = PyObject_GetAttrString(errors, "error_of");
    state->views_held = PyObject_GetAttrString(errors, "ViewsHeldError");
    state->release = PyUnicode_InternFromString("release");
    Py_DECREF(errors);
    return state->error_of == NULL || state->views_held == NULL || state->release == NULL || watch_forks() != 0 ||
                   add_tables(module) != 0 || add_type(module, &producer_spec, &state->producer) != 0 ||
                   add_type(module, &claim_spec, &state->claim) != 0 ||
                   add_type(module, &consumer_spec, &state->consumer) != 0 ||
                   add_type(module, &batch_spec, &state->batch) != 0
               ? -1
               : 0;
}

static int traverse(PyObject *module, visitproc visit, void *arg) {
    const struct state *state = PyModule_GetState(module);
    Py_VISIT(state->error_of);
    Py_VISIT(state->views_held);
    Py_VISIT(state->release);
    Py_VISIT(OBJECT(state->producer));
    Py_VISIT(OBJECT(state->claim));
    Py_VISIT(OBJECT(state->consumer));
    Py_VISIT(OBJECT(state->batch));
    return 0;
}

static int clear(PyObject *module) {
    struct state *state = PyModule_GetState(module);
    Py_CLEAR(state->error_of);
    Py_CLEAR(state->views_held);
    Py_CLEAR(state->release);
    Py_CLEAR(state->producer);
    Py_CLEAR(state->claim);
    Py_CLEAR(state->consumer);
    Py_CLEAR(state->batch);
    return 0;
}

static PyMethodDef functions[] = {
    {"create", WITH_KEYWORDS(create),
     "create($module, path, capacity=1048576, *, alignment=8, consumers=1, schema_id=0, schema_version=0)\n--\n\n"
     "Creates a channel, a directory with one ring. Its capacity is a power of two from 64 KiB to 1 GiB; a message "
     "takes "
     "at most half of it. Each consumer, declared by number or by name, holds the producer back from the first message "
     "on."},
    {"remove", WITH_KEYWORDS(remove_channel),
     "remove($module, path)\n--\n\nRemoves a channel that nobody holds, also one that was not created to the end."},
    {"evict", WITH_KEYWORDS(evict),
     "evict($module, path, index)\n--\n\n"
     "Detaches a dead consumer, which no longer holds the producer back. It misses what is published until it joins."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, SLOT(execute)},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    "tadpole._ring",
    "Tadpole's ring, over its header in C.",
    sizeof(struct state),
    functions,
    slots,
    traverse,
    clear,
    NULL,
};

PyMODINIT_FUNC PyInit__ring(void);

PyMODINIT_FUNC PyInit__ring(void) {
    return PyModuleDef_Init(&definition);
}
