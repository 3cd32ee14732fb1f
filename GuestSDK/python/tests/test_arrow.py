"""Batches for pyarrow, where it is installed."""

import unittest

from host import make_frame
from test_frames import SCHEMA, VALUES

from patchbay import Field, Schema, frame

try:
    import pyarrow
except ImportError:
    pyarrow = None


@unittest.skipIf(pyarrow is None, "pyarrow is not installed")
class ArrowTests(unittest.TestCase):
    def test_all_types(self):
        values = {**VALUES, "text": ["plain", None, "ä"]}
        batch = frame.read(make_frame(SCHEMA, 3, **values)).to_arrow()
        batch.validate(full=True)
        self.assertEqual(batch.schema.names, [name for name, _ in SCHEMA.columns])
        for name in ("key", "value", "count", "ratio", "flag", "text", "raw", "word", "level"):
            self.assertEqual(batch.column(name).to_pylist(), values[name], name)
        self.assertEqual(batch.column("time").cast("int64").to_pylist(), VALUES["time"])
        self.assertEqual(batch.column("json").to_pylist(), ['{"a":[1,null]}', None, '"text"'])
        self.assertEqual(batch.column("map").to_pylist(), [[("a", "b"), ("c", None)], None, []])
        self.assertEqual(batch.column("rest").to_pylist()[0], [("x", "1"), ("y", None), ("z", '{"deep":[]}')])
        self.assertEqual(str(batch.column("level").type), "dictionary<values=string, indices=int32, ordered=1>")

    def test_buffers_are_shown_where_they_lie(self):
        data = make_frame(Schema([Field("n", int)]), 2, n=[5, 6], value=[b"a", b"bc"])
        read = frame.read(data)
        batch = read.to_arrow()
        start = pyarrow.py_buffer(data).address
        for column in (batch.column("n"), batch.column("value")):
            for buffer in column.buffers():
                if buffer is not None:
                    self.assertTrue(start <= buffer.address < start + len(data))

    def test_text_that_is_no_utf_8_is_refused(self):
        batch = frame.read(make_frame(Schema([Field("t", str)]), 1, t=["\udcff"]))
        with self.assertRaises(UnicodeDecodeError):
            batch.to_arrow()

    def test_what_is_not_carried(self):
        batch = frame.read(make_frame(Schema([Field("t", str), Field("w", "word")]), 2)).to_arrow()
        batch.validate(full=True)
        self.assertEqual(batch.column("t").to_pylist(), [None, None])


if __name__ == "__main__":
    unittest.main()
