/* Producer and Claim. */
#ifndef TADPOLE_PYTHON_PRODUCER_H
#define TADPOLE_PYTHON_PRODUCER_H

#include "role.h"

struct producer {
    struct role role;
    struct tadpole_producer producer;
    uint64_t claims; /* the number of the present claim, or of the last one */
};

struct claim {
    PyObject_HEAD struct producer *producer;
    struct tadpole_claim claim;
    PyObject *view;  /* of the space, once somebody has asked for it */
    uint64_t number; /* it is open while it is its producer's present one */
};

#endif
