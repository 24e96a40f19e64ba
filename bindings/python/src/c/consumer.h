/* Consumer and Batch. */
#ifndef TADPOLE_PYTHON_CONSUMER_H
#define TADPOLE_PYTHON_CONSUMER_H

#include "role.h"

struct message {
    const unsigned char *bytes;
    int64_t length;
};

/* What was handed out since the position was published. */
enum handed { NOTHING, ONE_MESSAGE, A_BATCH };

struct consumer {
    struct role role;
    struct tadpole_consumer consumer;
    int index;
    enum handed handed;
    PyObject *given;          /* list of the memoryviews that were given out */
    struct message *messages; /* of the present batch */
    Py_ssize_t room;
    uint64_t batches; /* the number of the present batch, or of the last one */
};

/* The messages of a poll: those of its consumer, while it is the present one. */
struct batch {
    PyObject_HEAD struct consumer *consumer;
    uint64_t number;
    Py_ssize_t count;
    const unsigned char *first; /* for those of one length, side by side: the first one, */
    int64_t length;
    int64_t stride; /* and how far apart they are; 0: there is no such thing */
    bool is_listed; /* each of them is in `messages` */
    Py_ssize_t shape[2];
    Py_ssize_t strides[2];
};

/* Ends a call; and the role, if its with block has ended by an exception meanwhile. */
void leave_consumer(struct consumer *consumer);
/* Gives a memoryview of a message, which the consumer remembers. */
PyObject *give_view(struct consumer *consumer, const unsigned char *message, int64_t length);
/* Releases what was given out; false, without an exception, when something lies on top of it. */
bool release_given(struct consumer *consumer);

#endif
