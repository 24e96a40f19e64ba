"""The process in Python that `./tadpole crash` kills: it creates a channel, produces, consumes or evicts, as the ledger says.

    crash_child.py LEDGER PARENT_PID

It waits for a byte on its standard input, does its work, and goes on until it is killed or its parent has gone. Exit
status: 0 the parent has gone, 1 the channel is broken, 2 it could not start, 3 it missed a message, 4 it was given one that
nobody wrote so. The ledger and the messages are those of io.tadpole.crash: Ledger, Traffic, CrashChild; the extension is one
that was built with the fault points of crash_steps.h.
"""

import mmap
import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from typing import NoReturn

import tadpole

LOST, NOT_WHOLE = 3, 4
STARTED, STOPPED = 1, 2
SHORTEST, LONGEST, LONGEST_RUN, BATCH = 16, 2000, 9, 50
ALL = (1 << 64) - 1

# Words of the ledger.
STATE, ACKNOWLEDGED, START, HANDLED, FIRST, RETURNED, HITS, AUTHOR, HIT, JOIN, END = 0, 1, 2, 3, 4, 5, 32, 64, 65, 66, 67


class Ledger:
    def __init__(self, path: str) -> None:
        with open(path, "r+b") as file:
            self.bytes = mmap.mmap(file.fileno(), 0)
        self.words = memoryview(self.bytes).cast("q")

    def text(self, at: int) -> str:
        return self.bytes[at : self.bytes.find(b"\0", at)].decode()


ledger = Ledger(sys.argv[1])
words = ledger.words
parent = int(sys.argv[2])


def stop(status: int, sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr, flush=True)
    os._exit(status)


def idle() -> None:
    """Waits a little, or ends with the parent."""
    if os.getppid() != parent:
        os._exit(0)
    time.sleep(50e-6)


def reached(step: str) -> None:
    """Stays at the step where this process is to be killed."""
    if step == STEP:
        words[HITS] += 1
        if words[HITS] == words[HIT]:
            words[STATE] = STOPPED
            while True:
                idle()


def mix(number: int) -> int:
    z = (number + 1) * 0x9E3779B97F4A7C15 & ALL
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & ALL
    z = (z ^ z >> 27) * 0x94D049BB133111EB & ALL
    return z ^ z >> 31


def message_of(author: int, number: int) -> bytes:
    seed = mix(author) + number & ALL
    bits = mix(seed)
    kind = bits & 15
    spread = LONGEST - SHORTEST if kind == 0 else 512 if kind <= 3 else 64
    length = (bits >> 8) % (spread + 1)
    pattern = b"".join(struct.pack("<Q", mix(seed * 1000003 + at & ALL)) for at in range(0, length, 8))
    return struct.pack("<qq", author, number) + pattern[:length]


def run_length(author: int, number: int) -> int:
    """How many messages, from this one on, are published as one."""
    bits = mix(mix(author) + ~number & ALL)
    return 1 if bits & 3 else 1 + (bits >> 8) % LONGEST_RUN


def write(claim: tadpole.Claim, message: bytes) -> int:
    claim.buffer[: len(message)] = message
    return len(message)


def leave_words(producer: tadpole.Producer, author: int, number: int, count: int) -> None:
    """Leaves words of messages that were never published where the next ones come."""
    claim = producer.try_claim_run(LONGEST, count + 1)
    if claim is not None:
        for i in range(count):
            claim.next(write(claim, message_of(author, number + i + 1)))
        claim.abort()


def publish(producer: tadpole.Producer, author: int, number: int) -> int:
    """Publishes a message or a run: how many, 0 when there was no space."""
    messages = [message_of(author, number + i) for i in range(run_length(author, number))]
    if number & 15 == 0:
        leave_words(producer, author, number, len(messages))
    claim = producer.try_claim_run(max(map(len, messages)), len(messages))
    if claim is None:
        return 0
    reached("space claimed")
    for message in messages[:-1]:
        claim.next(write(claim, message))
    last = write(claim, messages[-1])
    reached("message written, nothing else")
    claim.commit(last)
    return len(messages)


def produce() -> None:
    author = words[AUTHOR]
    with tadpole.Producer(channel) as producer:
        words[START] = producer.position
        words[STATE] = STARTED
        number = 0
        while True:
            count = publish(producer, author, number)
            if count == 0:
                idle()
                continue
            number += count
            words[ACKNOWLEDGED] = number
            reached("acknowledged")


class Sequel:
    """Checks that each message is whole, and follows the one before."""

    def __init__(self) -> None:
        self.next = -1

    def handle(self, view: memoryview) -> None:
        reached("message polled")
        message = bytes(view)
        author, number = struct.unpack_from("<qq", message) if len(message) >= SHORTEST else (0, 0)
        if len(message) < SHORTEST or message != message_of(author, number):
            stop(NOT_WHOLE, f"behind message {self.next - 1} come {len(message)} bytes that are no message")
        if self.next >= 0 and number != self.next:
            stop(LOST, f"behind message {self.next - 1} comes message {number}")
        if self.next < 0:
            words[FIRST] = number
        self.next = number + 1
        words[HANDLED] = self.next
        reached("message handled")


def consume() -> None:
    sequel = Sequel()
    with tadpole.Consumer(channel, 0, join=words[JOIN] == 1) as consumer:
        words[START] = consumer.position
        words[STATE] = STARTED
        turn = 0
        while True:
            turn += 1
            with consumer.poll(BATCH if turn % 2 else 4 * BATCH) as batch:
                count = len(batch)
                for message in batch:
                    sequel.handle(message)
            consumer.publish()
            words[RETURNED] = words[HANDLED]
            if count == 0:
                idle()


def do_once(call: Callable[[], None]) -> None:
    call()
    words[STATE] = STARTED
    while True:
        idle()


def fork_owner() -> None:
    """Takes both roles, publishes a message, and forks: the child says what its own calls answer."""
    producer = tadpole.Producer(channel)
    consumer = tadpole.Consumer(channel)
    producer.offer(message_of(words[AUTHOR], 0))
    if os.fork() == 0:
        words[HANDLED] = status_of(lambda: producer.try_claim(LONGEST))
        words[RETURNED] = status_of(consumer.publish)
        words[STATE] = STARTED
        while words[END] == 0 and is_alive(parent):
            os.sched_yield()
        os._exit(0)
    while True:
        idle()


def status_of(call: Callable[[], object]) -> int:
    try:
        call()
        return 0
    except tadpole.Error as error:
        return error.status


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
        return True
    except ProcessLookupError:
        return False


signal.signal(signal.SIGINT, signal.SIG_DFL)
if not sys.stdin.buffer.read(1):
    os._exit(0)
scene, STEP, channel = ledger.text(768), ledger.text(1024), ledger.text(2048)
os.environ["TADPOLE_LEDGER"] = sys.argv[1]
scenes: dict[str, Callable[[], None]] = {
    "PUBLISH": produce,
    "CONSUME": consume,
    "JOIN": consume,
    "CREATE": lambda: do_once(lambda: tadpole.create(channel, 65536)),
    "EVICT": lambda: do_once(lambda: tadpole.evict(channel, 0)),
    "FORK": fork_owner,
}
try:
    scenes[scene]()
except tadpole.ChannelError as refused:
    stop(2, f"crash_child: {refused}")
except tadpole.Error as broken:
    stop(1, f"crash_child: {broken}")
