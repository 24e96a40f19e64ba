"""Channels: created, removed, attached to; statuses, exceptions and the layout."""

import gzip
import os
import pickle
import re
import unittest

from channels import CAPACITY, ROOT, ChannelTest, Words

import tadpole
from tadpole import Status, _ring
from tadpole.layout import FIELDS


class LayoutTest(unittest.TestCase):
    def test_should_be_the_golden_one(self) -> None:
        golden = {}
        for line in (ROOT / "bindings/layout.golden").read_text().splitlines():
            if not line.startswith("#"):
                region, field, at, size = re.split(r"\s{2,}", line, maxsplit=4)[:4] if line else ("", "", "0", "0")
                golden[f"{region}.{field}"] = (int(at), int(size))
        self.assertEqual({name: tuple(field) for name, field in FIELDS.items()}, golden)

    def test_should_have_the_statuses_of_the_header(self) -> None:
        header = (ROOT / "bindings/c/include/tadpole/status.h").read_text()
        declared = {name: int(number) for name, number in re.findall(r"^    TADPOLE_(\w+) = (-?\d+)", header, re.M)}
        self.assertGreater(len(declared), 20)
        self.assertEqual({status.name: status.value for status in Status}, declared)
        self.assertEqual(_ring.STATUSES, declared)


class ErrorTest(ChannelTest):
    def test_should_have_a_class_for_each_kind_of_status(self) -> None:
        kinds = {
            Status.CORRUPT: tadpole.CorruptError,
            Status.DEPOSED: tadpole.DeposedError,
            Status.CLOSED: tadpole.ClosedError,
            Status.TOO_LONG: tadpole.TooLongError,
            Status.BACK_PRESSURED: tadpole.Error,
            Status.NO_SPACE: tadpole.ChannelError,
            Status.HELD: tadpole.ChannelError,
        }
        for status, kind in kinds.items():
            error = tadpole._errors.error_of(status, "why", 0)
            self.assertIs(type(error), kind)
            self.assertIs(error.status, status)

    def test_should_survive_pickling(self) -> None:
        for error in (tadpole.ChannelError(-21, "gone", 2), tadpole.ViewsHeldError("held")):
            copy = pickle.loads(pickle.dumps(error))
            self.assertEqual((type(copy), str(copy), copy.status), (type(error), str(error), error.status))

    def test_should_say_status_and_errno_of_a_refused_call(self) -> None:
        self.path.mkdir()
        (self.path / "ring").touch()
        with self.assertRaises(tadpole.ChannelError) as caught:
            tadpole.create(self.path / "ring" / "below")
        self.assertEqual((caught.exception.status, caught.exception.errno), (Status.FAILED_CALL, 20))


class CreateTest(ChannelTest):
    def test_should_write_what_was_asked_for(self) -> None:
        tadpole.create(self.path, 1 << 17, alignment=64, consumers=["a", "zwölf"], schema_id=7, schema_version=2)
        ring = Words(self.path, "ring")
        found = [ring[n] for n in ("version", "capacity", "alignment", "consumers", "schemaId", "schemaVersion")]
        self.assertEqual(found, [1, 1 << 17, 64, 2, 7, 2])
        name = FIELDS["consumer.name"]
        named = (self.path / "consumer-1").read_bytes()[name.at : name.at + name.size]
        self.assertEqual(named.rstrip(b"\0").decode(), "zwölf")
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o700)

    def test_should_take_any_path(self) -> None:
        for path in (str(self.path), os.fsencode(self.path), self.path):
            tadpole.create(path)
            tadpole.Producer(path).close()
            tadpole.remove(path)
        strange = os.fsdecode(os.fsencode(self.folder) + b"/\xff")
        tadpole.create(strange)
        self.assertEqual(tadpole.Producer(strange).path, strange)

    def test_should_refuse_what_cannot_be(self) -> None:
        for arguments in [
            {"capacity": 100000},
            {"capacity": 0},
            {"alignment": 16},
            {"consumers": 65},
            {"consumers": -1},
        ]:
            with self.subTest(arguments), self.refused(Status.INVALID):
                tadpole.create(self.path, **arguments)
        with self.refused(Status.INVALID):
            tadpole.create(self.path, schema_id=65536)
        for names in (["a", "a"], [""], ["x" * 57], ["n"] * 65):
            with self.refused(Status.INVALID):
                tadpole.create(self.path, consumers=names)
        with self.assertRaises(ValueError):
            tadpole.create(self.path, consumers=["nul\0"])
        with self.assertRaises(TypeError):
            tadpole.create(self.path, consumers=[1])  # type: ignore[list-item]
        with self.assertRaisesRegex(TypeError, "names, not one"):
            tadpole.create(self.path, consumers="abc")
        with self.assertRaises(TypeError):
            tadpole.create(3)  # type: ignore[arg-type]
        with self.assertRaises(OverflowError):
            tadpole.create(self.path, consumers=1 << 70)
        self.assertFalse(self.path.exists())

    def test_should_refuse_a_directory_that_exists_and_a_parent_that_does_not(self) -> None:
        self.create()
        with self.refused(Status.EXISTS):
            self.create()
        with self.assertRaisesRegex(tadpole.ChannelError, "parent"):
            tadpole.create(self.path / "a" / "b")

    def test_should_remove_what_nobody_holds(self) -> None:
        self.create()
        producer = tadpole.Producer(self.path)
        with self.refused(Status.HELD):
            tadpole.remove(self.path)
        producer.close()
        (self.path / "mine").touch()
        with self.refused(Status.FOREIGN):
            tadpole.remove(self.path)
        (self.path / "mine").unlink()
        tadpole.remove(self.path)
        self.assertFalse(self.path.exists())
        with self.refused(Status.MISSING):
            tadpole.remove(self.path)


