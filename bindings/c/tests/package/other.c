/* A second unit of the same program: headers that define anything twice do not link. */
#include <tadpole/ring.h>
#include <tadpole/envelope.h>
