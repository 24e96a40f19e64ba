"""The process in Python that `./tadpole bench --only languages` measures: it receives what a JVM sends, in NumPy batches,
or, for comparison, in a loop of plain Python that knows the layout. Commands, line and numbers are those of io.tadpole.bench:
Receiving, Line, Tally.

    bench_peer.py FOLDER "ring to python"|"ring to python loop" false SIZE RUN
"""

import ctypes
import mmap
import signal
import struct
import sys
from collections.abc import Callable

import numpy
import tadpole

TRIPS = 20_000
PING, PONG, MESSAGES, RECEIVED = 0, 32, 64, 96  # words of the line
START = -1

FOLDER, CARRIER = sys.argv[1], sys.argv[2]


def words_of(path: str, writable: bool) -> memoryview:
    with open(path, "r+b" if writable else "rb") as file:
        access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
        return memoryview(mmap.mmap(file.fileno(), 0, access=access)).cast("q")


def echo(line: memoryview) -> None:
    start = line[PONG]
    for i in range(start + 1, start + TRIPS + 1):
        while line[PING] != i:
            pass
        line[PONG] = i


class Tally:
    """Checks that the numbers follow each other, and bounces the line before the first and behind the last one."""

    def __init__(self, line: memoryview) -> None:
        self.line = line
        self.next = 0
        self.messages = -1

    def start(self) -> None:
        self.messages = self.line[MESSAGES]
        self.next = 0
        echo(self.line)

    def check(self, is_next: bool, count: int) -> None:
        if not is_next:
            sys.exit(f"bench_peer: a message came out of its turn behind {self.next}")
        self.next += count
        if self.next == self.messages:
            self.line[RECEIVED] = 1
            echo(self.line)

    def has_ended(self) -> bool:
        return self.next == self.messages


def receive_batches(channel: str, tally: Tally, ready: Callable[[], None]) -> None:
    with tadpole.Consumer(channel) as consumer:
        ready()
        while not tally.has_ended():
            with consumer.poll_fixed() as batch:
                if len(batch) == 0:
                    continue
                numbers = batch.numpy("<i8")
                if numbers[0] == START:
                    tally.start()
                    numbers = numbers[1:]
                if len(numbers) > 0:
                    expected = numpy.arange(tally.next, tally.next + len(numbers))
                    tally.check(bool((numbers == expected).all()), len(numbers))
                del numbers


def receive_in_a_loop(channel: str, tally: Tally, ready: Callable[[], None]) -> None:
    """docs/layout.md, as far as a consumer of a ring that nobody damages needs it."""
    ring = words_of(f"{channel}/ring", writable=False)
    file = words_of(f"{channel}/consumer-0", writable=True)
    data = memoryview(ring.obj)
    capacity, alignment = ring[3], ring[4]
    head = published = file[16]
    ready()
    while not tally.has_ended():
        index = head & (capacity - 1)
        word = ring[512 + index // 8]
        if word == 0:
            if head != published:
                file[16] = published = head
            continue
        length = word & 0xFFFFFFFF
        if not word & 1 << 49:
            (number,) = struct.unpack_from("<q", data, 4096 + index + 8)
            if number == START:
                tally.start()
            else:
                tally.check(number == tally.next, 1)
        head += length + alignment - 1 & -alignment
        if head - published >= capacity // 8:
            file[16] = published = head


ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: in the midst of a run it reads no command
receive = receive_in_a_loop if CARRIER.endswith(" loop") else receive_batches
for command in sys.stdin:
    number = command.split()[1]
    receive(f"{FOLDER}/there-{number}", Tally(words_of(f"{FOLDER}/line-{number}", writable=True)),
            lambda: print("ready", flush=True))
    print("done", flush=True)
