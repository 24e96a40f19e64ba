"""The consumer: polls, batches, iteration and waiting, and what is published when."""

import asyncio
import gc
import os
import signal
import sys
import threading
import time
import unittest
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
from channels import CAPACITY, EPOCH, WATCHDOG_SECONDS, ChannelTest, texts

import tadpole
from tadpole import Status
from tadpole.layout import FIELDS

DATA = FIELDS["ring.data"].at


class ConsumerTest(ChannelTest):
    def setUp(self) -> None:
        super().setUp()
        self.create()
        self.writer = self.producer()

    def offer(self, count: int, length: int = 8) -> list[bytes]:
        messages = [i.to_bytes(length, "little") for i in range(count)]
        self.writer.offer_run(messages)
        return messages

    def until_in_call(self, consumer: tadpole.Consumer) -> None:
        """Until another thread is in its call."""
        deadline = time.monotonic() + WATCHDOG_SECONDS
        while time.monotonic() < deadline:
            try:
                consumer.poll()
            except tadpole.Error:
                return
        self.fail("watchdog")

    def position(self) -> int:
        """That is published."""
        return self.file["position"]


class PollTest(ConsumerTest):
    def test_should_give_messages_where_they_lie(self) -> None:
        sent = self.offer(10)
        consumer = self.consumer()
        batch = consumer.poll()
        self.assertEqual((len(batch), bool(batch)), (10, True))
        self.assertEqual(texts(batch), sent)
        self.assertEqual(bytes(batch[3]), sent[3])
        self.assertEqual(bytes(batch[-1]), sent[-1])
        message = batch[9]
        self.assertTrue(message.readonly)
        with self.assertRaises(TypeError):
            message[0] = 1
        for index in (10, -11):
            with self.assertRaises(IndexError):
                batch[index]
        # It is the ring's memory itself.
        with open(self.path / "ring", "r+b") as ring:
            ring.seek(DATA + 9 * 16 + 8)
            ring.write(b"changed!")
        self.assertEqual(bytes(message), b"changed!")

    def test_should_publish_with_the_next_step(self) -> None:
        self.offer(10)
        consumer = self.consumer()
        consumer.poll(4)
        self.assertEqual((self.position(), consumer.position, consumer.messages), (0, 64, 4))
        consumer.poll(2)
        self.assertEqual(self.position(), 64)
        consumer.publish()
        self.assertEqual((self.position(), self.file["messages"], self.file["batches"]), (96, 6, 2))
        consumer.poll(2)
        self.assertTrue(consumer.wait())
        self.assertEqual(self.position(), 128)
        consumer.poll(1)
        consumer.close()
        self.assertEqual((self.position(), self.file["messages"], self.file["bytes"]), (144, 9, 72))

    def test_should_refuse_to_go_on_while_messages_are_held(self) -> None:
        self.offer(10)
        consumer = self.consumer()
        message = consumer.poll(5)[4]
        for step in (consumer.poll, consumer.poll_fixed, consumer.publish, consumer.wait, lambda: next(consumer)):
            with self.assertRaises(tadpole.ViewsHeldError) as caught:
                step()
            self.assertIsInstance(caught.exception, BufferError)
            self.assertIn("(1 held): let go of them", str(caught.exception))
        self.assertEqual(self.position(), 0)
        self.assertEqual(message[0], 4)
        part = message[2:]
        del message
        with self.assertRaises(tadpole.ViewsHeldError):
            consumer.poll()
        del part
        self.assertEqual(len(consumer.poll(3)), 3)
        self.assertEqual(self.position(), 80)

    def test_should_release_at_the_end_of_a_with_block(self) -> None:
        self.offer(10)
        consumer = self.consumer()
        with consumer.poll(5) as batch:
            held = list(batch)
            self.assertEqual([message[0] for message in held], [0, 1, 2, 3, 4])
        with self.assertRaisesRegex(ValueError, "released"):
            held[0][0]
        with self.refused(Status.INVALID, "this batch has ended"):
            batch[0]
        self.assertEqual((len(batch), self.position()), (5, 0))
        batch.release()
        consumer.poll(1)
        self.assertEqual(self.position(), 80)

    def test_should_say_at_the_end_of_a_with_block_what_lies_on_top(self) -> None:
        self.offer(10)
        consumer = self.consumer()
        holds: list[Callable[[memoryview], object]] = [lambda message: message[2:], np.asarray, memoryview]
        for hold in holds:
            with self.assertRaises(tadpole.ViewsHeldError), consumer.poll(1) as batch:
                part = hold(batch[0])
            with self.assertRaises(tadpole.ViewsHeldError):
                batch.release()
            del part
            batch.release()
        self.assertEqual(len(consumer.poll()), 7)

    def test_should_leave_an_exception_of_a_with_block_alone(self) -> None:
        self.offer(3)
        consumer = self.consumer()
        with self.assertRaises(ZeroDivisionError), consumer.poll() as batch:
            message = batch[1]
            raise ZeroDivisionError
        self.assertEqual(message[0], 1)
        with self.assertRaises(tadpole.ViewsHeldError):
            consumer.poll()

    def test_should_end_a_batch_with_the_next_poll(self) -> None:
        self.offer(10)
        consumer = self.consumer()
        batch = consumer.poll(5)
        other = consumer.poll(5)
        calls: list[Callable[[], object]] = [lambda: batch[0], lambda: next(iter(batch))]
        for call in calls:
            with self.refused(Status.INVALID, "this batch has ended"):
                call()
        with self.assertRaisesRegex(BufferError, "has ended"):
            memoryview(batch)
        batch.release()  # harmless, also for the other one
        self.assertEqual(other[0][0], 5)
        self.assertEqual(repr(batch), "<tadpole.Batch of 5 messages, ended>")
        self.assertEqual(repr(other), "<tadpole.Batch of 5 messages>")

    def test_should_end_a_batch_at_an_eighth_of_the_ring(self) -> None:
        self.offer(1000, 24)
        consumer = self.consumer()
        counts = []
        while batch := consumer.poll(1 << 40):
            counts.append(len(batch))
        self.assertEqual(counts, [256, 256, 256, 232])

    def test_should_refuse_limits_and_timeouts_that_cannot_be(self) -> None:
        consumer = self.consumer()
        for limit in (0, -1):
            with self.assertRaises(ValueError):
                consumer.poll(limit)
            with self.assertRaises(ValueError):
                consumer.poll_fixed(limit=limit)
        for timeout in (-1, float("nan")):
            with self.assertRaises(ValueError):
                consumer.wait(timeout)
        self.assertEqual(len(consumer.poll()), 0)
        self.assertFalse(consumer.poll())

    def test_should_give_what_lies_before_a_word_that_cannot_be(self) -> None:
        self.offer(10)
        self.ring[DATA + 5 * 16] = 12345
        self.writer.close()
        consumer = self.consumer_anyway()
        self.assertEqual(len(consumer.poll()), 5)
        for step in (consumer.poll, consumer.poll_fixed, consumer.wait, lambda: next(consumer)):
            with self.refused(Status.CORRUPT, "keep the files"):
                step()
        self.assertEqual(self.position(), 80)

    def consumer_anyway(self) -> tadpole.Consumer:
        """At a ring whose records are not whole: it has attached before they were not."""
        word = self.ring_word(DATA + 5 * 16)
        self.ring[DATA + 5 * 16] = FIELDS["record.published"].at | 16
        consumer = self.consumer()
        self.ring[DATA + 5 * 16] = word
        return consumer

    def ring_word(self, offset: int) -> int:
        return int.from_bytes((self.path / "ring").read_bytes()[offset : offset + 8], "little")

    def test_should_stop_when_it_is_deposed(self) -> None:
        self.offer(10)
        consumer = self.consumer()
        consumer.poll(5)
        self.file["epoch"] = EPOCH
        with self.refused(Status.DEPOSED):
            consumer.poll()
        with self.refused(Status.DEPOSED):
            consumer.close()
        self.assertEqual(self.position(), 0)


