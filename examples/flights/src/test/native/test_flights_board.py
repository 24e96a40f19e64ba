"""Runs the real flights board (FLIGHTS_BOARD_BIN, Codon's or C's) against channels that this test plays the engine of.

FLIGHTS_BOARD_BIN=build/native/flights_board python3 -m unittest discover examples/flights/src/test/native
"""

import ctypes
import fcntl
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable

from channels import (
    ANSWER_RECORD,
    DATA,
    PADDING,
    PUBLISHED,
    Answer,
    AnswerReader,
    Board,
    Producer,
    Words,
    create_channel,
    event,
    random_event,
    read_state,
    take_role,
)

BINARY = os.environ["FLIGHTS_BOARD_BIN"]
SEED = int(os.environ.get("SEED", str(time.time_ns() % 1_000_000)))
KILLS_AT_WORK = int(os.environ.get("KILLS_AT_WORK", "20"))
WATCHDOG_SECONDS = 300
MISSING = "No such file|does not exist"
AIRPORTS = [b"JFK", b"EWR", b"LGA", b"AAA", b"ZZZ", b"ORD", b"BOS"]
PR_SET_CHILD_SUBREAPER = 36

Process = subprocess.Popen[str]
Published = tuple[int, bytes, bytes, bytes, int]  # position, and an event's fields


def setUpModule() -> None:
    print(f"seed {SEED}, binary {BINARY}", file=sys.stderr)


