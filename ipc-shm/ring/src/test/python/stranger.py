"""A producer, a consumer and a reader of journals that were written from docs/layout.md alone, to see that it is enough.

    stranger.py publish CHANNEL COUNT SEED     publishes messages, one by one and in runs
    stranger.py consume CHANNEL K COUNT        consumes messages as consumer K
    stranger.py describe CHANNEL               prints every word that has a name
    stranger.py journal DIRECTORY              reads a journal from its beginning to its end

Messages are told by their number, their bytes and the CRC-32 over all of them, each with its length before it. Exit
codes: 0 done, 1 what a file says cannot be, 2 wrong use. Standard library only; for x86-64 (see "Memory order").
"""

import fcntl
import mmap
import os
import pathlib
import random
import stat
import struct
import sys
import time
import zlib

PUBLISHED = 1 << 48
PADDING = 1 << 49
LENGTH_MASK = 0xFFFFFFFF
DATA = 4096
DETACHED = -1
JOINING = 1
HIGHEST_POSITION = 1 << 62
RING_MAGIC = 19505676925813076
CONSUMER_MAGIC = 6002822503859503444
F_OFD_SETLK = 37


class Corrupt(Exception):
    """What a file says cannot be."""


def round_up(length: int, alignment: int) -> int:
    return (length + alignment - 1) & -alignment


# ---- files


class Words:
    """A mapped file of a channel: words by their offset, and bytes."""

    def __init__(self, path: pathlib.Path, magic: int, writable: bool) -> None:
        descriptor = os.open(path, (os.O_RDWR if writable else os.O_RDONLY) | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size < DATA:
                raise Corrupt(f"{path} is no whole file of a channel")
            self.length = status.st_size
            access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
            self.bytes = mmap.mmap(descriptor, self.length, access=access)
        finally:
            os.close(descriptor)
        self.words = memoryview(self.bytes).cast("q")
        version = self[8]
        if self[0] not in (magic, 0) or (self[0] == 0 and version != 0):
            raise Corrupt(f"{path} is not a file of this kind")
        if version == 0:
            raise Corrupt(f"{path} is half created")
        if version != 1:
            raise Corrupt(f"{path} has layout version {version}")
        for page in range(0, self.length, mmap.PAGESIZE):
            self.bytes[page]

    def __getitem__(self, offset: int) -> int:
        return self.words[offset >> 3]

    def __setitem__(self, offset: int, word: int) -> None:
        self.words[offset >> 3] = word

    def text(self, offset: int) -> str:
        return self.bytes[offset : offset + 56].rstrip(b"\0").decode()

    def close(self) -> None:
        self.words.release()
        self.bytes.close()


class Ring(Words):
    """The file `ring`."""

    def __init__(self, channel: pathlib.Path, writable: bool) -> None:
        super().__init__(channel / "ring", RING_MAGIC, writable)
        header, self.capacity, self.alignment, self.consumers, self.ring_id = (self[at] for at in range(16, 56, 8))
        self.stages = self[80]
        if (
            header != DATA
            or not 1 << 16 <= self.capacity <= 1 << 30
            or self.capacity & (self.capacity - 1)
            or self.alignment not in (8, 64)
            or not 0 <= self.consumers <= 64
            or self.ring_id == 0
            or not 0 <= self.stages <= 28
            or self.length != header + self.capacity
        ):
            raise Corrupt("the ring's header cannot be")

    def is_position(self, position: int) -> bool:
        return 0 <= position <= HIGHEST_POSITION and position % self.alignment == 0

    def at(self, position: int) -> int:
        return DATA + position % self.capacity

    def size(self, position: int, word: int) -> int:
        """What the record of a word takes, which is not 0."""
        index = position % self.capacity
        length = word & LENGTH_MASK
        half = self.capacity // 2
        if word == PUBLISHED + length and 9 <= length <= half:
            size = round_up(length, self.alignment)
            if index + size <= self.capacity:
                return size
        if word == PUBLISHED + PADDING + length and length == self.capacity - index and length <= half:
            return length
        raise Corrupt(f"the word {word:#x} at position {position} cannot be")

    def records(self, start: int, end: int) -> bool:
        """Whether whole records lie between two positions."""
        if not (self.is_position(start) and self.is_position(end) and 0 <= end - start <= self.capacity):
            return False
        try:
            while start < end:
                start += self.size(start, self[self.at(start)])
        except Corrupt:
            return False
        return start == end


def consumer_file(channel: pathlib.Path, ring: Ring, index: int, writable: bool) -> Words:
    file = Words(channel / f"consumer-{index}", CONSUMER_MAGIC, writable)
    if file[16] != ring.ring_id or file[24] != index or file.length != 4096:
        raise Corrupt(f"consumer-{index} is of another ring or another consumer")
    return file


def lock_byte(descriptor: int, at: int) -> bool:
    lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, at, 1, 0)
    try:
        fcntl.fcntl(descriptor, F_OFD_SETLK, lock)
    except OSError:
        return False
    return True