class EndTest(ConsumerTest):
    def test_should_publish_at_the_end_of_a_with_block(self) -> None:
        self.offer(10)
        with tadpole.Consumer(self.path) as consumer:
            for message in consumer.poll(5):
                self.assertEqual(len(message), 8)
        self.assertEqual(self.position(), 80)
        with self.assertRaisesRegex(ValueError, "released"):
            message[0]
        with tadpole.Consumer(self.path) as consumer:
            self.assertEqual(consumer.poll()[0][0], 5)

    def test_should_not_publish_what_was_polled_before_an_exception(self) -> None:
        self.offer(10)
        with self.assertRaises(ZeroDivisionError), tadpole.Consumer(self.path) as consumer:
            consumer.poll(3)
            message = consumer.poll(5)[0]
            raise ZeroDivisionError
        self.assertEqual((self.position(), message[0]), (48, 3))
        with tadpole.Consumer(self.path) as consumer:
            self.assertEqual(len(consumer.poll()), 7)

    def test_should_say_that_what_is_held_was_not_published(self) -> None:
        self.offer(10)
        with (
            self.assertRaisesRegex(tadpole.ViewsHeldError, "not published, and comes again"),
            tadpole.Consumer(self.path) as consumer,
        ):
            part = consumer.poll(5)[2][1:]
        self.assertEqual((self.position(), bytes(part)), (0, bytes(7)))
        with tadpole.Consumer(self.path) as consumer:
            self.assertEqual(len(consumer.poll()), 10)
        self.assertEqual(bytes(part), bytes(7))  # its memory stays

    def test_should_refuse_what_comes_after_close(self) -> None:
        self.offer(3)
        consumer = self.consumer()
        batch = consumer.poll()
        consumer.close()
        consumer.close()
        for call in (consumer.poll, consumer.publish, consumer.wait, lambda: next(consumer), lambda: batch[0]):
            with self.refused(Status.CLOSED):
                call()

    def test_should_publish_nothing_when_it_is_only_dropped(self) -> None:
        self.offer(3)
        consumer = self.consumer()
        consumer.poll()
        del consumer
        self.assertEqual(self.position(), 0)

    def test_should_give_the_role_up_when_nothing_refers_to_it(self) -> None:
        self.offer(3)
        consumer = self.consumer()
        held = list(consumer.poll())
        del consumer
        with self.refused(Status.HELD):
            self.consumer()
        del held  # the consumer remembers them, and they hold it
        gc.collect()
        consumer = self.consumer()
        message = next(consumer)
        del consumer, message
        gc.collect()
        self.consumer()

    def test_should_refuse_a_forked_child(self) -> None:
        self.offer(10)
        consumer = self.consumer()
        batch = consumer.poll(5)

        def child() -> int:
            refused = 0
            calls: list[Callable[[], object]] = [
                consumer.poll,
                consumer.poll_fixed,
                consumer.wait,
                consumer.publish,
                lambda: next(consumer),
                lambda: batch[0],
                consumer.close,
            ]
            for call in calls:
                try:
                    call()
                except tadpole.DeposedError:
                    refused += 1
            return refused

        self.assertEqual(self.in_child(child), 7)
        self.assertEqual(self.position(), 0)
        with self.refused(Status.HELD):
            self.consumer()
        consumer.close()
        self.assertEqual(self.position(), 80)

    def test_should_refuse_a_forked_child_of_a_process_that_waits(self) -> None:
        consumer = self.consumer()
        thread = threading.Thread(target=consumer.wait)
        thread.start()
        self.until_in_call(consumer)

        def child() -> int:
            refused = 0
            for call in (consumer.poll, consumer.close):
                try:
                    call()
                except tadpole.DeposedError:
                    refused += 1
            consumer.close()
            return refused

        refused = self.in_child(child)
        self.offer(1)
        thread.join()
        self.assertEqual(refused, 2)
        self.assertEqual(len(consumer.poll()), 1)