class FlightsBoardTest(unittest.TestCase):
    def setUp(self) -> None:
        self.random = random.Random(SEED)
        self.deadline = time.monotonic() + WATCHDOG_SECONDS

    def create(self, capacity: int = 1 << 20, consumers: int = 1, answer_capacity: int = 1 << 20) -> None:
        """New channels, in a folder of their own."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="flights-board-", dir="/dev/shm"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.engine = self.folder / "engine"
        self.answers = self.folder / "answers"
        self.state = self.folder / "state"
        create_channel(self.engine, capacity, 64, consumers, schema=21569)
        create_channel(self.answers, answer_capacity, 8, schema=1000)
        self.producer = Producer(self.engine)
        self.addCleanup(self.producer.close)
        self.reader = AnswerReader(self.answers)
        self.addCleanup(self.reader.close)
        self.consumer = Words(self.engine / "consumer-0")
        self.addCleanup(self.consumer.close)

    def arguments(self) -> list[pathlib.Path | str]:
        return [BINARY, self.engine, "0", self.answers, self.state, str(os.getpid())]

    def start(self) -> Process:
        process = subprocess.Popen(self.arguments(), stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.kill, process)
        return process

    def kill(self, process: Process) -> None:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()

    def wait(self, condition: Callable[[], bool], process: Process | None = None) -> None:
        """Until the condition holds, which it may only do while the process runs."""
        while not condition():
            self.assertLess(time.monotonic(), self.deadline, "watchdog")
            if process and process.poll() is not None:
                self.fail(f"the board ended with {process.returncode}: {process.communicate()[1]}")
            time.sleep(0.0002)

    def publish(self, count: int) -> list[Published]:
        """Publishes random events: their fields, each with its position."""
        events: list[Published] = []
        while len(events) < count:
            made = [random_event(self.random, AIRPORTS) for _ in range(min(100, count - len(events)))]
            positions = self.producer.publish(self.producer.encode([message for _, message in made]))
            assert positions, "the test's ring is too small"
            events += [(position, *fields) for position, (fields, _) in zip(positions, made, strict=True)]
        return events

    def expected(self, events: list[Published], board: Board) -> list[Answer]:
        """Counts events on the board: their answers."""
        return [(event[0] // 64, *board.count(*event[1:])) for event in events]

    def consumed(self) -> bool:
        return self.consumer[128] == self.producer.tail

    def check_answers(self, answers: list[Answer], expected: list[Answer]) -> None:
        for i, pair in enumerate(zip(answers, expected, strict=False)):
            self.assertEqual(*pair, f"answer {i}")
        self.assertEqual(len(answers), len(expected))

    def check_state(self, board: Board, position: int | None = None) -> None:
        """That the state file counts up to a position, by default the last event's end, just what the board counts."""
        counted, rows = read_state(self.state)
        self.assertEqual(counted, self.producer.tail if position is None else position)
        expected = board.copy()
        self.assertEqual([at for at in range(0, len(rows), 64) if rows[at : at + 64] != expected[at : at + 64]], [])

    def failing(self, status: int) -> str:
        """The sentence with which the board ends."""
        process = self.start()
        _, error = process.communicate(timeout=WATCHDOG_SECONDS)
        self.assertEqual(process.returncode, status, error)
        self.assertRegex(error, r"\Aflights_board: [^\n]+\n\Z")
        return error

    def test_should_answer_and_count_each_event(self) -> None:
        self.create()
        process = self.start()
        board = Board()
        sent = 0
        for _ in range(40):  # several times around both rings
            events = self.publish(3000)
            self.wait(self.consumed, process)
            self.check_answers(self.reader.read(), self.expected(events, board))
            sent += len(events)
        self.check_state(board)
        self.assertEqual(self.consumer[384], sent)
        self.assertGreater(self.consumer[392], sent * 100)
        self.assertGreaterEqual(self.consumer[400], 40 * 3000 // 256)
        self.assertEqual(self.state.stat().st_mode & 0o777, 0o600)
        self.assertGreaterEqual(self.state.stat().st_blocks * 512, self.state.stat().st_size)

    def test_should_lose_and_repeat_nothing_when_killed_at_random(self) -> None:
        self.create()
        runs = []
        for _ in range(50):
            made = [random_event(self.random, AIRPORTS) for _ in range(200)]
            runs.append(([fields for fields, _ in made], self.producer.encode([message for _, message in made])))
        board = Board()
        expected: list[Answer] = []
        answered = 0
        repeated = 0
        kills = kills_at_work = 0
        while kills_at_work < KILLS_AT_WORK:
            while True:  # fill the ring, so that the board is at work when it is killed
                events, run = self.random.choice(runs)
                positions = self.producer.publish(run)
                if not positions:
                    break
                expected += self.expected([(p, *e) for p, e in zip(positions, events, strict=True)], board)
            process = self.start()
            if self.random.random() < 0.8:
                self.spin_until_answered(self.random.randrange(answered, len(expected) - 1000))
            else:
                self.spin(self.random.uniform(0, 0.004))  # anywhere in its start
            self.assertIsNone(process.poll())
            self.kill(process)
            before = answered
            answered, again = self.take_answers(expected, answered)
            repeated += again
            kills += 1
            kills_at_work += answered > before and not self.consumed()
        process = self.start()
        self.wait(self.consumed, process)
        answered, again = self.take_answers(expected, answered)
        self.assertEqual(answered, len(expected))
        self.check_state(board)
        repeated += again
        print(
            f"{kills} kills, {kills_at_work} at work: {answered} events, {repeated} repeated answers", file=sys.stderr
        )

    def spin_until_answered(self, count: int) -> None:
        while self.reader.ring[384] < count:
            self.assertLess(time.monotonic(), self.deadline, "watchdog")

    def spin(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            pass

    def take_answers(self, expected: list[Answer], answered: int) -> tuple[int, int]:
        """Checks answers against what is expected next: how many are there now, and how many were repeated.

        Where a killed board's successor begins, answers go back, never forward, and are the same as before.
        """
        repeated = 0
        at = answered
        for answer in self.reader.read():
            if at == len(expected) or answer[0] != expected[at][0]:
                at = next((i for i in range(at - 1, -1, -1) if expected[i][0] == answer[0]), len(expected))
                self.assertLess(at, len(expected), f"answer {answer} leaves a gap")
            self.assertEqual(answer, expected[at])
            repeated += at < answered
            at += 1
            answered = max(answered, at)
        return answered, repeated

    def test_should_create_its_state_again_when_killed_while_creating_it(self) -> None:
        self.create()
        for _ in range(50):
            self.state.unlink(missing_ok=True)
            process = self.start()
            self.spin(self.random.uniform(0, 0.004))
            self.kill(process)
            process = self.start()
            self.wait(lambda: self.state.exists() and self.state.stat().st_size == 4096 + 2 * 26**3 * 64)
            self.kill(process)
        self.start()
        board = Board()
        self.assertEqual(len(self.expected(self.publish(100), board)), 100)
        self.wait(self.consumed)
        self.check_state(board)

    def test_should_commit_what_is_answered_before_it_waits_for_a_full_answer_ring(self) -> None:
        self.create(answer_capacity=1 << 16)
        process = self.start()
        board = Board()
        events = self.publish(4000)
        expected = self.expected(events, board)
        self.wait(lambda: self.reader.ring[400] > 0, process)
        answered = self.reader.ring[384]
        self.assertIn(answered, range(1, 4000))
        self.wait(lambda: self.consumer[128] == events[answered][0], process)
        self.assertEqual(read_state(self.state)[0], events[answered][0])
        answers: list[Answer] = []
        while len(answers) < 4000:
            self.wait(lambda: self.reader.ring[128] > self.reader.position, process)
            answers += self.reader.read(limit=self.random.randint(1, 50))
        self.check_answers(answers, expected)
        self.wait(self.consumed, process)
        self.check_state(board)

    def test_should_go_on_after_a_kill_while_the_answer_ring_was_full(self) -> None:
        self.create(answer_capacity=1 << 16)
        process = self.start()
        board = Board()
        expected = self.expected(self.publish(4000), board)
        answers = 0
        while answers < 4000:
            self.wait(lambda: self.reader.ring[128] > self.reader.position)
            answers, _ = self.take_answers(expected, answers)
            self.kill(process)
            process = self.start()
        self.wait(self.consumed)
        self.check_state(board)

    def run_and_kill(self, count: int) -> tuple[list[Published], list[Answer], Board]:
        """Lets the board count some events, and kills it when it has: the events, their answers, the board."""
        process = self.start()
        board = Board()
        events = self.publish(count)
        self.wait(self.consumed, process)
        self.kill(process)
        return events, self.expected(events, board), board

    def test_should_start_where_its_state_counts_to_when_the_position_is_behind(self) -> None:
        self.create()
        events, expected, board = self.run_and_kill(1000)
        self.consumer[128] = events[500][0]
        process = self.start()
        self.wait(self.consumed, process)
        expected += self.expected(self.publish(100), board)
        self.wait(self.consumed, process)
        self.check_answers(self.reader.read(), expected)
        self.check_state(board)

    def test_should_refuse_a_state_from_which_its_consumer_cannot_go_on(self) -> None:
        self.create()
        self.run_and_kill(100)
        older = self.state.read_bytes()
        self.run_and_kill(100)
        self.state.write_bytes(older)
        self.assertIn("cannot go on from there", self.failing(2))
        self.put_word(self.state, 128, self.producer.tail + (1 << 20) + 64)
        self.assertIn("cannot go on from there", self.failing(2))

    def test_should_start_a_state_of_another_ring_afresh(self) -> None:
        self.create()
        self.run_and_kill(100)
        other = self.state
        self.create()
        shutil.copy(other, self.state)
        _, expected, board = self.run_and_kill(50)
        self.check_answers(self.reader.read(), expected)
        self.check_state(board)

    def test_should_count_from_the_position_on_when_its_state_is_gone(self) -> None:
        self.create()
        self.run_and_kill(100)
        self.reader.read()
        self.state.unlink()
        _, expected, board = self.run_and_kill(50)
        self.check_answers(self.reader.read(), expected)
        self.check_state(board)

    def test_should_find_the_answers_that_a_killed_board_published_but_did_not_count(self) -> None:
        self.create()
        _, expected, board = self.run_and_kill(100)
        self.reader.ring[128] -= 7 * ANSWER_RECORD
        process = self.start()
        expected += self.expected(self.publish(100), board)
        self.wait(self.consumed, process)
        self.check_answers(self.reader.read(), expected)

    def test_should_refuse_an_answer_ring_whose_end_is_torn(self) -> None:
        self.create()
        self.run_and_kill(100)
        for word in 1, PUBLISHED | 8, PUBLISHED | PADDING | 64:
            with self.subTest(hex(word)):
                self.reader.ring[DATA + self.reader.ring[128]] = word
                self.assertRegex(self.failing(2), "answers: ring holds a position or record that cannot be")

    def test_should_refuse_a_second_owner(self) -> None:
        self.create(consumers=2)
        create_channel(self.folder / "other-answers", 1 << 16, 8)
        self.start()
        self.wait(lambda: self.state.exists() and self.state.stat().st_size > 1 << 21)
        other_answers = self.folder / "other-answers"
        other_state = self.folder / "other-state"
        for index, answers, state, what in [
            ("0", other_answers, other_state, "consumer-0.lock"),
            ("1", self.answers, other_state, "producer.lock"),
            ("1", other_answers, self.state, str(self.state)),
        ]:
            with self.subTest(what):
                arguments: list[pathlib.Path | str] = [BINARY, self.engine, index, answers, state, "1"]
                second = subprocess.run(
                    arguments, stderr=subprocess.PIPE, text=True, check=False, timeout=WATCHDOG_SECONDS
                )
                self.assertEqual(second.returncode, 2)
                self.assertIn(f"{what} is owned by another process", second.stderr)

    def test_should_refuse_a_role_that_java_owns(self) -> None:
        self.create()
        for lock in self.engine / "consumer-0.lock", self.answers / "producer.lock":
            owner = take_role(lock)
            self.assertIn(f"{lock.name} is owned by another process", self.failing(2))
            os.close(owner)

    def test_should_wait_for_a_probe(self) -> None:
        self.create()
        probe = os.open(self.engine / "consumer-0.lock", os.O_RDONLY)
        self.addCleanup(os.close, probe)
        fcntl.lockf(probe, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, 1)
        process = self.start()
        self.wait(lambda: self.owned(probe, 0), process)
        self.assertEqual(self.consumer[256], 0)
        fcntl.lockf(probe, fcntl.LOCK_UN, 1, 1)
        self.publish(10)
        self.wait(self.consumed, process)
        self.assertTrue(self.owned(probe, 1))
        self.assertEqual(self.consumer[256], 1)

    def owned(self, descriptor: int, byte: int) -> bool:
        """Whether somebody else has that byte locked. Looks without locking."""
        lock = struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, byte, 1, 0)
        lock = fcntl.fcntl(descriptor, fcntl.F_GETLK, lock)
        return bool(struct.unpack("hhqqi4x", lock)[0] != fcntl.F_UNLCK)

    def test_should_say_what_is_wrong_with_a_file_and_leave_it_alone(self) -> None:
        damages: dict[str, Callable[[pathlib.Path], None]] = {
            "was written by a newer Tadpole": lambda path: self.put_word(path, 8, 2),
            "is not a": lambda path: self.put_word(path, 0, 0x6C6C6568),
            "is half created": lambda path: self.put_word(path, 8, 0),
            "does not have the length": lambda path: os.truncate(path, path.stat().st_size - 64),
            "is a symbolic link": self.replace_by_link,
            MISSING: pathlib.Path.unlink,
        }
        files = ["engine/ring", "engine/consumer-0", "answers/ring", "answers/consumer-0", "state"]
        for file in files:
            for sentence, damage in damages.items():
                if file == "state" and sentence in ("is half created", MISSING):
                    continue  # it is created
                with self.subTest(file=file, damage=sentence):
                    self.check_damaged(file, damage, sentence)
        for file in files:
            with self.subTest(file=file, damage="too long"):
                self.check_damaged(
                    file, lambda path: os.truncate(path, path.stat().st_size + 64), "does not have the length"
                )
        for file in "engine/consumer-0.lock", "answers/producer.lock":
            with self.subTest(file=file):
                self.check_damaged(file, damages["is a symbolic link"], "is a symbolic link")

    def check_damaged(self, file: str, damage: Callable[[pathlib.Path], None], sentence: str) -> None:
        self.create()
        path = self.folder / file
        self.run_and_kill(10)
        damage(path)
        before = path.read_bytes() if path.exists() else None
        error = self.failing(2)
        self.assertRegex(error, sentence)
        self.assertIn(path.name, error)
        self.assertEqual(path.read_bytes() if path.exists() else None, before)

    def replace_by_link(self, path: pathlib.Path) -> None:
        real = path.rename(path.with_name("real"))
        path.symlink_to(real)

    def put_word(self, path: pathlib.Path, offset: int, value: int) -> None:
        with open(path, "r+b") as file:
            file.seek(offset)
            file.write(struct.pack("<q", value))

    def test_should_say_what_is_wrong_with_a_header(self) -> None:
        self.create()
        ring, consumer = self.engine / "ring", self.engine / "consumer-0"
        for path, offset, value, sentence in [
            (ring, 16, 8192, "ring has an impossible header"),
            (ring, 24, 1 << 15, "ring has an impossible header"),
            (ring, 24, (1 << 20) + 64, "ring has an impossible header"),
            (ring, 24, 1 << 31, "ring has an impossible header"),
            (ring, 24, 1 << 21, "ring does not have the length"),
            (ring, 32, 16, "ring has an impossible header"),
            (ring, 32, 8, "is not an engine's ring"),
            (ring, 40, 0, "ring does not declare that many consumers"),
            (ring, 40, 65, "ring has an impossible header"),
            (ring, 48, 0, "ring has an impossible header"),
            (consumer, 16, 5, "consumer-0 belongs to another ring"),
            (consumer, 24, 1, "consumer-0 belongs to another ring"),
            (consumer, 128, -1, "consumer-0 was evicted"),
            (consumer, 128, 32, "consumer-0 holds a position"),
            (consumer, 128, -64, "consumer-0 holds a position"),
            (consumer, 128, (1 << 20) + 64, "consumer-0 holds a position"),
        ]:
            with self.subTest(file=path.name, offset=offset, value=value):
                before = path.read_bytes()
                self.put_word(path, offset, value)
                self.assertRegex(self.failing(2), sentence)
                path.write_bytes(before)

    def test_should_refuse_wrong_arguments(self) -> None:
        self.create()
        other = self.folder / "link"
        other.symlink_to(self.engine)
        cases: list[tuple[list[pathlib.Path | str], str]] = [
            ([], "usage: "),
            (["a", "b", "c"], "usage: "),
            ([self.engine, "x", self.answers, self.state, "1"], "usage: "),
            ([self.engine, "", self.answers, self.state, "1"], "usage: "),
            ([self.engine, "64", self.answers, self.state, "1"], "usage: "),
            ([self.engine, "0", self.answers, self.state], "usage: "),
            ([self.engine, "0", self.answers, self.state, ""], "usage: "),
            ([self.engine, "0", self.answers, self.state, "1x"], "usage: "),
            ([self.engine, "0", self.answers, self.state, "1", "e"], "usage: "),
            ([self.engine, "1", self.answers, self.state, "1"], "does not declare that many consumers"),
            ([other, "0", self.answers, self.state, "1"], "is a symbolic link"),
            ([self.folder / "none", "0", self.answers, self.state, "1"], MISSING),
            ([self.engine, "0", self.answers, self.folder / "none" / "state", "1"], MISSING),
        ]
        for arguments, sentence in cases:
            with self.subTest(arguments=arguments):
                process = subprocess.run(
                    [BINARY, *arguments], stderr=subprocess.PIPE, text=True, check=False, timeout=WATCHDOG_SECONDS
                )
                self.assertEqual(process.returncode, 2)
                self.assertRegex(process.stderr, sentence)

    def test_should_stop_at_a_corrupt_word_and_count_what_is_before(self) -> None:
        capacity = 1 << 16
        words: list[int | str] = [
            1 << 62 | PUBLISHED | 108,
            108,
            PADDING | 108,
            PUBLISHED,
            PUBLISHED | 8,
            PUBLISHED | 1 << 32 | 108,
            -1,
            PUBLISHED | 1 << 47 | 108,
            PUBLISHED | 1 << 50 | 108,
            PUBLISHED | (capacity // 2 + 1),
            PUBLISHED | 0xFFFFFFFF,
            PUBLISHED | PADDING | 64,
            "beyond",
            "long padding",
        ]
        for word in words:
            with self.subTest(word=word):
                self.create(capacity)
                board = Board()
                events = self.publish(self.random.randint(1, 100))
                if word == "beyond":
                    while capacity - self.producer.tail % capacity > capacity // 4:
                        events += self.publish(1)
                rest = capacity - self.producer.tail % capacity
                self.producer.forge(self.word(word, rest))
                where = f"position {self.producer.tail}:"
                self.assertIn(f"engine: CORRUPT: no producer writes the word at {where}", self.failing(1))
                self.check_answers(self.reader.read(), self.expected(events, board))
                self.check_state(board)
                self.assertTrue(self.consumed())

    def word(self, word: int | str, rest: int) -> int:
        """The word itself, or the one of that name where so many bytes of the ring are left."""
        if isinstance(word, int):
            return word
        return {"beyond": PUBLISHED | (rest + 1), "long padding": PUBLISHED | PADDING | rest}[word]

    def test_should_stop_at_a_message_that_is_no_flight_event_and_count_what_is_before(self) -> None:
        good = event(b"D", b"JFK", b"LAX", 5)
        bad = {
            "no envelope's schema": good[:4] + b"\x00" + good[5:],
            "no envelope's template": good[:2] + b"\x02" + good[3:],
            "short block": b"\x2b" + good[1:],
            "long block": b"\xff\xff" + good[2:],
            "a byte": b"x",
            "no payload": good[:56],
            "payload too long": good[:52] + struct.pack("<I", 45) + good[56:],
            "payload of 4 GiB": good[:52] + struct.pack("<I", 0xFFFFFFFF) + good[56:],
            "metadata too long": good[:96] + struct.pack("<I", 1),
            "payload too short": good[:52] + struct.pack("<I", 39) + good[56:],
            "no event's schema": good[:60] + b"\x00" + good[61:],
            "no event's template": good[:58] + b"\x02" + good[59:],
            "short event block": good[:56] + b"\x1f" + good[57:],
            "kind": event(b"Q", b"JFK", b"LAX", 5),
            "origin": event(b"D", b"JF@", b"LAX", 5),
            "lower case": event(b"D", b"jfk", b"LAX", 5),
            "dest": event(b"A", b"JFK", b"L[X", 5),
            "dest of a departure": event(b"D", b"JFK", b"L[X", 5),
            "high bit": event(b"A", b"JFK", b"\xffAX", 5),
            "no delay": event(b"D", b"JFK", b"LAX", -2147483648),
        }
        for name, message in bad.items():
            with self.subTest(name):
                self.create()
                board = Board()
                events = self.publish(self.random.randint(1, 300))
                position = self.producer.tail
                self.producer.publish(self.producer.encode([message]))
                self.publish(3)
                self.assertIn(f"engine: the message at position {position} is no flight event", self.failing(1))
                self.check_answers(self.reader.read(), self.expected(events, board))
                self.check_state(board, position)
                self.assertEqual(self.consumer[128], position)

    def test_should_read_a_later_version_with_longer_blocks(self) -> None:
        self.create()
        good = event(b"D", b"JFK", b"LAX", 5)
        header, block, payload = good[2:8], good[8:52], good[56:96]
        longer_payload = struct.pack("<H", 48) + payload[2:] + bytes(16)
        longer = struct.pack("<H", 56) + header + block + bytes(12) + struct.pack("<I", 56) + longer_payload + bytes(4)
        self.producer.publish(self.producer.encode([longer]))
        process = self.start()
        self.wait(self.consumed, process)
        self.check_answers(self.reader.read(), [(0, 1, 5, b"JFK")])

    def test_should_stop_when_the_answers_reader_has_an_impossible_position(self) -> None:
        for name, position in {"beyond the tail": 1 << 40, "not aligned": 4, "negative": -8}.items():
            with self.subTest(name):
                self.create(answer_capacity=1 << 16)
                process = self.start()
                self.publish(10)
                self.wait(self.consumed, process)
                self.reader.file[128] = position
                self.publish(2000)
                _, error = process.communicate(timeout=WATCHDOG_SECONDS)
                self.assertEqual(process.returncode, 1)
                self.assertIn("answers: CORRUPT: its reader's position cannot be", error)

    def test_should_refuse_an_answers_reader_where_no_record_ends(self) -> None:
        for position in 48, 4, -8:
            with self.subTest(position):
                self.create(answer_capacity=1 << 16)
                self.reader.file[128] = position
                self.assertIn("answers: ring holds a position or record that cannot be", self.failing(2))

    def test_should_stop_when_the_answers_reader_goes_back(self) -> None:
        self.create(answer_capacity=1 << 16)
        process = self.start()
        for _ in range(3):
            self.publish(1000)
            self.wait(self.consumed, process)
            self.reader.read()
        self.reader.file[128] = 0
        self.publish(2000)
        _, error = process.communicate(timeout=WATCHDOG_SECONDS)
        self.assertEqual(process.returncode, 1)
        self.assertIn("answers: CORRUPT: its reader's position cannot be", error)

    def test_should_stop_when_its_consumer_is_taken_over(self) -> None:
        self.create()
        process = self.start()
        self.publish(10)
        self.wait(self.consumed, process)
        position = self.consumer[128]
        self.consumer[256] += 1
        self.publish(10)
        _, error = process.communicate(timeout=WATCHDOG_SECONDS)
        self.assertEqual(process.returncode, 1)
        self.assertIn("engine: DEPOSED: ", error)
        self.assertEqual(self.consumer[128], position)

    def test_should_stop_when_its_answers_are_taken_over(self) -> None:
        self.create(answer_capacity=1 << 16)
        process = self.start()
        self.publish(10)
        self.wait(self.consumed, process)
        self.reader.ring[256] += 1
        self.publish(3000)
        _, error = process.communicate(timeout=WATCHDOG_SECONDS)
        self.assertEqual(process.returncode, 1)
        self.assertIn("answers: DEPOSED: ", error)

    def test_should_end_when_its_parent_has_gone(self) -> None:
        self.create()
        libc = ctypes.CDLL(None, use_errno=True)
        self.assertEqual(libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0)  # an orphan becomes this process's child
        parent = subprocess.Popen(
            ["sh", "-c", '"$0" "$@" $$ & read line', *self.arguments()[:-1]], stdin=subprocess.PIPE
        )
        self.publish(10)
        self.wait(self.consumed)
        parent.communicate(b"\n")
        self.wait(lambda: os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None)
        _, status = os.waitpid(-1, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)

    def test_should_end_when_its_parent_had_gone_before_it_looked(self) -> None:
        self.create()
        process = subprocess.run([*self.arguments()[:-1], "1"], check=False, timeout=WATCHDOG_SECONDS)
        self.assertEqual(process.returncode, 0)


if __name__ == "__main__":
    unittest.main()
