"""Other processes at the same ring: in C, in plain Python by docs/layout.md alone, and killed ones."""

import os
import pathlib
import random
import re
import signal
import subprocess
import tempfile
import time
import unittest
import zlib
from typing import Any

from channels import HERE, ROOT, WATCHDOG_SECONDS, ChannelTest

import tadpole
from tadpole import Status

SEED = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
COUNT = 5_000
STRANGER = ROOT / "ipc-shm/ring/src/test/python/stranger.py"


def setUpModule() -> None:
    print(f"seed {SEED}", flush=True)


class Told:
    """Messages in three numbers, as the C program tells them."""

    def __init__(self) -> None:
        self.messages = self.bytes = 0
        self.hash = 0xCBF29CE484222325
        self.weights = bytes(i % 251 + 1 for i in range(1 << 16))

    def add(self, message: memoryview | bytes) -> None:
        total = len(message) + sum(a * b for a, b in zip(message, self.weights, strict=False))
        self.hash = (self.hash ^ total) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
        self.messages += 1
        self.bytes += len(message)

    def __str__(self) -> str:
        return f"{self.messages} messages, {self.bytes} bytes, hash {self.hash:016x}\n"


class ToldByStranger(Told):
    def add(self, message: memoryview | bytes) -> None:
        self.hash = 0 if self.messages == 0 else self.hash
        self.hash = zlib.crc32(message, zlib.crc32(len(message).to_bytes(4, "little"), self.hash))
        self.messages += 1
        self.bytes += len(message)

    def __str__(self) -> str:
        return f"{self.messages} messages, {self.bytes} bytes, CRC-32 {self.hash:08x}\n"


