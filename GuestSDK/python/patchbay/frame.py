"""Frames: batches of records as bytes. Reading copies nothing; see docs/frame.md for the format."""

from __future__ import annotations

from itertools import chain
from struct import Struct

from . import column as kinds
from .batch import Batch
from .column import Column
from .errors import FrameError
from .schema import Field, Schema, cached

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

    # What a column is written from: kinds and bytes. Empty when the column is not carried.
    Buffers = Sequence[Tuple[int, Any]]

MAGIC = b"\x89PBF\r\n\x1a\n"
_HEADER = Struct("<8sHHIQIIQQ16s")
_ENTRY = Struct("<IIQQ")
_VERSION = 1
# Of what is not there a frame may not claim any number.
_MOST_NOT_CARRIED = 1 << 22
_FIXED = {"int64": kinds.NUMBERS, "float64": kinds.NUMBERS, "timestamp": kinds.NUMBERS}



def read(data: Any, base: Optional[memoryview] = None) -> Batch:
    """The batch of the frame at the start of `data`; bytes behind the frame are ignored.

    `base` is the body of the request which the frame answers, where it is an answer.
    """
    frame = memoryview(data).cast("B")
    rows, length, schema_range, table_range = _header(frame)
    frame = frame[:length]
    schema = cached(bytes(frame[schema_range[0] : schema_range[1]]), schema_range[0])
    table = _Table(frame, table_range)
    columns = []
    for number, (_, field) in enumerate(schema.columns):
        columns.append(Column(field, rows, frame, table.column(number, field, rows), base))
    table.finish()
    return Batch(schema, rows, columns)


def read_all(data: Any, base: Optional[memoryview] = None) -> Iterator[Batch]:
    """The batches of frames that lie one behind the other."""
    view = memoryview(data).cast("B")
    place = 0
    while place < len(view):
        rest = view[place:]
        yield read(rest, base)
        place += length(rest)


def length(data: Any) -> int:
    """Length in bytes of the frame at the start of `data`."""
    return _header(memoryview(data).cast("B"))[1]


def _header(frame: memoryview) -> Tuple[int, int, Tuple[int, int], Tuple[int, int]]:
    if len(frame) < _HEADER.size:
        if bytes(frame[:8]) != MAGIC[: len(frame)]:
            raise FrameError("the bytes do not begin like a frame", 0)
        raise FrameError("the frame is cut off", len(frame))
    magic, version, flags, rows, total, schema_size, count, schema_at, table_at, zeros = _HEADER.unpack_from(frame)
    if magic != MAGIC:
        raise FrameError("the bytes do not begin like a frame", 0)
    if version != _VERSION:
        raise FrameError(f"the frame has version {version}", 8)
    if flags or any(zeros):
        raise FrameError("the frame uses flags that this version does not know", 10)
    if rows >= 1 << 31:
        raise FrameError(f"the frame cannot have {rows} records", 12)
    if total < _HEADER.size or total & 7:
        raise FrameError(f"the frame cannot have {total} bytes", 16)
    if total > len(frame):
        raise FrameError("the frame is cut off", len(frame))
    table_size = count * _ENTRY.size
    for place, at, size in ((32, schema_at, schema_size), (40, table_at, table_size)):
        if at & 7 or at + size > total:
            raise FrameError("a part of the frame lies outside it", place)
    if schema_at < _HEADER.size or table_at < schema_at + schema_size:
        raise FrameError("header, schema and buffer table overlap", 32)
    return rows, total, (schema_at, schema_at + schema_size), (table_at, table_at + table_size)


