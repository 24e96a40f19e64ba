"""Channels in a scratch folder, what is written in their files, and other processes at them."""

import array
import mmap
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Any

import tadpole
from tadpole.layout import FIELDS

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
WATCHDOG_SECONDS = 120
CAPACITY = 65536
EPOCH = 1 << 40


class Words:
    """A file's words, by their names in docs/layout.md."""

    def __init__(self, channel: pathlib.Path, file: str) -> None:
        self.path = channel / file
        self.region = "ring" if file == "ring" else "consumer"

    def __getitem__(self, name: str) -> int:
        with open(self.path, "rb") as file:
            words = array.array("q", file.read(4096))
        return words[FIELDS[f"{self.region}.{name}"].at >> 3]

    def __setitem__(self, name: str | int, word: int) -> None:
        offset = name if isinstance(name, int) else FIELDS[f"{self.region}.{name}"].at
        with open(self.path, "r+b") as file, mmap.mmap(file.fileno(), 0) as mapped, memoryview(mapped) as view:
            view.cast("q")[offset >> 3] = word


class ChannelTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tadpole-python-", dir="/dev/shm"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.path = self.folder / "channel"

    def create(self, capacity: int = CAPACITY, **others: Any) -> None:
        tadpole.create(self.path, capacity, **others)

    def producer(self) -> tadpole.Producer:
        producer = tadpole.Producer(self.path)
        self.addCleanup(producer.close)
        return producer

    def consumer(self, index: int = 0) -> tadpole.Consumer:
        return tadpole.Consumer(self.path, index)  # its end gives it up without publishing

    @property
    def ring(self) -> Words:
        return Words(self.path, "ring")

    @property
    def file(self) -> Words:
        return Words(self.path, "consumer-0")

    def refused(self, status: tadpole.Status, words: str = "") -> Any:
        """A context in which an exception of this status is raised, with these words in it."""
        test = self

        class Refused:
            def __enter__(self) -> None:
                pass

            def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, trace: object) -> bool:
                test.assertIsNotNone(raised, "nothing was raised")
                if not isinstance(raised, tadpole.Error):
                    return False
                test.assertEqual(raised.status, status, raised)
                test.assertIn(words, str(raised))
                test.assertTrue(str(raised).startswith(f"{test.path}: "), raised)
                return True

        return Refused()

    def start(self, *command: str | pathlib.Path) -> "subprocess.Popen[str]":
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

        def kill() -> None:
            process.kill()
            process.communicate()

        self.addCleanup(kill)
        return process

    def start_python(self, program: str, *arguments: str | pathlib.Path) -> "subprocess.Popen[str]":
        return self.start(sys.executable, "-u", "-c", program, *arguments)

    def in_child(self, work: Any) -> int:
        """The exit status of a forked child that does some work, and ends at once."""
        child = os.fork()
        if child == 0:
            status = 99
            try:
                status = work()
            finally:
                os._exit(status)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def texts(batch: tadpole.Batch) -> list[bytes]:
    """Copies of the messages."""
    return [bytes(message) for message in batch]