class IterationTest(ConsumerTest):
    def test_should_give_one_after_the_other(self) -> None:
        self.offer(10)
        seen = []
        with tadpole.Consumer(self.path) as consumer:
            for message in consumer:
                seen.append(message[0])
                if message[0] == 6:
                    break
            self.assertEqual(message[0], 6)
        self.assertEqual((seen, self.position()), (list(range(7)), 7 * 16))

    def test_should_publish_when_it_is_due_and_before_it_waits(self) -> None:
        self.offer(1000, 24)
        consumer = self.consumer()
        positions = set()
        for number, _ in enumerate(consumer, 1):
            positions.add(self.position())
            if number == 1000:
                break
        self.assertEqual(positions, {0, 8192, 16384, 24576})
        self.assertFalse(consumer.wait(0))
        self.assertEqual(self.position(), 32000)

    def test_should_repeat_only_what_was_not_handled(self) -> None:
        self.offer(10)
        with self.assertRaises(ZeroDivisionError), tadpole.Consumer(self.path) as consumer:
            for message in consumer:
                if message[0] == 6:
                    raise ZeroDivisionError
        self.assertEqual((self.position(), message[0]), (6 * 16, 6))

    def test_should_release_each_message_behind_it(self) -> None:
        self.offer(10)
        consumer = self.consumer()
        first = next(consumer)
        second = next(consumer)
        with self.assertRaisesRegex(ValueError, "released"):
            first[0]
        part = second[1:]
        with self.assertRaises(tadpole.ViewsHeldError):
            next(consumer)
        del part
        self.assertEqual(next(consumer)[0], 2)
        self.assertEqual(consumer.poll()[0][0], 3)
        self.assertEqual(self.position(), 48)

    def test_should_go_on_behind_a_batch(self) -> None:
        self.offer(10)
        consumer = self.consumer()
        consumer.poll(4)
        self.assertEqual(next(consumer)[0], 4)
        self.assertEqual(self.position(), 64)
        self.assertEqual(iter(consumer), consumer)