class _Table:
    """The buffer table: hands out the buffers of a column, with their kinds and lengths checked."""

    def __init__(self, frame: memoryview, place: Tuple[int, int]) -> None:
        self._entries: List[Tuple[int, int, int, int]] = list(_ENTRY.iter_unpack(frame[place[0] : place[1]]))
        self._start = place[0]
        self._next = 0
        end, total = place[1], len(frame)
        for number, (_, _, at, size) in enumerate(self._entries):
            if at & 7 or at < end or at + size > total:
                place_of_entry = self._start + number * _ENTRY.size + 8
                raise FrameError("a buffer lies outside the frame or overlaps another", place_of_entry)
            end = at + size

    @property
    def _place(self) -> int:
        return self._start + self._next * _ENTRY.size

    def finish(self) -> None:
        if self._next != len(self._entries):
            raise FrameError("the frame has more buffers than its schema asks for", self._place)

    def column(self, number: int, field: Field, rows: int) -> Dict[int, Tuple[int, int]]:
        taken: Dict[int, Tuple[int, int]] = {}
        first, last = self._next, 0
        while self._next < len(self._entries) and self._entries[self._next][1] == number:
            kind, _, at, size = self._entries[self._next]
            if kind <= last:
                raise FrameError("the buffers of a column are not in order", self._place)
            last = kind
            taken[kind] = (at, size)
            self._next += 1
        if not taken and rows > _MOST_NOT_CARRIED:
            raise FrameError(f"a column of {rows} records is not carried", self._place)
        if taken:
            self._check(taken, field, rows, self._start + first * _ENTRY.size)
        return taken

    def _check(self, taken: Dict[int, Tuple[int, int]], field: Field, rows: int, place: int) -> None:
        bitmap = (rows + 7) // 8
        needed: Dict[int, Optional[int]] = {}
        if field.type in _FIXED:
            needed = {kinds.NUMBERS: 8 * rows}
        elif field.type == "bool":
            needed = {kinds.BITS: bitmap}
        elif field.type == "word":
            needed = {kinds.INDICES: 4 * rows, kinds.WORD_OFFSETS: None, kinds.WORD_BYTES: None}
        elif field.type in ("map", "json_map"):
            needed = {kinds.OFFSETS: 4 * (rows + 1), kinds.KEY_OFFSETS: None, kinds.KEY_BYTES: None}
            entries = self._elements(taken, kinds.KEY_OFFSETS, place)
            needed.update({kinds.ENTRY_OFFSETS: 4 * (entries + 1), kinds.ENTRY_BYTES: None})
            if kinds.ENTRY_VALIDITY in taken:
                needed[kinds.ENTRY_VALIDITY] = (entries + 7) // 8
        elif kinds.STARTS in taken:
            needed = {kinds.STARTS: 4 * rows, kinds.ENDS: 4 * rows}
        else:
            needed = {kinds.OFFSETS: 4 * (rows + 1), kinds.BYTES: None}
        if kinds.VALIDITY in taken:
            needed[kinds.VALIDITY] = bitmap
        if taken.keys() != needed.keys():
            kinds_there = ", ".join(map(str, taken))
            raise FrameError(f"the column {field.name!r} of type {field.type} has the buffers {kinds_there}", place)
        for kind, size in needed.items():
            if size is not None and taken[kind][1] != size:
                raise FrameError(f"a buffer has {taken[kind][1]} bytes where {size} are needed", place)
        if field.type == "word":
            self._elements(taken, kinds.WORD_OFFSETS, place)

    @staticmethod
    def _elements(taken: Dict[int, Tuple[int, int]], kind: int, place: int) -> int:
        size = taken.get(kind, (0, 0))[1]
        if size < 4 or size & 3:
            raise FrameError(f"an offsets buffer cannot have {size} bytes", place)
        return size // 4 - 1


def write(schema: Schema, rows: int, columns: Iterable[Buffers]) -> List[Any]:
    """A frame as pieces to be sent one behind the other: nothing is copied.

    `columns` are the buffers of the columns, in their order; a column without any is not carried.
    """
    block = schema.block()
    buffers = [(kind, number, data) for number, column in enumerate(columns) for kind, data in column]
    table_at = _HEADER.size + len(block)
    place = table_at + len(buffers) * _ENTRY.size
    table: List[bytes] = []
    pieces: List[Any] = []
    for kind, number, data in buffers:
        size = len(data)
        table.append(_ENTRY.pack(kind, number, place, size))
        pieces.append(data)
        padding = -size % 8
        if padding:
            pieces.append(bytes(padding))
        place += size + padding
    header = _HEADER.pack(
        MAGIC, _VERSION, 0, rows, place, len(block), len(buffers), _HEADER.size, table_at, bytes(16)
    )
    return [b"".join(chain((header, block), table)), *pieces]
