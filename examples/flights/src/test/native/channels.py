"""The other side of a flights board, for its tests: creates channels, writes events, reads answers, keeps a board.

It plays the engine, in plain Python. On x86-64 its 8-byte stores become visible in the order in which they are made, so
a record's word, stored last, releases the record.
"""

import fcntl
import mmap
import os
import pathlib
import random
import secrets
import struct
import time

Event = tuple[bytes, bytes, bytes, int]  # kind, origin, dest, delay
Run = tuple[bytes, list[int]]  # records, and the offset of each
Answer = tuple[int, int, int, bytes]  # sequence, count, delay sum, airport

DATA = 4096
PUBLISHED = 1 << 48
PADDING = 1 << 49
DETACHED = -1

RING_MAGIC = 0x00454C4F50444154
CONSUMER_MAGIC = 0x534E4F4350444154

ENVELOPE = struct.Struct("<HHHH QQQqHHHBBHBBI")
EVENT = struct.Struct("<HHHH qiHHc3s3s2s6sx")
ANSWER = struct.Struct("<HHHH qqq3s5s")
ANSWER_RECORD = 48

ROWS = 26**3
ROW = struct.Struct("<qqqqq24x")
COPIES = 4096
BOARD_MAGIC = 0x4452414F42444154


def align(length: int, alignment: int) -> int:
    return (length + alignment - 1) & -alignment


class Words:
    """A mapped file, as 8-byte words that are read and written whole."""

    def __init__(self, path: pathlib.Path) -> None:
        with open(path, "r+b") as file:
            self.bytes = mmap.mmap(file.fileno(), 0)
        self.words = memoryview(self.bytes).cast("q")

    def __getitem__(self, offset: int) -> int:
        return self.words[offset // 8]

    def __setitem__(self, offset: int, value: int) -> None:
        self.words[offset // 8] = value

    def close(self) -> None:
        self.words.release()
        self.bytes.close()


def write_file(path: pathlib.Path, size: int, words: dict[int, int]) -> None:
    content = bytearray(size)
    for offset, value in words.items():
        struct.pack_into("<q", content, offset, value)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def create_channel(path: pathlib.Path, capacity: int, alignment: int, consumers: int = 1, schema: int = 0) -> None:
    os.mkdir(path, 0o700)
    ring_id = secrets.randbits(62) | 1
    write_file(
        path / "ring",
        DATA + capacity,
        {
            0: RING_MAGIC,
            8: 1,
            16: DATA,
            24: capacity,
            32: alignment,
            40: consumers,
            48: ring_id,
            56: time.time_ns(),
            64: schema,
        },
    )
    write_file(path / "producer.lock", 0, {})
    for k in range(consumers):
        write_file(path / f"consumer-{k}", 4096, {0: CONSUMER_MAGIC, 8: 1, 16: ring_id, 24: k, 32: time.time_ns()})
        write_file(path / f"consumer-{k}.lock", 0, {})


def take_role(path: pathlib.Path) -> int:
    """The lock of a role as Java takes it: a POSIX one. Owned until the descriptor that it answers is closed."""
    descriptor = os.open(path, os.O_RDWR)
    fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 0)
    fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 1)
    return descriptor


class Producer:
    """Publishes runs of messages to a ring."""

    def __init__(self, channel: pathlib.Path) -> None:
        self.ring = Words(channel / "ring")
        self.capacity = self.ring[24]
        self.alignment = self.ring[32]
        self.consumers = [Words(channel / f"consumer-{k}") for k in range(self.ring[40])]
        self.tail = self.ring[128]

    def encode(self, messages: list[bytes]) -> Run:
        """The messages as records side by side, each with its complete word."""
        records = bytearray()
        offsets = []
        for message in messages:
            length = 8 + len(message)
            offsets.append(len(records))
            records += struct.pack("<q", PUBLISHED | length) + message
            records += bytes(align(length, self.alignment) - length)
        return bytes(records), offsets

    def publish(self, run: Run) -> list[int]:
        """Makes the records of a run visible at once: their positions, none if there is no room."""
        records, offsets = run
        index = self.tail & (self.capacity - 1)
        padding = self.capacity - index if index + len(records) > self.capacity else 0
        start = self.tail + padding
        end = start + len(records)
        positions = [consumer[128] for consumer in self.consumers if consumer[128] != DETACHED]
        if end + 8 > min(positions, default=self.tail) + self.capacity:
            return []
        at = DATA + (start & (self.capacity - 1))
        self.ring.bytes[at + 8 : at + len(records)] = records[8:]
        (first,) = struct.unpack_from("<q", records)
        if padding:
            self.ring[at] = first
            first = PUBLISHED | PADDING | padding
        self.ring[DATA + (end & (self.capacity - 1))] = 0
        self.ring[DATA + index] = first
        self.ring[128] = end
        self.tail = end
        return [start + offset for offset in offsets]

    def forge(self, word: int) -> None:
        """Puts any word where the next record's belongs."""
        self.ring[DATA + (self.tail & (self.capacity - 1))] = word

    def close(self) -> None:
        for words in [self.ring, *self.consumers]:
            words.close()


