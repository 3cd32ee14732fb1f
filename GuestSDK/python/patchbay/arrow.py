"""Batches for pyarrow, which has to be installed."""

from __future__ import annotations

from . import column as kinds
from .batch import Batch
from .column import Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def record_batch(batch: Batch) -> Any:
    """The batch as a `pyarrow.RecordBatch`; buffers are shown where they lie in the frame."""
    import pyarrow  # type: ignore[import-not-found,import-untyped,unused-ignore]

    names = [name for name, _ in batch.schema.columns]
    return pyarrow.RecordBatch.from_arrays([_array(pyarrow, column) for column in batch.columns], names=names)


def _array(pyarrow: Any, column: Column) -> Any:
    kind, rows = column.field.type, column.rows
    types = {
        "int64": pyarrow.int64(), "float64": pyarrow.float64(), "bool": pyarrow.bool_(), "utf8": pyarrow.string(),
        "json": pyarrow.string(), "binary": pyarrow.binary(), "timestamp": pyarrow.timestamp("ns", "UTC"),
        "word": pyarrow.dictionary(pyarrow.int32(), pyarrow.string(), ordered=bool(column.field.order)),
        "map": pyarrow.map_(pyarrow.string(), pyarrow.string()),
        "json_map": pyarrow.map_(pyarrow.string(), pyarrow.string()),
    }
    if not column._buffers:
        return _of_values(pyarrow, column, types[kind])

    def buffer(number: int) -> Any:
        return pyarrow.py_buffer(column._buffer(number)) if number in column._buffers else None

    valid = buffer(kinds.VALIDITY)
    if kind in ("int64", "float64", "timestamp"):
        return pyarrow.Array.from_buffers(types[kind], rows, [valid, buffer(kinds.NUMBERS)])
    if kind == "bool":
        return pyarrow.Array.from_buffers(types[kind], rows, [valid, buffer(kinds.BITS)])
    if kind == "word":
        column.values()
        count = column._buffers[kinds.WORD_OFFSETS][1] // 4 - 1
        words = pyarrow.Array.from_buffers(
            pyarrow.string(), count, [None, buffer(kinds.WORD_OFFSETS), buffer(kinds.WORD_BYTES)]
        )
        indices = pyarrow.Array.from_buffers(pyarrow.int32(), rows, [valid, buffer(kinds.INDICES)])
        return pyarrow.DictionaryArray.from_arrays(indices, words, ordered=bool(column.field.order))
    if kinds.OFFSETS in column._buffers and kinds.BYTES in column._buffers:
        column.ranges()
        if kind != "binary":
            # Arrow's text is UTF-8 without exception.
            str(column.data, "utf-8")
        return pyarrow.Array.from_buffers(types[kind], rows, [valid, buffer(kinds.OFFSETS), buffer(kinds.BYTES)])
    return _of_values(pyarrow, column, types[kind])


def _of_values(pyarrow: Any, column: Column, type: Any) -> Any:
    values = column.values()
    if column.field.type in ("json", "json_map"):
        from .writing import json_text

        def text(value: Any) -> Any:
            return None if value is None else json_text(value).decode()

        if column.field.type == "json":
            values = [text(value) for value in values]
        else:
            values = [None if m is None else [(key, text(v)) for key, v in m.items()] for m in values]
    elif column.field.type == "map":
        values = [None if m is None else list(m.items()) for m in values]
    return pyarrow.array(values, type=type)
