"""Frames: what is written reads back, and damage is refused."""

import os
import random
import unittest
from pathlib import Path

import host
from host import make_frame

from patchbay import Field, FrameError, Schema, frame

# Every type, with values that are missing and odd.
SCHEMA = Schema(
    [
        Field("count", int), Field("ratio", float), Field("flag", bool), Field("text", str), Field("raw", bytes),
        Field("word", "word"), Field("level", "word", order=["error", "info"]), Field("at", "timestamp"),
        Field("json", "json"), Field("map", "map"), Field("rest", "json_map"),
    ],
    key=True, time=True, open=True, text="{time} {text}", suffix=b"\n",
)
VALUES = {
    "key": [b"k", None, b""],
    "value": [b"first", b"", b"\xff\x00third"],
    "time": [1, None, -5],
    "count": [1, None, -(1 << 63)],
    "ratio": [0.5, None, float("inf")],
    "flag": [True, None, False],
    "text": ["plain", None, "ä\udcff"],
    "raw": [b"\x00", None, b"xy"],
    "word": ["b", None, "a"],
    "level": ["info", None, "error"],
    "at": [0, None, 1 << 62],
    "json": [{"a": [1, None]}, None, "text"],
    "map": [{"a": "b", "c": None}, None, {}],
    "rest": [{"x": 1, "y": None, "z": {"deep": []}}, None, {}],
}
FIXTURES = Path(__file__).parent / "Fixtures"


def read_everything(data):
    """What is not refused has to be readable to the end."""
    batch = frame.read(data)
    for column in batch.columns:
        values = column.values()
        assert len(values) == batch.rows
    return batch


class FrameTests(unittest.TestCase):
    def test_what_is_written_reads_back(self):
        for rows in (3, 0, 1):
            given = {name: values[:rows] for name, values in VALUES.items()}
            batch = read_everything(make_frame(SCHEMA, rows, **given))
            self.assertEqual(batch.schema.json(), SCHEMA.json())
            self.assertEqual(batch.rows, rows)
            for name, values in given.items():
                self.assertEqual(batch.values(name), values, name)

    def test_many_rows(self):
        schema = Schema([Field("n", int), Field("flag", bool), Field("word", "word")])
        rows = 1001
        values = {
            "n": [i if i % 7 else None for i in range(rows)],
            "flag": [i % 3 == 0 for i in range(rows)],
            "word": [str(i % 50) for i in range(rows)],
            "value": [str(i).encode() for i in range(rows)],
        }
        batch = read_everything(make_frame(schema, rows, **values))
        for name in values:
            self.assertEqual(batch.values(name), values[name])

    def test_a_column_without_buffers_has_no_values(self):
        schema = Schema([Field("a", int), Field("b", str)])
        batch = frame.read(make_frame(schema, 3, b=["x", "y", "z"]))
        self.assertFalse(batch["a"].is_carried)
        self.assertEqual(batch.values("a"), [None, None, None])
        self.assertEqual(batch.values("value"), [None, None, None])
        self.assertEqual(batch.values("b"), ["x", "y", "z"])

    def test_a_frame_of_nothing_may_not_claim_billions_of_rows(self):
        data = bytearray(make_frame(Schema(), 0))
        data[12:16] = (1 << 30).to_bytes(4, "little")
        with self.assertRaises(FrameError):
            frame.read(data)

    def test_ranges_show_the_request(self):
        from patchbay import writing

        request = b"one two three"
        buffers = [[], writing.ranges([0, 4, 8], [3, 7, 13])]
        data = b"".join(bytes(p) for p in frame.write(Schema([Field("word", str)]), 3, buffers))
        self.assertEqual(frame.read(data, memoryview(request)).values("word"), ["one", "two", "three"])
        with self.assertRaises(FrameError):
            frame.read(data, memoryview(request[:12])).values("word")
        with self.assertRaises(FrameError):
            frame.read(data).values("word")

    def test_views_copy_nothing(self):
        data = make_frame(SCHEMA, 3, **VALUES)
        batch = frame.read(data)
        self.assertEqual(batch["value"].data.obj, data)
        self.assertEqual(batch["count"].numbers.format, "q")
        self.assertEqual(batch["ratio"].numbers[0], 0.5)
        self.assertEqual(list(batch["value"].starts), [0, 5, 5])
        self.assertEqual(list(batch["value"].ends), [5, 5, 12])
        self.assertEqual(batch["level"].words, ["error", "info"])
        self.assertEqual(list(batch["level"].indices), [1, 0, 0])
        with self.assertRaises(TypeError):
            batch["count"].words

    def test_every_cut_is_refused(self):
        data = make_frame(SCHEMA, 3, **VALUES)
        for size in range(len(data)):
            with self.assertRaises(FrameError):
                frame.read(data[:size])

    def test_every_changed_byte_is_refused_or_readable(self):
        data = make_frame(SCHEMA, 3, **VALUES)
        source = random.Random(1)
        for place in range(len(data)):
            for value in {0, 1, 0x7F, 0x80, 0xFF, data[place] ^ 1, source.randrange(256)}:
                self.one_damage(data, [(place, value)])

    def test_random_damage_is_refused_or_readable(self):
        data = make_frame(SCHEMA, 3, **VALUES)
        seed = int(os.environ.get("PATCHBAY_SEED", "7"))
        source = random.Random(seed)
        for _ in range(int(os.environ.get("PATCHBAY_MUTATIONS", "3000"))):
            changes = [(source.randrange(len(data)), source.randrange(256)) for _ in range(source.randint(1, 6))]
            self.one_damage(data, changes)

    def one_damage(self, data, changes):
        damaged = bytearray(data)
        for place, value in changes:
            damaged[place] = value
        try:
            read_everything(damaged)
        except FrameError:
            pass
        except Exception as error:
            raise AssertionError(f"{changes} give {error!r}") from error

    def test_frames_of_the_host_read_as_it_shows_them(self):
        import json

        for path in sorted(FIXTURES.glob("*.frames")):
            expected = [json.loads(line) for line in path.with_suffix(".jsonl").read_text().splitlines()]
            batches = list(frame.read_all(path.read_bytes()))
            rows = [(batch, row) for batch in batches for row in range(batch.rows)]
            self.assertEqual(len(rows), len(expected), path.name)
            self.assertGreater(len(rows), 0)
            for (batch, row), shown in zip(rows, expected):
                for name, value in shown.items():
                    found = batch.values(name)[row]
                    if isinstance(found, bytes):
                        found = found.decode()
                    if name == "time" and value is not None:
                        from patchbay.lines import time_of

                        value = time_of(value)
                    self.assertEqual(found, value, (path.name, name))
            if any(field.type == "json_map" for field in batches[0].schema.fields):
                # JSON is the same when it is read, and not in its bytes.
                continue
            # Equal batches give equal bytes.
            again = b""
            for batch in batches:
                given = {name: batch.values(name) for name, _ in batch.schema.columns}
                again += make_frame(batch.schema, batch.rows, **given)
            self.assertEqual(again, path.read_bytes(), path.name)