class WaitTest(ConsumerTest):
    def test_should_wait_for_a_message_while_other_threads_run(self) -> None:
        consumer = self.consumer()
        self.assertFalse(consumer.wait(0))
        start = time.monotonic()
        self.assertFalse(consumer.wait(0.02))
        self.assertGreaterEqual(time.monotonic() - start, 0.02)
        waiting = threading.Event()

        def publish() -> None:
            waiting.wait()
            self.offer(1)

        thread = threading.Thread(target=publish)
        thread.start()
        waiting.set()
        self.assertTrue(consumer.wait(WATCHDOG_SECONDS))
        thread.join()
        self.assertEqual(len(consumer.poll()), 1)
        thread = threading.Thread(target=lambda: self.offer(2))
        thread.start()
        self.assertEqual([next(consumer)[0], next(consumer)[0]], [0, 1])
        thread.join()

    def test_should_make_room_before_it_waits(self) -> None:
        consumer = self.consumer()
        large = bytes(CAPACITY // 2 - 8)
        self.writer.offer(large)
        consumer.poll()
        self.assertIs(self.writer.try_offer(large), False)
        thread = threading.Thread(target=lambda: self.writer.offer(large, WATCHDOG_SECONDS))
        thread.start()
        self.assertTrue(consumer.wait(WATCHDOG_SECONDS))
        thread.join()

    def test_should_be_interrupted_by_a_signal(self) -> None:
        consumer = self.consumer()
        self.offer(3)
        consumer.poll()
        for wait in (consumer.wait, lambda: next(consumer)):
            before = signal.signal(signal.SIGALRM, signal.default_int_handler)
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            try:
                with self.assertRaises(KeyboardInterrupt):
                    wait()
            finally:
                signal.signal(signal.SIGALRM, before)
        self.offer(1)
        self.assertEqual(len(consumer.poll()), 1)

    def test_should_refuse_a_second_thread_while_a_call_waits(self) -> None:
        consumer = self.consumer()
        thread = threading.Thread(target=consumer.wait)
        thread.start()
        calls = (consumer.poll, consumer.publish, consumer.close, lambda: next(consumer), lambda: consumer.wait(0))
        self.until_in_call(consumer)
        for call in calls:
            with self.refused(Status.INVALID, "another call"):
                call()
        self.offer(1)
        thread.join()
        self.assertEqual(len(consumer.poll()), 1)

    def test_should_end_a_call_that_waits_when_an_exception_ends_the_with_block(self) -> None:
        ended: list[object] = []

        def run(consumer: tadpole.Consumer, wait: Callable[[tadpole.Consumer], object]) -> None:
            try:
                ended.append(wait(consumer))
            except tadpole.Error as error:
                ended.append(type(error))

        waits: list[Callable[[tadpole.Consumer], object]] = [tadpole.Consumer.wait, next]
        for wait in waits:
            self.offer(3)
            with self.assertRaises(ZeroDivisionError), self.consumer() as consumer:
                consumer.poll(3)
                thread = threading.Thread(target=run, args=[consumer, wait])
                thread.start()
                self.until_in_call(consumer)
                raise ZeroDivisionError
            thread.join(WATCHDOG_SECONDS)
            if thread.is_alive():
                self.offer(1)
                thread.join()
            self.assertEqual(ended.pop(), tadpole.ClosedError)
            with self.refused(Status.CLOSED):
                consumer.poll()
            with self.consumer() as successor:
                self.assertEqual(len(successor.poll()), 0)

    def test_should_give_the_role_up_with_the_call_inside_which_its_with_block_ends(self) -> None:
        self.offer(2)
        consumer = self.consumer()
        message = consumer.poll(1)[0]

        def inside(_: object) -> None:
            consumer.__exit__(ZeroDivisionError, ZeroDivisionError(), None)

        reference = weakref.ref(message, inside)
        del message
        with self.assertRaises(tadpole.Error):
            consumer.poll()[0]
        self.assertIsNone(reference())
        with self.refused(Status.CLOSED):
            consumer.poll()
        self.consumer()

    def test_should_refuse_a_call_inside_a_call(self) -> None:
        consumer = self.consumer()
        self.offer(2)
        message = consumer.poll(1)[0]
        raised: list[BaseException] = []

        def inside(_: object) -> None:
            try:
                consumer.poll()
            except tadpole.Error as error:
                raised.append(error)

        reference = weakref.ref(message, inside)
        # Only the consumer holds it now, and lets go of it inside of its poll.
        del message
        self.assertEqual(len(consumer.poll()), 1)
        self.assertEqual([str(error).count("another call") for error in raised], [1])
        self.assertIsNone(reference())


RECORD = np.dtype([("number", "<i8"), ("price", "<f8"), ("side", "S4")])


class FixedTest(ConsumerTest):
    def records(self, count: int) -> "np.ndarray[tuple[int], np.dtype[np.void]]":
        records = np.zeros(count, RECORD)
        records["number"] = np.arange(count)
        records["price"] = records["number"] / 4
        records["side"] = b"BUY"
        return records

    def test_should_show_a_batch_as_one_array(self) -> None:
        sent = self.records(100)
        self.writer.offer_run([record.tobytes() for record in sent])
        consumer = self.consumer()
        batch = consumer.poll_fixed()
        array = batch.numpy(RECORD)
        self.assertEqual(array.tolist(), sent.tolist())
        self.assertEqual((array.strides, array.flags.writeable, array.flags.owndata), ((32,), False, False))
        with self.assertRaises(ValueError):
            array["number"][0] = 5
        with self.assertRaises(ValueError):
            array.flags.writeable = True
        self.assertEqual(batch.numpy("<i8").tolist(), list(range(100)))
        self.assertEqual(batch.numpy().shape, (100, 20))
        self.assertEqual(batch.numpy().tobytes(), sent.tobytes())
        # The ring's memory itself.
        with open(self.path / "ring", "r+b") as ring:
            ring.seek(DATA + 8)
            ring.write((77).to_bytes(8, "little"))
        self.assertEqual(array["number"][0], 77)
        self.assertEqual([message[0] for message in batch][1:], list(range(1, 100)))

    def test_should_refuse_to_go_on_while_arrays_are_held(self) -> None:
        self.writer.offer_run([record.tobytes() for record in self.records(100)])
        consumer = self.consumer()
        holds: list[Callable[[Any], Any]] = [lambda a: a, lambda a: a["price"], lambda a: a[3:4], lambda a: a[5]]
        for hold in holds:
            held = hold(consumer.poll_fixed(10).numpy(RECORD))
            self.assertTrue(held.base is not None)
            with self.assertRaises(tadpole.ViewsHeldError):
                consumer.poll_fixed()
            with self.assertRaises(tadpole.ViewsHeldError):
                consumer.wait()
            del held
        prices = 0.0
        while batch := consumer.poll_fixed(7):
            prices += batch.numpy(RECORD)["price"].sum()
        self.assertEqual(prices, self.records(100)["price"][40:].sum())

    def test_should_end_where_the_length_changes_or_the_ring_wraps(self) -> None:
        consumer = self.consumer()
        for length in (24, 24, 17, 24, 24, 25, 25):  # 17 to 24 take as much of the ring
            self.writer.offer(bytes(length))
        counts = []
        while batch := consumer.poll_fixed():
            counts.append((len(batch), batch.numpy().shape[1]))
        self.assertEqual(counts, [(2, 24), (1, 17), (2, 24), (2, 25)])
        total = 0
        for length in (24, 1000):  # without and with padding at the end
            ends = 0
            for _ in range(500):
                for _ in range(10):
                    self.writer.offer(bytes(length))
                got = []
                while batch := consumer.poll_fixed():
                    got.append(len(batch))
                self.assertEqual(sum(got), 10)
                ends += len(got) > 1
                total += sum(got)
            self.assertGreater(ends, 0)
        self.assertEqual(total, 10000)

    def test_should_show_a_poll_whose_messages_are_alike(self) -> None:
        self.offer(10)
        consumer = self.consumer()
        self.assertEqual(consumer.poll().numpy("<i8").tolist(), list(range(10)))
        self.offer(5)
        self.writer.offer(b"another length")
        batch = consumer.poll()
        self.assertEqual(len(batch), 6)
        with self.assertRaisesRegex(BufferError, "poll_fixed"):
            batch.numpy("<i8")

    def test_should_refuse_items_that_do_not_lie_in_a_message(self) -> None:
        self.offer(10)
        batch = self.consumer().poll_fixed()
        for dtype in ("<i8,<i8", "S9", "V0"):
            with self.subTest(dtype), self.assertRaisesRegex(ValueError, "does not lie in a message"):
                batch.numpy(dtype)
        with self.assertRaises(TypeError):
            batch.numpy(object)
        with self.assertRaises(TypeError):
            batch.numpy("nonsense")
        self.assertEqual(batch.numpy("u1").shape, (10,))

    def test_should_show_an_empty_batch_and_one_of_one_message(self) -> None:
        consumer = self.consumer()
        for batch in (consumer.poll(), consumer.poll_fixed()):
            self.assertEqual(batch.numpy(RECORD).shape if batch is None else len(batch), 0)
        empty = consumer.poll_fixed().numpy(RECORD)
        self.assertEqual((empty.shape, empty.dtype, empty.flags.writeable), ((0,), RECORD, False))
        del empty
        self.offer(1)
        self.assertEqual(consumer.poll_fixed().numpy("<i8").tolist(), [0])

    def test_should_be_a_strided_buffer_without_numpy(self) -> None:
        sent = self.offer(10)
        batch = self.consumer().poll_fixed()
        with memoryview(batch) as view:
            self.assertEqual((view.shape, view.strides, view.format, view.readonly), ((10, 8), (16, 1), "B", True))
            self.assertEqual(view.tobytes(), b"".join(sent))
            self.assertEqual(view[9, 0], 9)
        self.assertEqual(bytes(batch), b"".join(sent))
        with self.assertRaisesRegex(BufferError, "strides"):
            self.writer.offer(batch)


class AsyncioTest(ConsumerTest):
    def test_should_iterate_while_other_tasks_run(self) -> None:
        received: list[int] = []

        async def consume() -> None:
            with tadpole.Consumer(self.path) as consumer:
                async for batch in consumer.batches(limit=10):
                    self.assertLessEqual(len(batch), 10)
                    received.extend(int.from_bytes(message, "little") for message in batch)
                    if received[-1] == 4999:
                        return

        async def publish() -> None:
            for i in range(5000):
                while not self.writer.try_offer(i.to_bytes(24, "little")):
                    await asyncio.sleep(0)
                if i % 1000 == 0:
                    await asyncio.sleep(0.005)  # so that the consumer comes to rest

        async def both() -> None:
            await asyncio.wait_for(asyncio.gather(consume(), publish()), WATCHDOG_SECONDS)

        asyncio.run(both())
        self.assertEqual(received, list(range(5000)))
        self.assertEqual(self.position(), 5000 * 32)

    def test_should_let_other_tasks_run_when_there_always_is_a_batch(self) -> None:
        self.offer(100)
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        async def run() -> None:
            counting = asyncio.create_task(count())
            with tadpole.Consumer(self.path) as consumer:
                async for batch in consumer.batches(1):
                    if batch[0][0] == 99:
                        break
            counting.cancel()

        asyncio.run(run())
        self.assertGreater(turns, 50)

    def test_should_lose_nothing_when_it_is_cancelled(self) -> None:
        received: list[int] = []

        async def consume(ready: asyncio.Event) -> None:
            with tadpole.Consumer(self.path) as consumer:
                async for batch in consumer.batches(7):
                    for message in batch:
                        number = int.from_bytes(message, "little")
                        if number < len(received):  # comes again
                            continue
                        self.assertEqual(number, len(received))
                        received.append(number)
                        if number % 5 == 0:
                            ready.set()
                            await asyncio.sleep(0)

        async def run() -> None:
            sent = 0
            while len(received) < 500:
                ready = asyncio.Event()
                task = asyncio.create_task(consume(ready))
                while not ready.is_set():
                    for _ in range(3):
                        sent += self.writer.try_offer(sent.to_bytes(24, "little"))
                    await asyncio.sleep(0)
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await task

        asyncio.run(asyncio.wait_for(run(), WATCHDOG_SECONDS))
        self.assertEqual(received, list(range(len(received))))

    def test_should_raise_what_a_poll_raises(self) -> None:
        async def run() -> None:
            self.offer(10)
            with self.consumer() as consumer:
                held = None
                async for batch in consumer.batches(1):
                    held = batch[0][1:]
            self.assertIsNone(held)

        with self.assertRaises(tadpole.ViewsHeldError):
            asyncio.run(run())


@unittest.skipIf("asan" in os.environ.get("LD_PRELOAD", ""), "the sanitizer keeps what was freed")
class MemoryTest(ConsumerTest):
    def resident(self) -> int:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * 4096

    def test_should_keep_no_memory_of_messages(self) -> None:
        consumer = self.consumer()
        run = [bytes(8)] * 500

        def rounds(count: int) -> None:
            for _ in range(count):
                self.writer.offer_run(run)
                for _ in range(2):
                    with consumer.poll(100) as batch:
                        for message in batch:
                            len(message)
                with consumer.poll_fixed(100) as batch:
                    batch.numpy("<i8").sum()
                for number, _ in enumerate(consumer, 1):
                    if number == 100:
                        break
                consumer.publish()
                while consumer.poll(1 << 20):
                    pass
                with self.writer.claim(8) as claim:
                    claim.buffer[0] = 1
                    claim.commit(8)
                self.assertIsNotNone(self.writer.try_claim(1))

        rounds(100)
        gc.collect()
        counted = [sys.getrefcount(consumer), sys.getrefcount(self.writer), sys.getrefcount(None)]
        types = [sys.getrefcount(kind) for kind in (tadpole.Batch, tadpole.Claim, tadpole.Consumer)]
        before = self.resident()
        rounds(1900)  # a million messages
        gc.collect()
        self.assertLess(self.resident() - before, 1 << 20)
        self.assertEqual([sys.getrefcount(consumer), sys.getrefcount(self.writer)], counted[:2])
        self.assertLess(abs(sys.getrefcount(None) - counted[2]), 500)
        self.assertEqual([sys.getrefcount(kind) for kind in (tadpole.Batch, tadpole.Claim, tadpole.Consumer)], types)

    def test_should_keep_no_memory_of_roles_and_refusals(self) -> None:
        def rounds(count: int) -> None:
            for _ in range(count):
                with tadpole.Consumer(self.path) as consumer:
                    consumer.poll()
                for call in (lambda: tadpole.Producer(self.path), lambda: tadpole.Consumer(self.path, 5)):
                    with self.assertRaises(tadpole.ChannelError):
                        call()

        rounds(100)
        gc.collect()
        before = self.resident()
        open_before = len(descriptors())
        rounds(1000)
        gc.collect()
        self.assertLess(self.resident() - before, 1 << 20)
        self.assertEqual(len(descriptors()), open_before)


def descriptors() -> list[str]:
    return os.listdir("/proc/self/fd")


if __name__ == "__main__":
    unittest.main()
