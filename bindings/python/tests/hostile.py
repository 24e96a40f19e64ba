"""Reads rings that no producer has written: words forged in place, in the header, in records and in positions.

    hostile.py COUNT [SEED] [FIRST]

Attaches to each ring and polls it, in every way there is; some are also written to. Every answer must be a message
within bounds or an exception of Tadpole's own, and come to an end. Prints the seed, and how often what happened.
`hostile.py 1 SEED NUMBER` is one ring alone.
"""

import collections
import mmap
import pathlib
import random
import shutil
import sys
import tempfile
import time

import tadpole
from tadpole.layout import FIELDS

CAPACITY = FIELDS["capacity.min"].at
DATA = FIELDS["ring.data"].at
PUBLISHED = FIELDS["record.published"].at
PADDING = FIELDS["record.padding"].at
POSITION = FIELDS["consumer.position"].at
TAIL = FIELDS["ring.tail"].at
HEADER_WORDS = [field.at for name, field in FIELDS.items() if name.startswith("ring.") and field.size == 8]
CONSUMER_WORDS = [field.at for name, field in FIELDS.items() if name.startswith("consumer.") and field.size == 8]
EDGES = [0, 1, 8, 9, 16, 64, CAPACITY // 2, CAPACITY // 2 + 8, CAPACITY - 8, CAPACITY, 1 << 31, 1 << 32, 1 << 62]


class Mapped:
    """A file of the channel, and what stood there at first."""

    def __init__(self, path: pathlib.Path) -> None:
        with open(path, "r+b") as file:
            self.bytes = mmap.mmap(file.fileno(), 0)
        self.words = memoryview(self.bytes).cast("q")
        self.original = bytes(self.bytes)
        self.touched: set[int] = set()

    def forge(self, offset: int, word: int) -> None:
        self.words[offset >> 3] = word
        self.touched.add(offset)

    def restore(self, everything: bool) -> None:
        if everything:
            self.bytes[:] = self.original
        for offset in self.touched:
            self.bytes[offset : offset + 8] = self.original[offset : offset + 8]
        self.touched.clear()

    def close(self) -> None:
        self.words.release()
        self.bytes.close()


class Hostile:
    def __init__(self, folder: pathlib.Path, seed: int) -> None:
        self.seed = seed
        self.random = random.Random()
        self.path = folder / "ring"
        self.outcomes: collections.Counter[str] = collections.Counter()
        tadpole.create(self.path, CAPACITY, consumers=1)
        self.random.seed(seed)
        with tadpole.Producer(self.path) as producer, tadpole.Consumer(self.path) as consumer:
            for _ in range(3000):  # several times around
                message = self.random.randbytes(self.random.choice([1, 8, 24, 24, 100, 400]))
                while not producer.try_offer(message):
                    consumer.poll(1 << 20)
                if self.random.random() < 0.02:
                    consumer.poll(1 << 20)
            consumer.poll(1 << 20)
            consumer.publish()
            self.head = consumer.position % CAPACITY
            while producer.try_offer(self.random.randbytes(self.random.choice([24, 24, 24, 24, 7, 1000]))):
                if producer.position - consumer.position > CAPACITY * 3 // 4:
                    break
        self.ring = Mapped(self.path / "ring")
        self.consumer = Mapped(self.path / "consumer-0")
        self.starts = [self.head]  # of records that the consumer will come to
        while (word := self.ring.words[(DATA + self.starts[-1]) >> 3]) and len(self.starts) < 200:
            self.starts.append((self.starts[-1] + ((word & 0xFFFFFFFF) + 7 & -8)) % CAPACITY)

    def close(self) -> None:
        self.ring.close()
        self.consumer.close()

    def word(self) -> int:
        """A word that may be anything, and mostly is nearly right."""
        pick = self.random.getrandbits(4)
        if pick < 8:
            length = (self.random.getrandbits(16), self.random.getrandbits(7), CAPACITY // 2, 32)[pick & 3]
            return PUBLISHED | length | (PADDING if pick & 4 and length > 100 else 0)
        if pick < 10:
            return self.random.getrandbits(64) - (1 << 63)
        if pick < 12:
            return self.ring.words[(TAIL >> 3)] + self.random.getrandbits(17) - (1 << 16)
        if pick < 14:
            return PUBLISHED | PADDING | (CAPACITY - self.random.choice(self.starts))
        edge = self.random.choice(EDGES)
        return -edge if pick == 14 else edge + self.random.getrandbits(2)

    def forge(self) -> None:
        for _ in range(1 + self.random.getrandbits(2)):
            pick = self.random.getrandbits(4)
            if pick < 9:
                self.ring.forge(DATA + self.random.choice(self.starts), self.word())
            elif pick < 11:
                self.ring.forge(DATA + (self.random.getrandbits(13) << 3), self.word())
            elif pick == 11:
                self.ring.forge(TAIL, self.word())
            elif pick == 12:
                self.consumer.forge(POSITION, self.word())
            elif pick == 13:
                self.ring.forge(self.random.choice(HEADER_WORDS), self.word())
            elif pick == 14:
                self.consumer.forge(self.random.choice(CONSUMER_WORDS), self.word())
            else:
                self.ring.forge(DATA + (self.head + 8 * self.random.getrandbits(4)) % CAPACITY, self.word())

    def run(self, number: int) -> None:
        self.random.seed(self.seed << 32 | number)
        writes = self.random.getrandbits(5) == 0
        is_late = self.random.getrandbits(1) == 1
        if not is_late:
            self.forge()
        try:
            self.read(is_late)
            if writes:
                self.write()
        except tadpole.Error as error:
            self.outcomes[error.status.name] += 1
            if not str(error).startswith(f"{self.path}: "):
                raise AssertionError(f"ring {number}: {error}") from error
        finally:
            self.ring.restore(writes)
            self.consumer.restore(True)

    def read(self, is_late: bool) -> None:
        with tadpole.Consumer(self.path, join=self.random.getrandbits(1) == 1) as consumer:
            if is_late:
                self.forge()
            way = self.random.getrandbits(2)
            read = 0
            for _ in range(40):  # plausible words all around make a ring without an end
                if way == 3 and consumer.wait(0):
                    read += self.look(next(consumer))
                    continue
                with consumer.poll_fixed(100) if way == 2 else consumer.poll(100) as batch:
                    for message in batch:
                        read += self.look(message)
                    if not batch:
                        break
                if way == 1 and self.random.getrandbits(2) == 0:
                    self.forge()
            self.outcomes["read to the end" if read else "nothing there"] += 1

    def look(self, message: memoryview) -> int:
        length = len(message)
        if not 1 <= length <= CAPACITY // 2 - 8 or not message.readonly:
            raise AssertionError(f"a message of {length} bytes")
        return 1 + (message[0] + message[length >> 1] + message[-1]) * 0

    def write(self) -> None:
        with tadpole.Producer(self.path) as producer:
            for _ in range(3):
                producer.try_offer(b"x" * self.random.randint(1, producer.max_message_length))
            self.outcomes["written"] += 1


def run(count: int, seed: int, first: int = 0) -> collections.Counter[str]:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tadpole-hostile-", dir="/dev/shm"))
    try:
        hostile = Hostile(folder, seed)
        for number in range(first, first + count):
            if number % 1_000_000 == 0 and number > first:
                print(f"ring {number} of {first + count}", file=sys.stderr, flush=True)
            hostile.run(number)
        hostile.close()
        return hostile.outcomes
    finally:
        shutil.rmtree(folder)


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 3:
        print(__doc__, file=sys.stderr)
        return 2
    count, seed, first = (*map(int, arguments), *(time.time_ns() % 1_000_000, 0)[len(arguments) - 1 :])
    print(f"seed {seed}", flush=True)
    start = time.monotonic()
    outcomes = run(count, seed, first)
    for outcome, times in outcomes.most_common():
        print(f"{times:10d} {outcome}")
    print(f"{count} hostile rings in {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