def own(path: pathlib.Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    if not lock_byte(descriptor, 0):
        os.close(descriptor)
        raise Corrupt(f"{path} has another owner")
    while not lock_byte(descriptor, 1):
        time.sleep(0.001)
    return descriptor


# ---- roles


class Producer:
    def __init__(self, channel: pathlib.Path) -> None:
        self.lock = own(channel / "producer.lock")
        self.ring = Ring(channel, True)
        if self.ring.stages:
            raise Corrupt("only an engine may be the producer of this ring")
        self.files = [consumer_file(channel, self.ring, k, False) for k in range(self.ring.consumers)]
        self.seen = [0] * len(self.files)
        self.limit = 0
        self.messages, self.bytes, self.back_pressured = self.ring[384], self.ring[392], self.ring[400]
        self.tail = self.recover()
        self.epoch = self.ring[256] + 1
        self.ring[256] = self.epoch
        self.ring[128] = self.tail

    def recover(self) -> int:
        ring = self.ring
        stored = tail = ring[128]
        if not ring.is_position(stored):
            raise Corrupt(f"the tail {stored} cannot be")
        while word := ring[ring.at(tail)]:
            tail += ring.size(tail, word)
            if tail - stored > ring.capacity:
                raise Corrupt("words are published all around")
            if not word & PADDING:
                self.messages += 1
                self.bytes += (word & LENGTH_MASK) - 8
        for file in self.files:
            if not file[128] & JOINING and not ring.records(file[128], tail):
                raise Corrupt(f"between a consumer at {file[128]} and the tail at {tail} lie no whole records")
        return tail

    def publish(self, run: list[bytes]) -> bool:
        """Publishes messages together; False when there is no space."""
        ring = self.ring
        sizes = [round_up(8 + len(message), ring.alignment) for message in run]
        need = sum(sizes)
        if need > ring.capacity // 2:
            raise ValueError("too long")
        index = self.tail % ring.capacity
        padding = ring.capacity - index if index + need > ring.capacity else 0
        required = self.tail + padding + need + 8
        if required > self.limit:
            self.refresh()
            if required > self.limit:
                self.back_pressured += 1
                ring[400] = self.back_pressured
                return False
        first = position = self.tail + padding
        for message, size in zip(run, sizes):
            at = ring.at(position)
            ring.bytes[at + 8 : at + 8 + len(message)] = message
            if position > first:
                ring[at] = PUBLISHED + 8 + len(message)
            position += size
        ring[ring.at(position)] = 0
        word = PUBLISHED + 8 + len(run[0])
        if padding:
            ring[ring.at(first)] = word
            word = PUBLISHED + PADDING + padding
        ring[ring.at(self.tail)] = word
        ring[128] = self.tail = position
        self.messages += len(run)
        self.bytes += sum(len(message) for message in run)
        ring[384] = self.messages
        ring[392] = self.bytes
        return True

    def refresh(self) -> None:
        lowest = self.tail
        for k, file in enumerate(self.files):
            position = file[128]
            if position == DETACHED:
                continue
            position &= ~JOINING
            if position % self.ring.alignment or not self.seen[k] <= position <= self.tail:
                raise Corrupt(f"consumer {k} says that it is at {position}")
            self.seen[k] = position
            lowest = min(lowest, position)
        if self.ring[256] != self.epoch:
            raise Corrupt("deposed")
        self.limit = lowest + self.ring.capacity

    def close(self) -> None:
        for words in [self.ring, *self.files]:
            words.close()
        os.close(self.lock)


class Consumer:
    def __init__(self, channel: pathlib.Path, index: int) -> None:
        self.ring = Ring(channel, False)
        if not 0 <= index < self.ring.consumers:
            raise Corrupt(f"there is no consumer {index}")
        self.lock = own(channel / f"consumer-{index}.lock")
        self.file = consumer_file(channel, self.ring, index, True)
        self.epoch = self.file[256] + 1
        self.file[256] = self.epoch
        # Here belongs the fence that Python does not have: see "Memory order" for what that risks.
        self.head = self.published = self.resume()
        self.counts = [self.file[at] for at in (384, 392, 400)]

    def resume(self) -> int:
        position = self.file[128]
        if position & JOINING:
            raise Corrupt("it was evicted, or has half joined")
        while True:
            tail = self.ring[128]
            found = self.ring.records(position, tail) or self.ring.records(tail, position)
            if tail == self.ring[128]:
                break
        if not found:
            raise Corrupt(f"between position {position} and the tail at {tail} lie no whole records")
        return position

    def poll(self, limit: int) -> list[bytes]:
        ring = self.ring
        messages: list[bytes] = []
        while len(messages) < limit and (word := ring[ring.at(self.head)]):
            size = ring.size(self.head, word)
            if not word & PADDING:
                at = ring.at(self.head)
                messages.append(ring.bytes[at + 8 : at + (word & LENGTH_MASK)])
                self.counts[0] += 1
                self.counts[1] += len(messages[-1])
            self.head += size
            if self.head - self.published >= ring.capacity // 8:
                self.publish()
        if messages:
            self.counts[2] += 1
        if self.head != self.published:
            self.publish()
        return messages

    def publish(self) -> None:
        if self.file[256] != self.epoch:
            raise Corrupt("deposed")
        for at, count in zip((384, 392, 400), self.counts):
            self.file[at] = count
        self.file[128] = self.published = self.head

    def close(self) -> None:
        self.ring.close()
        self.file.close()
        os.close(self.lock)


# ---- the journal


def crc32c(data: bytes, table: list[int]) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def crc32c_table() -> list[int]:
    # 0x1EDC6F41 with its bits in the reverse order.
    reflected = int(f"{0x1EDC6F41:032b}"[::-1], 2)
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (reflected if byte & 1 else 0)
        table.append(byte)
    return table


def documents(path: pathlib.Path):
    """The excerpts of a file, up to its end for now."""
    with open(path, "rb") as file:
        position = 0
        while True:
            head = os.pread(file.fileno(), 4, position)
            if len(head) < 4:
                return
            (word,) = struct.unpack("<I", head)
            if word == 0 or word & 1 << 31:
                return
            length = word & 0x3FFFFFFF
            if not word & 1 << 30:
                yield os.pread(file.fileno(), length, position + 4)
            position = round_up(position + 4 + length, 4)


def journal(directory: pathlib.Path) -> None:
    table = crc32c_table()
    sequence = excerpts = 0
    told = Told()
    for path in sorted(directory.glob("*.cq4")):
        for document in documents(path):
            if document[:8] != b"TADJRNL\x01":
                raise Corrupt(f"no excerpt in {path}")
            first, messages, _, _, _, _, run_start, length, crc = struct.unpack_from("<9q", document, 8)
            body = document[80:]
            if length != len(body) or crc != crc32c(document[:72] + body, table):
                raise Corrupt(f"the excerpt of sequence {sequence} is damaged")
            if first != sequence or not 0 <= run_start <= first:
                raise Corrupt(f"sequence {sequence} is missing")
            at = 0
            for _ in range(messages):
                (word,) = struct.unpack_from("<Q", body, at)
                size = word & LENGTH_MASK
                if size < 9 or at + round_up(size, 64) > len(body):
                    raise Corrupt("a record leaves its excerpt")
                told.add(body[at + 8 : at + size])
                at += round_up(size, 64)
            if at != len(body) or messages < 1:
                raise Corrupt("the records are not what the header says")
            sequence += messages
            excerpts += 1
    print(f"{excerpts} excerpts, {told}")


# ---- the program


class Told:
    """Messages in three numbers."""

    def __init__(self) -> None:
        self.messages = self.bytes = self.crc = 0

    def add(self, message: bytes) -> None:
        self.messages += 1
        self.bytes += len(message)
        self.crc = zlib.crc32(message, zlib.crc32(struct.pack("<i", len(message)), self.crc))

    def __str__(self) -> str:
        return f"{self.messages} messages, {self.bytes} bytes, CRC-32 {self.crc:08x}"


def publish(channel: pathlib.Path, count: int, seed: int) -> None:
    numbers = random.Random(seed)
    producer = Producer(channel)
    told = Told()
    while told.messages < count:
        run = []
        for _ in range(min(count - told.messages, numbers.choice([1, 1, 1, 2, 16]))):
            run.append(numbers.randbytes(numbers.choice([1, 8, 56, 57, 300, numbers.randint(1, 1000)])))
        if numbers.random() < 0.01:
            run = [numbers.randbytes(producer.ring.capacity // 2 - 8)]
        while not producer.publish(run):
            time.sleep(0)
        for message in run:
            told.add(message)
    producer.close()
    print(told)


def consume(channel: pathlib.Path, index: int, count: int) -> None:
    consumer = Consumer(channel, index)
    told = Told()
    while told.messages < count:
        messages = consumer.poll(min(count - told.messages, 50))
        for message in messages:
            told.add(message)
        if not messages:
            time.sleep(0)
    consumer.close()
    print(told)


def describe(channel: pathlib.Path) -> None:
    ring = Ring(channel, False)
    for name, at in [("capacity", 24), ("alignment", 32), ("schemaId", 64), ("schemaVersion", 72), ("epoch", 256)]:
        print(f"{name} {ring[at]}")
    for i in range(ring.stages):
        at = 512 + 128 * i
        print(f"stage {ring.text(at + 64)} at {ring[at]}, {ring[at + 8]} messages, {ring[at + 16]} batches")
    for k in range(ring.consumers):
        file = consumer_file(channel, ring, k, False)
        print(f"consumer {file.text(64)} at {file[128]}, {file[384]} messages, {file[392]} bytes")
    print(f"tail {ring[128]}, {ring[384]} messages, {ring[392]} bytes")


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["publish", channel, count, seed]:
                publish(pathlib.Path(channel), int(count), int(seed))
            case ["consume", channel, index, count]:
                consume(pathlib.Path(channel), int(index), int(count))
            case ["describe", channel]:
                describe(pathlib.Path(channel))
            case ["journal", directory]:
                journal(pathlib.Path(directory))
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except Corrupt as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