class AttachTest(ChannelTest):
    def refuse_both(self, status: Status) -> None:
        with self.refused(status):
            tadpole.Producer(self.path)
        with self.refused(status):
            tadpole.Consumer(self.path)

    def test_should_refuse_a_channel_that_is_not_there(self) -> None:
        self.refuse_both(Status.MISSING)

    def test_should_refuse_a_symbolic_link(self) -> None:
        tadpole.create(self.folder / "real")
        self.path.symlink_to("real")
        self.refuse_both(Status.SYMBOLIC_LINK)

    def test_should_refuse_a_ring_with_a_header_that_cannot_be(self) -> None:
        self.create()
        cases: list[tuple[str, int, Status]] = [
            ("version", 0, Status.HALF_CREATED),
            ("version", 2, Status.NEWER_VERSION),
            ("magic", 5, Status.FOREIGN),
            ("capacity", 3, Status.BAD_HEADER),
            ("capacity", 1 << 17, Status.TRUNCATED),
            ("ringId", 5, Status.OTHER_RING),
        ]
        for name, word, status in cases:
            with self.subTest(name=name, word=word):
                right = self.ring[name]
                self.ring[name] = word
                self.refuse_both(status)
                self.ring[name] = right
        self.ring["stages"] = 1
        with self.refused(Status.ENGINES):
            tadpole.Producer(self.path)

    def test_should_refuse_a_role_that_is_held(self) -> None:
        self.create()
        with tadpole.Producer(self.path), self.refused(Status.HELD):
            tadpole.Producer(self.path)
        with tadpole.Consumer(self.path), self.refused(Status.HELD):
            tadpole.Consumer(self.path)
        tadpole.Producer(self.path)
        tadpole.Consumer(self.path)

    def test_should_refuse_a_consumer_that_is_not_declared(self) -> None:
        self.create(consumers=2)
        tadpole.Consumer(self.path, 1)
        for index in (2, -1, 1 << 40):
            with self.refused(Status.NOT_DECLARED):
                tadpole.Consumer(self.path, index)
        with self.refused(Status.NOT_DECLARED):
            tadpole.evict(self.path, 2)

    def test_should_refuse_words_that_cannot_be(self) -> None:
        self.create()
        self.file["position"] = 8
        self.refuse_both(Status.CORRUPT)
        self.file["position"] = 0
        self.ring["tail"] = 3
        self.refuse_both(Status.CORRUPT)

    def test_should_evict_and_join(self) -> None:
        self.create(consumers=1)
        producer = self.producer()
        producer.offer(b"missed")
        with tadpole.Consumer(self.path), self.refused(Status.HELD):
            tadpole.evict(self.path, 0)
        tadpole.evict(self.path, 0)
        with self.refused(Status.EVICTED):
            tadpole.Consumer(self.path)
        with tadpole.Consumer(self.path, join=True) as consumer:
            producer.offer(b"seen")
            self.assertEqual([bytes(message) for message in consumer.poll()], [b"seen"])
        with tadpole.Consumer(self.path, 0, True) as consumer:
            self.assertEqual(consumer.position, producer.position)

    def test_should_say_what_it_is(self) -> None:
        self.create(consumers=2)
        with tadpole.Producer(self.path) as producer, tadpole.Consumer(self.path, 1) as consumer:
            self.assertEqual((producer.path, consumer.path, consumer.index), (str(self.path), str(self.path), 1))
            self.assertEqual(producer.max_message_length, CAPACITY // 2 - 8)
            self.assertEqual(repr(producer), f"<tadpole.Producer of '{self.path}'>")
            self.assertEqual(repr(consumer), f"<tadpole.Consumer 1 of '{self.path}'>")
        self.assertEqual(repr(producer), f"<tadpole.Producer of '{self.path}', closed>")
        self.assertEqual(repr(consumer), f"<tadpole.Consumer 1 of '{self.path}', closed>")
        for made in (tadpole.Claim, tadpole.Batch):
            with self.assertRaises(TypeError):
                made()

    def test_should_read_the_frozen_layout(self) -> None:
        self.path.mkdir()
        for file in (ROOT / "ipc-shm/ring/src/test/resources/v1").glob("*.gz"):
            (self.path / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
        for role in ("producer", "consumer-0", "consumer-1"):
            (self.path / f"{role}.lock").touch()
        read = []
        for index in (0, 1):
            with tadpole.Consumer(self.path, index) as consumer, consumer.poll(100) as batch:
                read.append([bytes(message) for message in batch])
        self.assertEqual((len(read[0]), len(read[1])), (60, 2))
        self.assertEqual(read[0][-2:], read[1])


if __name__ == "__main__":
    unittest.main()
