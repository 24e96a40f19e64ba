"""Tadpole's ring in shared memory: messages between processes, read where they were written.

    tadpole.create("/dev/shm/prices")
    with tadpole.Producer("/dev/shm/prices") as producer:
        producer.offer(b"hello")
    with tadpole.Consumer("/dev/shm/prices") as consumer:
        for message in consumer:
            print(bytes(message))

A channel is a directory with one ring; its two sides are in any process and any of Tadpole's languages.
"""

from tadpole import layout
from tadpole._errors import (
    ChannelError,
    ClosedError,
    CorruptError,
    DeposedError,
    Error,
    Status,
    TooLongError,
    ViewsHeldError,
)
from tadpole._ring import Batch, Claim, Consumer, Producer, create, evict, remove

__all__ = [
    "Batch",
    "ChannelError",
    "Claim",
    "ClosedError",
    "Consumer",
    "CorruptError",
    "DeposedError",
    "Error",
    "Producer",
    "Status",
    "TooLongError",
    "ViewsHeldError",
    "create",
    "evict",
    "layout",
    "remove",
]
