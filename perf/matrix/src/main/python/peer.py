"""The peer in Python: peer.py write|read CHANNEL NOTES PLAN.

It takes its role, and works as the notes say, with the messages of the plan: io.tadpole.matrix has both, Notes and
Plan. Exit status 0: it was told to end, or its parent is gone; 1: what it found is wrong, and a sentence on standard
error says so.
"""

import mmap
import os
import struct
import sys
import time

import tadpole

PROGRESS = 0
WAITS = 8 // 8
FIRST = 16 // 8
RETURNED = 24 // 8
PARENT = 512 // 8
AUTHOR = 520 // 8
GATE = 528 // 8
END = 536 // 8
READ = 1024 // 8

HEADER = struct.Struct("<qq")
ENTRIES = 16384
ENTRY = 4
STEP = 1021
LENGTH = 1
COUNT = 2
LONGEST = 3
LAST_AUTHOR = 383
MOST_POLLED = 256


class Peer:
    """What both roles need. An item of a view of 8-byte items is loaded and stored whole."""

    def __init__(self, notes: str, plan: str) -> None:
        with open(notes, "r+b") as file:
            self.notes = memoryview(mmap.mmap(file.fileno(), 0)).cast("q")
        with open(plan, "rb") as file:
            planned = file.read()
        self.entries = memoryview(planned)[: 8 * ENTRIES * ENTRY].cast("q")
        self.table = planned[8 * ENTRIES * ENTRY :]
        self.rounds = 0

    def idle(self) -> None:
        """Wait a little, or end with the parent."""
        if os.getppid() != self.notes[PARENT]:
            sys.exit(0)
        self.rounds += 1
        time.sleep(0 if self.rounds < 64 else 50e-6)

    def entry(self, author: int, number: int) -> int:
        """Where a message's entry starts."""
        return ((number + STEP * author) & (ENTRIES - 1)) * ENTRY

    def body(self, entry: int) -> bytes:
        """The bytes behind author and number."""
        offset = self.entries[entry]
        return self.table[offset : offset + self.entries[entry + LENGTH] - HEADER.size]

    def message(self, author: int, number: int) -> bytes:
        """A whole message."""
        return HEADER.pack(author, number) + self.body(self.entry(author, number))


def publish(peer: Peer, producer: tadpole.Producer, author: int, number: int, count: int) -> bool:
    """Publish a message or a run, in each of the ways that there are; False when there is no space."""
    messages = [peer.message(author, number + i) for i in range(count)]
    if count == 1 and number % 2 == 0:
        return producer.try_offer(messages[0])
    if number % 3 == 0:
        return producer.try_offer_run(messages)
    longest = peer.entries[peer.entry(author, number) + LONGEST]
    claim = producer.try_claim(len(messages[0])) if count == 1 else producer.try_claim_run(longest, count)
    if claim is None:
        return False
    with claim:
        for message in messages[:-1]:
            claim.buffer[: len(message)] = message
            claim.next(len(message))
        claim.buffer[: len(messages[-1])] = messages[-1]
        claim.commit(len(messages[-1]))
    return True


def write(peer: Peer, channel: str) -> None:
    """Publish as far as the gate, until the end."""
    notes = peer.notes
    with tadpole.Producer(channel) as producer:
        author = notes[AUTHOR]
        number = 0
        while True:
            end = notes[END]
            gate = notes[GATE]
            if number >= gate:
                if end == 1:
                    return
                peer.idle()
                continue
            count = min(peer.entries[peer.entry(author, number) + COUNT], gate - number)
            if not publish(peer, producer, author, number, count):
                notes[WAITS] += 1
                peer.idle()
                continue
            peer.rounds = 0
            number += count
            notes[PROGRESS] = number


class Reader:
    """Checks each message, and that none is missing."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.handled = 0
        self.author = 0
        self.next = 0

    def handle(self, message: memoryview) -> None:
        """Take one message."""
        peer = self.peer
        notes = peer.notes
        while self.handled >= notes[GATE]:
            peer.idle()
        if len(message) < HEADER.size:
            sys.exit(f"a message of {len(message)} bytes")
        author, number = HEADER.unpack_from(message)
        if self.handled == 0:
            notes[FIRST] = number
        elif (author, number) not in ((self.author, self.next), (self.author + 1, 0)):
            sys.exit(f"behind message {self.next - 1} of author {self.author} comes message {number} of {author}")
        entry = peer.entry(author, number)
        if not 1 <= author <= LAST_AUTHOR or message[HEADER.size :].tobytes() != peer.body(entry):
            sys.exit(f"message {number} of author {author} is not as it was written")
        self.author = author
        self.next = number + 1
        self.handled += 1
        notes[READ + author] = self.next
        notes[PROGRESS] = self.handled


def read(peer: Peer, channel: str) -> None:
    """Take what there is, until the end."""
    notes = peer.notes
    reader = Reader(peer)
    with tadpole.Consumer(channel, 0) as consumer:
        while True:
            end = notes[END]
            before = reader.handled
            with consumer.poll(MOST_POLLED) as batch:
                for message in batch:
                    with message:
                        reader.handle(message)
            if reader.handled > before:
                consumer.publish()
                notes[RETURNED] = reader.next
                peer.rounds = 0
            elif end == 1:
                return
            else:
                notes[WAITS] += 1
                peer.idle()


def main() -> None:
    """Take the role."""
    role, channel, notes, plan = sys.argv[1:]
    peer = Peer(notes, plan)
    if role == "write":
        write(peer, channel)
    else:
        read(peer, channel)


if __name__ == "__main__":
    main()