class GatherTests(unittest.TestCase):
    def test_rows_in_another_order(self):
        from patchbay import writing

        null = {**VALUES, "rest": [{"x": 1, "n": b"null"}, None, {"deep": b'{"a" : 1.50}'}]}
        data = b"padding!" + make_frame(SCHEMA, 3, **null)
        batch = frame.read(data[8:])
        for rows in ([2, 0, 0], [1], [], [0, 1, 2]):
            columns = [writing.gathered(column, rows, 8) for column in batch.columns]
            answer = b"".join(bytes(piece) for piece in frame.write(SCHEMA, len(rows), columns))
            again = frame.read(answer, memoryview(data))
            for name, _ in SCHEMA.columns:
                expected = [batch.values(name)[row] for row in rows]
                self.assertEqual(again.values(name), expected, (name, rows))
            if rows == [2, 0, 0]:
                # The JSON of what was handed on is what it was.
                self.assertIn(b'{"a" : 1.50}', answer)
                self.assertIn(b"null", answer)

    def test_all_rows(self):
        from patchbay import writing

        data = b"padding!" + make_frame(SCHEMA, 3, **VALUES)
        batch = frame.read(data[8:])
        columns = [writing.passed(column, 8) for column in batch.columns]
        answer = b"".join(bytes(piece) for piece in frame.write(SCHEMA, 3, columns))
        again = frame.read(answer, memoryview(data))
        for name, values in VALUES.items():
            self.assertEqual(again.values(name), values, name)


class ValueTests(unittest.TestCase):
    def test_values_that_do_not_fit_are_named_with_their_rows(self):
        from patchbay import writing

        for kind, bad in (
            (int, "text"), (int, 1.5), (int, 1 << 63), (float, "x"), (bool, 2), (str, 5), (bytes, 1.0), ("json", object()),
            ("map", [1]), ("map", {"a": 1}), ("json_map", {1: 2}), ("word", 7),
        ):
            good = VALUES[{int: "count", float: "ratio", bool: "flag", str: "text", bytes: "raw"}.get(kind, kind if kind != "json_map" else "rest")][0]
            with self.assertRaises(writing.ValueProblems, msg=kind) as raised:
                writing.buffers(Field("f", kind), [good, None, bad, good, bad])
            self.assertEqual(list(raised.exception.rows), [2, 4], kind)

    def test_a_closed_vocabulary_takes_no_other_word(self):
        from patchbay import writing

        with self.assertRaises(writing.ValueProblems):
            writing.buffers(Field("level", "word", order=["a", "b"]), ["a", "c"])

    def test_times(self):
        from patchbay.lines import time_of, time_text

        for text, expected in (
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.000000001Z", 1), ("1969-12-31T23:59:59.5Z", -500_000_000),
            ("2024-02-29T12:00:00.123456789+02:00", 1709200800123456789), ("1970-01-01T01:00:00+01:00", 0),
        ):
            self.assertEqual(time_of(text), expected, text)
            self.assertEqual(time_of(time_text(expected)), expected)
        for text in ("", "yesterday", "2024-02-30T00:00:00Z", "2024-01-01T00:00:00.xZ"):
            with self.assertRaises(ValueError):
                time_of(text)


if __name__ == "__main__":
    unittest.main()