class ProcessTest(ChannelTest):
    peer: pathlib.Path

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.peer = pathlib.Path(folder.name) / "peer"
        includes = ROOT / "bindings/c/include"
        warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
        subprocess.run(
            ["gcc", "-std=c11", "-O2", *warnings, "-I", includes, HERE / "peer.c", "-o", cls.peer], check=True
        )

    def ends_with(self, process: "subprocess.Popen[str]", words: str) -> None:
        output, _ = process.communicate(timeout=WATCHDOG_SECONDS)
        self.assertEqual((process.returncode, output), (0, words))

    def consume(self, told: Told, count: int) -> None:
        with tadpole.Consumer(self.path) as consumer:
            while told.messages < count:
                self.assertTrue(consumer.wait(WATCHDOG_SECONDS), "watchdog")
                with consumer.poll() as batch:
                    for message in batch:
                        told.add(message)

    def publish(self, told: Told, count: int, longest: int) -> None:
        numbers = random.Random(SEED)
        with tadpole.Producer(self.path) as producer:
            while told.messages < count:
                way = numbers.getrandbits(2)
                run = [numbers.randbytes(numbers.randint(1, longest)) for _ in range((1, 1, 3, 8)[way])]
                run = run[: count - told.messages]
                if way == 0:
                    with producer.claim(longest, WATCHDOG_SECONDS) as claim:
                        claim.buffer[: len(run[0])] = run[0]
                        claim.commit(len(run[0]))
                elif way == 1:
                    producer.offer(run[0], WATCHDOG_SECONDS)
                elif way == 2:
                    producer.offer_run(run, WATCHDOG_SECONDS)
                else:
                    with producer.claim_run(longest, len(run), WATCHDOG_SECONDS) as claim:
                        for message in run[:-1]:
                            claim.buffer[: len(message)] = message
                            claim.next(len(message))
                        claim.buffer[: len(run[-1])] = run[-1]
                        claim.commit(len(run[-1]))
                for message in run:
                    told.add(message)

    def test_should_read_what_c_writes(self) -> None:
        self.create()
        process = self.start(self.peer, "publish", self.path, str(COUNT), str(SEED))
        told = Told()
        self.consume(told, COUNT)
        output, _ = process.communicate(timeout=WATCHDOG_SECONDS)
        with tadpole.Consumer(self.path) as consumer:  # the last run's rest
            while batch := consumer.poll():
                for message in batch:
                    told.add(message)
                del message
        self.assertEqual((process.returncode, output), (0, str(told)))

    def test_should_write_what_c_reads(self) -> None:
        for alignment in (8, 64):
            with self.subTest(alignment):
                self.path = self.folder / str(alignment)
                self.create(alignment=alignment)
                process = self.start(self.peer, "consume", self.path, "0", str(COUNT))
                told = Told()
                self.publish(told, COUNT, 700)
                self.ends_with(process, str(told))

    def test_should_read_what_a_stranger_writes(self) -> None:
        self.create(1 << 18)
        process = self.start("python3", STRANGER, "publish", self.path, str(COUNT), str(SEED))
        told = ToldByStranger()
        self.consume(told, COUNT)
        self.ends_with(process, str(told))

    def test_should_write_what_a_stranger_reads(self) -> None:
        self.create()
        process = self.start("python3", STRANGER, "consume", self.path, "0", str(COUNT))
        told = ToldByStranger()
        self.publish(told, COUNT, 300)
        self.ends_with(process, str(told))

    def test_should_do_what_the_readme_says(self) -> None:
        readme = (HERE.parent / "README.md").read_text().replace("/dev/shm/delays", str(self.path))
        consumer, producer, *others = re.findall(r"```python\n(.*?)```", readme, re.S)
        exec(producer, {})
        process = self.start_python(consumer)
        assert process.stdout is not None
        self.assertEqual([process.stdout.readline() for _ in range(2)], ["5 minutes late\n", "10 minutes late\n"])
        process.kill()
        process.wait()
        handled: list[bytes] = []
        for other in others:
            self.path = self.folder / str(len(handled))
            self.create()
            self.producer().offer_run([(5).to_bytes(8, "little"), (10).to_bytes(8, "little")])
            with tadpole.Consumer(self.path) as waiting:
                names: dict[str, Any] = {"consumer": waiting, "handle": lambda message: handled.append(bytes(message))}
                exec(other, names)
            if "delays" in names:
                self.assertEqual(names["delays"], 15)
        self.assertEqual(handled, [(5).to_bytes(8, "little"), (10).to_bytes(8, "little")])
        self.assertEqual(len(others), 2)

    def test_should_succeed_a_producer_that_was_killed(self) -> None:
        self.create()
        program = (
            "import sys, tadpole\n"
            "with tadpole.Producer(sys.argv[1]) as producer:\n"
            "    while True: producer.offer(producer.messages.to_bytes(8, 'little'))\n"
        )
        expected = 0
        with tadpole.Consumer(self.path) as consumer:
            for _ in range(5):
                process = self.start_python(program, self.path)
                enough = expected + 2000
                while expected < enough:
                    self.assertTrue(consumer.wait(WATCHDOG_SECONDS), "watchdog")
                    for message in consumer.poll():
                        self.assertEqual(int.from_bytes(message, "little"), expected)
                        expected += 1
                    del message
                process.send_signal(signal.SIGKILL)
                process.wait()
            with tadpole.Producer(self.path) as producer:
                self.assertGreaterEqual(producer.messages, expected)
                left = producer.messages - expected
                read = 0
                while batch := consumer.poll():
                    read += len(batch)
                self.assertEqual(read, left)

    def test_should_succeed_a_killed_one_whose_forked_child_lives(self) -> None:
        self.create()
        program = (
            "import os, signal, sys, tadpole\n"
            "consumer = tadpole.Consumer(sys.argv[1])\n"
            "producer = tadpole.Producer(sys.argv[1])\n"
            "if os.fork() == 0: print(os.getpid())\n"
            "signal.pause()\n"
        )
        process = self.start_python(program, self.path)
        assert process.stdout is not None
        child = int(process.stdout.readline())
        self.addCleanup(os.kill, child, signal.SIGKILL)
        for take in (tadpole.Consumer, tadpole.Producer, lambda path: tadpole.evict(path, 0)):
            with self.refused(Status.HELD):  # the child's end of it is not the parent's
                take(self.path)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.producer().offer(b"next")
        with tadpole.Consumer(self.path) as consumer:
            self.assertEqual(bytes(next(consumer)), b"next")
        tadpole.evict(self.path, 0)

    def test_should_close_in_a_forked_child_no_file_but_its_locks(self) -> None:
        self.create()
        roles: list[tadpole.Producer | tadpole.Consumer] = [self.producer(), self.consumer()]
        self.assertEqual(self.locks(), {"producer.lock", "consumer-0.lock"})
        self.assertEqual(self.in_child(lambda: len(self.locks())), 0)

        def child() -> int:
            taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(8)]  # where the locks were, too
            roles[0].close()
            roles.clear()
            return sum(os.path.exists(f"/proc/self/fd/{descriptor}") for descriptor in taken)

        self.assertEqual(self.in_child(child), 8)
        roles[0].close()
        self.assertEqual(self.locks(), {"consumer-0.lock"})
        tadpole.Producer(self.path).close()
        self.assertEqual(self.in_child(lambda: len(self.locks())), 0)

    def locks(self) -> set[str]:
        """Of the channel, that this process has open."""
        files = (pathlib.Path(os.readlink(name)) for name in pathlib.Path("/proc/self/fd").iterdir() if name.exists())
        return {file.name for file in files if file.parent == self.path}

    def test_should_resume_where_a_consumer_was_killed(self) -> None:
        self.create()
        program = (
            "import sys, tadpole\n"
            "with tadpole.Consumer(sys.argv[1]) as consumer:\n"
            "    for message in consumer: print(int.from_bytes(message, 'little'), flush=True)\n"
        )
        producer = self.producer()
        sent = 0
        handled = 0
        for _ in range(5):
            process = self.start_python(program, self.path)
            assert process.stdout is not None
            for _ in range(300):
                while sent < handled + 2000 and producer.try_offer(sent.to_bytes(8, "little")):
                    sent += 1
                number = int(process.stdout.readline())
                self.assertLessEqual(number, handled)  # at least once: it may come again, but nothing is left out
                handled = max(handled, number + 1)
            process.send_signal(signal.SIGKILL)
            process.wait()
            handled = max([handled, *(int(line) + 1 for line in process.stdout)])
        with tadpole.Consumer(self.path) as consumer:
            self.assertLessEqual(int.from_bytes(next(consumer), "little"), handled)


if __name__ == "__main__":
    unittest.main()
