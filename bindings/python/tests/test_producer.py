"""The producer: offers, claims and runs, and what holds them back."""

import array
import errno
import gc
import mmap
import os
import signal
import sys
import threading
import time
import unittest
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from channels import CAPACITY, EPOCH, WATCHDOG_SECONDS, ChannelTest, texts

import tadpole
from tadpole import Status
from tadpole.layout import FIELDS

HALF = CAPACITY // 2


class ProducerTest(ChannelTest):
    def read(self) -> list[bytes]:
        """What is published, all of it."""
        read: list[bytes] = []
        with tadpole.Consumer(self.path) as consumer:
            while batch := consumer.poll():
                read += texts(batch)
        return read

    def fill(self, producer: tadpole.Producer, message: bytes = bytes(1000)) -> int:
        count = 0
        while producer.try_offer(message):
            count += 1
        return count


class OfferTest(ProducerTest):
    def test_should_publish_any_contiguous_buffer(self) -> None:
        self.create()
        messages: list[Any] = [
            b"bytes",
            bytearray(b"bytearray"),
            memoryview(b"view"),
            array.array("q", [1, 2]),
            np.arange(3),
        ]
        with tadpole.Producer(self.path) as producer:
            for message in messages:
                position = producer.offer(message)
                self.assertEqual(position, producer.position)
                self.assertTrue(producer.try_offer(message))
            with self.assertRaises(BufferError):
                producer.offer(memoryview(b"abcdef")[::2])
            with self.assertRaises(TypeError):
                producer.offer("text")  # type: ignore[arg-type]
            self.assertEqual(producer.messages, 10)
        self.assertEqual(self.read(), [bytes(message) for message in messages for _ in range(2)])
        self.assertEqual(self.ring["messages"], 10)

    def test_should_publish_around_the_ring_again_and_again(self) -> None:
        self.create()
        sent = [bytes([i % 251]) * (1 + i * 37 % 3000) for i in range(500)]
        received: list[bytes] = []
        with tadpole.Producer(self.path) as producer, tadpole.Consumer(self.path) as consumer:
            for message in sent:
                while not producer.try_offer(message):
                    with consumer.poll() as batch:
                        received += texts(batch)
            while batch := consumer.poll():
                received += texts(batch)
        self.assertEqual(received, sent)

    def test_should_take_one_byte_to_half_the_ring(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            producer.offer(b"x")
            producer.offer(bytes(HALF - 8))
            position = producer.position
            for length in (0, HALF - 7, CAPACITY):
                with self.refused(Status.TOO_LONG, str(length)):
                    producer.offer(bytes(length))
                with self.assertRaises(ValueError):
                    producer.try_offer(bytes(length))
            self.assertEqual(producer.position, position)
        self.assertEqual([len(message) for message in self.read()], [1, HALF - 8])

    def test_should_tell_back_pressure(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            count = self.fill(producer)
            self.assertEqual(count, (CAPACITY - 8) // 1008)
            self.assertIs(producer.try_offer(bytes(1000)), False)
            self.assertIs(producer.try_offer_run([bytes(1000)]), False)
            self.assertIsNone(producer.try_claim(1000))
            self.assertIsNone(producer.try_claim_run(500, 2))
            start = time.monotonic()
            for timeout in (0, 0.01, 1e-9):
                with self.assertRaisesRegex(TimeoutError, "channel: no room"):
                    producer.offer(bytes(1000), timeout)
                with self.assertRaises(TimeoutError):
                    producer.offer_run([bytes(1000)], timeout=timeout)
                with self.assertRaises(TimeoutError):
                    producer.claim(1000, timeout)
                with self.assertRaises(TimeoutError):
                    producer.claim_run(1000, 1, timeout)
            self.assertGreaterEqual(time.monotonic() - start, 0.04)
            self.assertGreater(self.ring["backPressured"], 5)
            for timeout in (-1, float("nan")):
                with self.assertRaises(ValueError):
                    producer.offer(b"x", timeout)
            with self.assertRaises(TypeError):
                producer.offer(b"x", "soon")  # type: ignore[arg-type]
            consumer = self.consumer()
            consumer.poll()
            consumer.publish()
            producer.offer(bytes(1000), 0)
        self.assertEqual(self.ring["messages"], count + 1)

    def test_should_wait_for_room_while_other_threads_run(self) -> None:
        self.create()
        received = 0

        def consume() -> None:
            nonlocal received
            with tadpole.Consumer(self.path) as consumer:
                while received < 3000:
                    if consumer.wait(WATCHDOG_SECONDS):
                        received += len(consumer.poll())

        with tadpole.Producer(self.path) as producer:
            self.fill(producer)
            thread = threading.Thread(target=consume)
            thread.start()
            for _ in range(3000 - producer.messages):
                producer.offer(bytes(1000), WATCHDOG_SECONDS)
            thread.join()
        self.assertEqual(received, 3000)

    def test_should_be_interrupted_by_a_signal(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            self.fill(producer)
            position = producer.position
            for wait in (lambda: producer.offer(bytes(1000)), lambda: producer.claim(1000)):
                with self.assertRaises(KeyboardInterrupt):
                    self.interrupted(wait)
            self.assertEqual(producer.position, position)

    def interrupted(self, call: Callable[[], object]) -> None:
        before = signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        try:
            call()
        finally:
            signal.signal(signal.SIGALRM, before)

    def test_should_publish_a_run_or_nothing(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            run: list[bytes | bytearray] = [b"a", b"bb" * 100, bytearray(b"c")]
            self.assertEqual(producer.offer_run(message for message in run), producer.position)
            self.assertTrue(producer.try_offer_run([]))
            position = producer.position
            for bad in ([b"x", b""], [b"x", bytes(HALF)], [bytes(20000), bytes(20000)]):
                with self.refused(Status.TOO_LONG):
                    producer.offer_run(bad)
            with self.assertRaises(TypeError):
                producer.offer_run([b"x", 3])  # type: ignore[list-item]
            with self.assertRaises(TypeError):
                producer.offer_run(3)  # type: ignore[arg-type]
            self.assertEqual(producer.position, position)
            # A long one among short ones takes no more than it needs.
            producer.offer_run([b"y"] * 500 + [bytes(20000)])
        self.assertEqual(len(self.read()), 3 + 501)

    def test_should_release_a_run_of_an_engines_ring_together(self) -> None:
        self.create(alignment=64)
        with tadpole.Producer(self.path) as producer, tadpole.Consumer(self.path) as consumer:
            for _ in range(40):
                producer.offer_run([b"%d" % i for i in range(100)])
                self.assertEqual(texts(consumer.poll()), [b"%d" % i for i in range(100)])
        self.assertEqual(self.ring["tail"], 0 + self.file["position"])

    def test_should_let_an_iterable_use_the_producer(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:

            def messages() -> Iterator[bytes]:
                producer.offer(b"first")
                yield b"second"

            producer.offer_run(messages())
        self.assertEqual(self.read(), [b"first", b"second"])


class ClaimTest(ProducerTest):
    def test_should_write_in_the_ring_itself(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            with producer.claim(10) as claim:
                self.assertEqual((len(claim.buffer), claim.max_length, claim.buffer.readonly), (10, 10, False))
                claim.buffer[:5] = b"hello"
                self.assertIs(claim.buffer, claim.buffer)
                self.assertEqual(self.ring["tail"], 0)
                self.assertEqual(claim.commit(5), 16)
            claim = producer.try_claim(100)  # type: ignore[assignment]
            np.frombuffer(claim.buffer, "<i8", 2)[:] = [1, 2]
            claim.commit(16)
        self.assertEqual(self.read(), [b"hello", (1).to_bytes(8, "little") + (2).to_bytes(8, "little")])

    def test_should_abort_what_was_not_committed(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            with producer.claim(10) as claim:
                claim.buffer[:] = b"0123456789"
            with self.assertRaises(ZeroDivisionError), producer.claim(10) as claim:
                raise ZeroDivisionError
            producer.claim(10).abort()
            producer.claim(10)  # nobody holds it
            claim = producer.claim(10)
            claim.abort()
            claim.abort()
            calls: list[Callable[[], object]] = [
                lambda: claim.commit(1),
                lambda: claim.buffer,
                lambda: claim.next(1),
            ]
            for call in calls:
                with self.refused(Status.INVALID, "has ended"):
                    call()
            producer.offer(b"after")
        self.assertEqual(self.read(), [b"after"])

    def test_should_refuse_a_second_claim(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer, producer.claim(10) as claim:
            calls: list[Callable[[], object]] = [
                lambda: producer.claim(1),
                lambda: producer.try_claim(1),
                lambda: producer.claim_run(1, 1),
                lambda: producer.offer(b"x"),
                lambda: producer.try_offer_run([b"x"]),
            ]
            for call in calls:
                with self.refused(Status.INVALID, "a claim is open"):
                    call()
            claim.commit(10)
            producer.offer(b"x")
            with self.refused(Status.INVALID, "has ended"):
                claim.commit(10)

    def test_should_refuse_lengths_that_were_not_claimed(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            for length in (0, -1, HALF - 7):
                with self.refused(Status.TOO_LONG):
                    producer.claim(length)
            with self.assertRaises(OverflowError):
                producer.try_claim(1 << 64)
            with self.refused(Status.TOO_LONG):
                producer.claim_run(1000, 100)
            with self.refused(Status.TOO_LONG):
                producer.claim_run(1000, 0)
            with producer.claim(10) as claim:
                for length in (0, -1, 11):
                    with self.refused(Status.TOO_LONG, "1 to 10 were claimed"):
                        claim.commit(length)
                claim.buffer[:2] = b"ok"
                claim.commit(2)
        self.assertEqual(self.read(), [b"ok"])

    def test_should_publish_nothing_while_somebody_could_write_there(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            holds: list[Callable[[memoryview], object]] = [
                lambda buffer: buffer[2:4],
                lambda buffer: np.asarray(buffer),
                lambda buffer: buffer.cast("H"),
                lambda buffer: [buffer[0:1], buffer[1:2]],
            ]
            for hold in holds:
                with producer.claim(10) as claim:
                    held = hold(claim.buffer)
                    with self.assertRaises(tadpole.ViewsHeldError) as caught:
                        claim.commit(10)
                    self.assertIsInstance(caught.exception, BufferError)
                    self.assertEqual(self.ring["tail"], producer.position)
                # It is aborted. Who holds a view of it could write into the next message.
                with self.assertRaises(tadpole.ViewsHeldError):
                    producer.claim(10)
                with self.assertRaises(tadpole.ViewsHeldError):
                    producer.offer(b"x")
                del held, caught
                with producer.claim(10) as claim:
                    claim.buffer[:4] = b"good"
                    claim.commit(4)
        self.assertEqual(self.read(), [b"good"] * 4)

    def test_should_release_the_buffer_with_the_message(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            claim = producer.claim(10)
            buffer = claim.buffer
            claim.commit(10)
            with self.assertRaisesRegex(ValueError, "released"):
                buffer[0] = 1
            claim = producer.claim(10)
            buffer = claim.buffer
            claim.abort()
            with self.assertRaisesRegex(ValueError, "released"):
                buffer[0] = 1

    def test_should_show_the_space_again_when_its_view_was_released(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer, producer.claim(8) as claim:
            with claim.buffer as buffer:
                buffer[:3] = b"abc"
                part = buffer[3:]
            claim.buffer[3] = ord("d")  # also while something lies on top of the released one
            part[1] = ord("e")
            with self.assertRaises(tadpole.ViewsHeldError):
                claim.commit(5)
            del part
            last = claim.buffer
            claim.commit(5)
            with self.assertRaisesRegex(ValueError, "released"):
                last[0]
        self.assertEqual(self.read(), [b"abcde"])

    def test_should_leave_an_exception_alone(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            with self.assertRaises(ZeroDivisionError), producer.claim(10) as claim:
                part = claim.buffer[2:]
                part[0] = 1 // 0
            with self.assertRaises(tadpole.ViewsHeldError):
                producer.claim(1)
            del part
            producer.claim(1).commit(1)

    def test_should_leave_an_exception_alone_that_drops_it(self) -> None:
        self.create()
        program = (
            "import sys, tadpole\n"
            "producer = tadpole.Producer(sys.argv[1])\n"
            "def filled(claim):\n"
            "    claim.buffer[:3] = b'abc'\n"
            "    return claim\n"
            "for length in ('no number', 1 << 64):\n"
            "    try: filled(producer.claim(8)).commit(length)\n"
            "    except (TypeError, OverflowError) as error: print(type(error).__name__)\n"
            "def refuse(): raise KeyError\n"
            "try: filled(producer.claim(8)).commit(refuse())\n"
            "except KeyError as error: print(type(error).__name__)\n"
            "producer.offer(b'after')\n"
        )
        process = self.start_python(program, self.path)
        output, _ = process.communicate(timeout=WATCHDOG_SECONDS)
        self.assertEqual((process.returncode, output.split()), (0, ["TypeError", "OverflowError", "KeyError"]))
        self.assertEqual(self.read(), [b"after"])

    def test_should_write_runs_in_place(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            for run in range(30):  # around the ring
                with producer.claim_run(200, 20) as claim:
                    first = claim.buffer
                    for i in range(19):
                        claim.buffer[0] = i
                        claim.next(1 + i * run % 200)
                    with self.assertRaisesRegex(ValueError, "released"):
                        first[0]
                    claim.buffer[0] = 19
                    with self.refused(Status.INVALID, "no further message"):
                        claim.next(1)
                    self.assertEqual(self.ring["tail"], producer.position)
                    self.assertEqual(claim.commit(1), producer.position)
                with tadpole.Consumer(self.path) as consumer:
                    self.assertEqual([message[0] for message in consumer.poll()], list(range(20)))

    def test_should_end_a_run_early_or_abort_it(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            with producer.claim_run(10, 5) as claim:
                claim.buffer[:1] = b"a"
                claim.next(1)
                claim.commit(0)
            with producer.claim_run(10, 5) as claim:
                claim.next(1)
                claim.next(1)
            claim = producer.try_claim_run(10, 2)  # type: ignore[assignment]
            with self.refused(Status.TOO_LONG):
                claim.commit(0)
            claim.buffer[:1] = b"b"
            claim.commit(1)
        self.assertEqual(self.read(), [b"a", b"b"])


class OwnershipTest(ProducerTest):
    def test_should_refuse_what_comes_after_close(self) -> None:
        self.create()
        producer = self.producer()
        claim = producer.claim(10)
        part = claim.buffer[5:]
        producer.close()
        producer.close()
        calls: list[Callable[[], object]] = [
            lambda: producer.offer(b"x"),
            lambda: producer.try_claim(1),
            lambda: claim.commit(1),
            lambda: claim.buffer,
            lambda: producer.offer_run([b"x"]),
        ]
        for call in calls:
            with self.refused(Status.CLOSED):
                call()
        claim.abort()
        part[:] = b"xxxxx"  # goes nowhere
        with tadpole.Producer(self.path) as successor:
            self.assertNotIn(b"xxxxx", (self.path / "ring").read_bytes())
            successor.offer(b"next")
        self.assertEqual(self.read(), [b"next"])

    @unittest.skipIf("asan" in os.environ.get("LD_PRELOAD", ""), "the sanitizer ends without memory")
    def test_should_stay_open_when_its_memory_cannot_be_replaced(self) -> None:
        self.create()
        program = (
            "import resource, sys, tadpole\n"
            "def refused(call, *arguments):\n"
            "    try: call(*arguments)\n"
            "    except tadpole.ChannelError as error: return error\n"
            "producer = tadpole.Producer(sys.argv[1])\n"
            "refused(tadpole.Producer, sys.argv[1])\n"  # what this takes of memory is there from now on
            "claim = producer.claim(8)\n"
            "view = claim.buffer\n"
            "soft, hard = resource.getrlimit(resource.RLIMIT_DATA)\n"
            "resource.setrlimit(resource.RLIMIT_DATA, (4096, hard))\n"
            "error = refused(producer.close)\n"
            "resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))\n"
            "print(error and (error.status.name, error.errno), error, flush=True)\n"
            "view[:4] = b'held'\n"
            "claim.commit(4)\n"
            "claim = producer.claim(8)\n"
            "view = claim.buffer\n"
            "producer.close()\n"
            "view[:] = b'no more!'\n"
            "print(producer)\n"
        )
        process = self.start_python(program, self.path)
        output, _ = process.communicate(timeout=WATCHDOG_SECONDS)
        self.assertEqual(process.returncode, 0, output)
        self.assertIn(f"('FAILED_CALL', {errno.ENOMEM}) {self.path}: a claim's memory cannot be replaced", output)
        self.assertIn(", closed>", output)
        self.assertEqual(self.read(), [b"held"])

    def test_should_find_what_a_producer_left(self) -> None:
        self.create()
        with tadpole.Producer(self.path) as producer:
            producer.offer(b"one")
            producer.claim(10)
        self.ring["tail"] = 0  # as if it had been killed before it stored its tail
        with tadpole.Producer(self.path) as producer:
            self.assertEqual(producer.position, 16)
            producer.offer(b"two")
        self.assertEqual(self.read(), [b"one", b"two"])

    def test_should_stop_when_it_is_deposed(self) -> None:
        self.create()
        producer = self.producer()
        self.ring["epoch"] = EPOCH
        with self.refused(Status.DEPOSED):
            self.fill(producer)
        with self.refused(Status.DEPOSED):
            self.fill(producer)

    def test_should_stop_at_a_position_that_cannot_be(self) -> None:
        self.create()
        producer = self.producer()
        self.file["position"] = 1 << 40
        with self.refused(Status.CORRUPT):
            self.fill(producer)

    def test_should_refuse_a_forked_child(self) -> None:
        self.create()
        producer = self.producer()
        producer.offer(b"parent")
        claim = producer.claim(10)

        def child() -> int:
            refused = 0
            calls: list[Callable[[], object]] = [
                lambda: producer.offer(b"child"),
                lambda: producer.try_claim(1),
                lambda: claim.commit(1),
                lambda: claim.buffer,
            ]
            for call in calls:
                try:
                    call()
                except tadpole.DeposedError:
                    refused += 1
            producer.close()
            return refused

        self.assertEqual(self.in_child(child), 4)
        claim.buffer[:4] = b"open"
        claim.commit(4)
        with self.refused(Status.HELD):
            tadpole.Producer(self.path)
        self.assertEqual(self.read(), [b"parent", b"open"])

    def test_should_refuse_a_forked_child_of_a_process_that_waits(self) -> None:
        self.create()
        producer = self.producer()
        self.fill(producer)
        thread = threading.Thread(target=lambda: producer.offer(bytes(1000)))
        thread.start()
        deadline = time.monotonic() + WATCHDOG_SECONDS
        while not self.is_in_call(producer):
            self.assertLess(time.monotonic(), deadline, "watchdog")

        def child() -> int:
            try:
                producer.offer(b"child")
            except tadpole.DeposedError:
                producer.close()
                return int(repr(producer).endswith(", closed>"))
            return 0

        refused = self.in_child(child)
        self.read()
        thread.join()
        self.assertEqual(refused, 1)
        self.assertEqual(self.read(), [bytes(1000)])

    def test_should_refuse_a_second_thread_while_a_call_waits(self) -> None:
        self.create()
        producer = self.producer()
        self.fill(producer)
        ended: list[str] = []

        def wait() -> None:
            try:
                producer.offer(bytes(1000), WATCHDOG_SECONDS)
                ended.append("published")
            except tadpole.Error:
                ended.append("refused")

        first = threading.Thread(target=wait)
        first.start()
        # Until the other thread is in its call, this one's are answered.
        for call in (lambda: producer.try_offer(bytes(1000)), producer.close):
            deadline = time.monotonic() + WATCHDOG_SECONDS
            while time.monotonic() < deadline:
                try:
                    if call is not producer.close or self.is_in_call(producer):
                        call()
                except tadpole.Error as error:
                    self.assertIn("another call", str(error))
                    break
            else:
                self.fail("watchdog")
        with tadpole.Consumer(self.path) as consumer:
            consumer.poll()
        first.join()
        self.assertEqual(ended, ["published"])

    def test_should_keep_its_claim_when_an_ended_one_is_dropped(self) -> None:
        self.create()
        producer = self.producer()
        consumer = self.consumer()
        ended: list[tadpole.Claim] = []
        done: list[object] = []
        calls: list[Callable[[], object]] = [
            lambda: producer.offer(bytes(1000), WATCHDOG_SECONDS),
            lambda: producer.claim(1000, WATCHDOG_SECONDS).commit(1000),
        ]
        # Nobody takes the GIL from this one: the other thread finds room without it, and has it when the claim is gone.
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        for call in calls * 10:
            while claim := producer.try_claim(1000):
                claim.commit(1000)
                ended[:] = [claim]
            del claim
            expected = producer.messages + 1

            def wait(call: Callable[[], object] = call) -> None:
                try:
                    done.append(call())
                except tadpole.Error as error:
                    done.append(error)

            waiting = threading.Thread(target=wait)
            waiting.start()
            refused = self.refused_claims()
            sys.setswitchinterval(WATCHDOG_SECONDS)
            self.until_it_looks(refused)
            consumer.poll()
            consumer.publish()
            for _ in range(50_000):
                pass
            ended.clear()
            sys.setswitchinterval(0.005)
            waiting.join()
            self.assertEqual((done.pop(), producer.messages), (producer.position, expected))
            while consumer.poll():
                pass

    def refused_claims(self) -> memoryview:
        """The ring's count of them, to be read without letting the GIL go."""
        with open(self.path / "ring", "rb") as ring:
            words = memoryview(mmap.mmap(ring.fileno(), 4096, access=mmap.ACCESS_READ)).cast("q")
        at = FIELDS["ring.backPressured"].at >> 3
        return words[at : at + 1]

    def until_it_looks(self, refused: memoryview) -> None:
        """Until a waiting thread, which has no GIL meanwhile, has looked for room."""
        deadline = time.monotonic() + WATCHDOG_SECONDS
        while time.monotonic() < deadline:
            before = refused[0]
            for _ in range(50_000):
                if refused[0] != before:
                    return
            time.sleep(0)  # it wants the GIL
        self.fail("watchdog")

    def is_in_call(self, producer: tadpole.Producer) -> bool:
        try:
            producer.try_offer(bytes(1000))
        except tadpole.Error:
            return True
        return False

    def test_should_give_the_role_up_with_the_last_reference(self) -> None:
        self.create()
        producer = tadpole.Producer(self.path)
        claim = producer.claim(10)
        view = claim.buffer
        counted = sys.getrefcount(producer)
        del claim
        self.assertEqual(sys.getrefcount(producer), counted - 2)  # the claim's, and its buffer's
        del producer, view
        gc.collect()
        tadpole.Producer(self.path).close()

    def test_should_have_no_memory_to_show(self) -> None:
        self.create()
        with self.assertRaises(BufferError):
            memoryview(self.producer())  # type: ignore[arg-type]


if __name__ == "__main__":
    unittest.main()