class AnswerReader:
    """Reads and checks board answers."""

    def __init__(self, channel: pathlib.Path) -> None:
        self.ring = Words(channel / "ring")
        self.file = Words(channel / "consumer-0")
        self.capacity = self.ring[24]
        self.position = self.file[128]

    def read(self, limit: int | None = None) -> list[Answer]:
        answers: list[Answer] = []
        while limit is None or len(answers) < limit:
            index = self.position & (self.capacity - 1)
            word = self.ring[DATA + index]
            if word == 0:
                break
            if word & PADDING:
                assert word == PUBLISHED | PADDING | self.capacity - index, hex(word)
                self.position += self.capacity - index
                continue
            assert word == PUBLISHED | ANSWER_RECORD, f"{hex(word)} at {self.position}"
            block, template, schema, version, *fields, zeros = ANSWER.unpack_from(self.ring.bytes, DATA + index + 8)
            assert (block, template, schema, version, zeros) == (32, 2, 1000, 0, bytes(5))
            answers.append((fields[0], fields[1], fields[2], fields[3]))
            self.position += ANSWER_RECORD
        self.file[128] = self.position
        return answers

    def close(self) -> None:
        self.ring.close()
        self.file.close()


def event(kind: bytes, origin: bytes, dest: bytes, delay: int, metadata: bytes = b"") -> bytes:
    """A flight event in its envelope."""
    time_ns = 1_700_000_000_000_000_000
    payload = EVENT.pack(32, 1, 1000, 0, time_ns, delay, 1545, 1400, kind, origin, dest, b"UA", b"N14228")
    envelope = ENVELOPE.pack(44, 1, 21569, 0, 1, 2, 0, 3, 1, 65535, 1, 1, 0, 0, 2, 1, len(payload))
    return envelope + payload + struct.pack("<I", len(metadata)) + metadata


def random_event(random: random.Random, airports: list[bytes]) -> tuple[Event, bytes]:
    """An event's fields, and its message."""
    kind = random.choice([b"D", b"A", b"X"])
    origin, dest = random.choice(airports), random.choice(airports)
    latest = -1 if origin == b"AAA" else 1500  # of an airport that is always early, the maximum is negative
    delay = -2147483648 if kind == b"X" else random.randint(-60, latest)
    metadata = bytes(random.choice([0, 0, 0, 30, 200]))
    return (kind, origin, dest, delay), event(kind, origin, dest, delay, metadata)


class Board:
    """What the state file should hold, and each answer should say."""

    def __init__(self) -> None:
        self.rows: dict[bytes, list[int]] = {}

    def count(self, kind: bytes, origin: bytes, dest: bytes, delay: int) -> tuple[int, int, bytes]:
        """Counts an event: the count, delay sum and airport of its answer."""
        airport = dest if kind == b"A" else origin
        row = self.rows.setdefault(airport, [0, 0, 0, 0, 0])
        if kind == b"D":
            row[4] = delay if row[0] == 0 else max(row[4], delay)
            row[3] += delay
        field = {b"D": 0, b"X": 1, b"A": 2}[kind]
        row[field] += 1
        return row[field], row[3], airport

    def copy(self) -> bytes:
        """All rows as the state file has them."""
        content = bytearray(ROWS * ROW.size)
        for airport, row in self.rows.items():
            a, b, c = (letter - 65 for letter in airport)
            ROW.pack_into(content, ((a * 26 + b) * 26 + c) * ROW.size, *row)
        return bytes(content)


def read_state(path: pathlib.Path) -> tuple[int, bytes]:
    """The position of a state file, and its active copy."""
    content = path.read_bytes()
    magic, version, rows, row_length = struct.unpack_from("<qqqq", content)
    assert (magic, version, rows, row_length) == (BOARD_MAGIC, 1, ROWS, ROW.size)
    assert len(content) == COPIES + 2 * ROWS * ROW.size
    word = struct.unpack_from("<q", content, 128)[0]
    start = COPIES + (word & 1) * ROWS * ROW.size
    return word & ~63, content[start : start + ROWS * ROW.size]
