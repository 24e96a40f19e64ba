"""What a message costs in Python, in nanoseconds: medians over rounds, each of one ring's fill.

    measure.py [--json]

The messages have 56 bytes, and each reader sums one field of all of them; "struct loop" is the same ring read with mmap
and struct, as a program without the extension would. Readers and writers run one after the other; the time is that of
a core, in which others that want it do not count.
"""

import json
import mmap
import pathlib
import shutil
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

import numpy as np

import tadpole
from tadpole.layout import FIELDS

CAPACITY = 1 << 20
MESSAGES = 14_000  # and room for the padding of a run
ROUNDS = 40
RECORD = np.dtype([("number", "<i8"), ("price", "<i8"), ("rest", "S40")])
PRICE = struct.Struct("<q")
DATA = FIELDS["ring.data"].at
LENGTH_MASK = FIELDS["record.lengthMask"].at
PADDING = FIELDS["record.padding"].at


def numpy_batches(consumer: tadpole.Consumer) -> int:
    total = 0
    while batch := consumer.poll_fixed():
        total += int(batch.numpy(RECORD)["price"].sum())
    return total


def polls(consumer: tadpole.Consumer) -> int:
    total = 0
    unpack = PRICE.unpack_from
    while True:
        with consumer.poll() as batch:
            for message in batch:
                total += unpack(message, 8)[0]
        if not batch:
            return total


def iteration(consumer: tadpole.Consumer) -> int:
    total = 0
    unpack = PRICE.unpack_from
    for number, message in enumerate(consumer, 1):
        total += unpack(message, 8)[0]
        if number == MESSAGES:
            break
    return total


def struct_loop(path: pathlib.Path, consumer: tadpole.Consumer) -> Callable[[], int]:
    """Where the consumer stands, but by hand; the consumer then polls what was read, so that the ring goes on."""
    with open(path / "ring", "rb") as file:
        ring = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    word_at = struct.Struct("<q").unpack_from
    unpack = PRICE.unpack_from

    def read() -> int:
        total = 0
        head = consumer.position
        while word := word_at(ring, DATA + (head & CAPACITY - 1))[0]:
            length = word & LENGTH_MASK
            if not word & PADDING:
                total += unpack(ring, DATA + (head & CAPACITY - 1) + 16)[0]
            head += length + 7 & -8
        return total

    return read


def fill(producer: tadpole.Producer, messages: list[bytes]) -> None:
    for start in range(0, len(messages), 1000):
        producer.offer_run(messages[start : start + 1000])


def offers(producer: tadpole.Producer, messages: list[bytes]) -> None:
    for message in messages:
        producer.try_offer(message)


def claims(producer: tadpole.Producer, messages: list[bytes]) -> None:
    for message in messages:
        with producer.claim(56) as claim:
            claim.buffer[:] = message
            claim.commit(56)


def measure(path: pathlib.Path) -> Iterator[tuple[str, float]]:
    tadpole.create(path, CAPACITY)
    records = np.zeros(MESSAGES, RECORD)
    records["price"] = np.arange(MESSAGES)
    messages = [record.tobytes() for record in records]
    expected = int(records["price"].sum())
    with tadpole.Producer(path) as producer, tadpole.Consumer(path) as consumer:
        by_hand = struct_loop(path, consumer)
        readers: dict[str, Callable[[], int]] = {
            "read: numpy batches": lambda: numpy_batches(consumer),
            "read: poll": lambda: polls(consumer),
            "read: iteration": lambda: iteration(consumer),
            "read: struct loop": by_hand,
        }
        writers: dict[str, Callable[[], None]] = {
            "write: offer_run of 1000": lambda: fill(producer, messages),
            "write: try_offer": lambda: offers(producer, messages),
            "write: claim, commit": lambda: claims(producer, messages),
        }
        costs: dict[str, list[float]] = {name: [] for name in [*readers, *writers]}
        for _ in range(ROUNDS):
            for (name, read), writer in zip(readers.items(), [*writers, "write: offer_run of 1000"], strict=True):
                start = time.thread_time_ns()
                writers[writer]()
                written = time.thread_time_ns()
                total = read()
                costs[name].append((time.thread_time_ns() - written) / MESSAGES)
                costs[writer].append((written - start) / MESSAGES)
                assert total == expected, f"{name} read something else"
                while consumer.poll(1 << 20):
                    pass
                consumer.publish()
    for name, found in costs.items():
        yield name, statistics.median(found)


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--json"]):
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tadpole-measure-", dir="/dev/shm"))
    try:
        costs = dict(measure(folder / "ring"))
    finally:
        shutil.rmtree(folder)
    if arguments:
        print(json.dumps(costs))
        return 0
    for name, ns in costs.items():
        print(f"{name:28s} {ns:8.1f} ns a message")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
