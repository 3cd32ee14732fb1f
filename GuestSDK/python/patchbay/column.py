"""A column of a frame: its buffers as they lie there, and its values as Python's."""

from __future__ import annotations

from . import bits
from .errors import FrameError
from .schema import Field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

# Kinds of buffers.
VALIDITY, NUMBERS, BITS, OFFSETS, BYTES, INDICES, WORD_OFFSETS, WORD_BYTES = range(1, 9)
KEY_OFFSETS, KEY_BYTES, ENTRY_VALIDITY, ENTRY_OFFSETS, ENTRY_BYTES, STARTS, ENDS = range(9, 16)


class Column:
    """One column of a batch.

    The properties are views of the frame's memory and copy nothing; `values()` makes Python values of all rows, once.
    A view stays right for as long as somebody holds it: the memory of a batch is not used again.
    """

    __slots__ = ("field", "rows", "_frame", "_buffers", "_base", "_values", "_ranges")

    def __init__(
        self,
        field: Field,
        rows: int,
        frame: memoryview,
        buffers: Dict[int, Tuple[int, int]],
        base: Optional[memoryview] = None,
    ) -> None:
        self.field = field
        self.rows = rows
        self._frame = frame
        self._buffers = buffers
        self._base = base
        self._values: Optional[List[Any]] = None
        self._ranges: Optional[Tuple[List[int], List[int]]] = None

    def _buffer(self, kind: int) -> memoryview:
        place = self._buffers.get(kind)
        if place is None:
            raise TypeError(f"the column {self.field.name!r} of type {self.field.type} has no such buffer")
        return self._frame[place[0] : place[0] + place[1]]

    def place(self, kind: int) -> Optional[Tuple[int, int]]:
        """Where a buffer lies in the frame: its offset and its length."""
        return self._buffers.get(kind)

    @property
    def is_carried(self) -> bool:
        """Whether the column came along; nothing of one that did not has a value."""
        return bool(self._buffers)

    @property
    def validity(self) -> Optional[memoryview]:
        """One bit per row, least significant first, set where there is a value; None when there are all."""
        return self._buffer(VALIDITY) if VALIDITY in self._buffers else None

    @property
    def numbers(self) -> Any:
        """The numbers of an `int64`, `timestamp` (format `q`) or `float64` (`d`) column."""
        return self._buffer(NUMBERS).cast("d" if self.field.type == "float64" else "q")

    @property
    def bits(self) -> memoryview:
        """The bitmap of a `bool` column."""
        return self._buffer(BITS)

    @property
    def data(self) -> memoryview:
        """The bytes of a column of variable size, in which `starts` and `ends` count."""
        if STARTS in self._buffers:
            if self._base is None:
                raise FrameError("the column shows bytes of a request that is not there")
            return self._base
        return self._buffer(BYTES)

    @property
    def starts(self) -> memoryview:
        """The first byte of each row in `data`, as numbers of 32 bits (format `i`); of maps, the first entry."""
        self.ranges()
        if STARTS in self._buffers:
            return self._buffer(STARTS).cast("i")
        return self._buffer(OFFSETS).cast("i")[:-1]

    @property
    def ends(self) -> memoryview:
        """The byte behind each row in `data` (format `i`)."""
        self.ranges()
        if ENDS in self._buffers:
            return self._buffer(ENDS).cast("i")
        return self._buffer(OFFSETS).cast("i")[1:]

    @property
    def indices(self) -> memoryview:
        """The numbers of the words of a `word` column (format `i`)."""
        return self._buffer(INDICES).cast("i")

    @property
    def words(self) -> List[str]:
        """The words of a `word` column."""
        return _texts(self._buffer(WORD_BYTES), *self._offsets(WORD_OFFSETS, WORD_BYTES))

    def __len__(self) -> int:
        return self.rows

    def __iter__(self) -> Any:
        return iter(self.values())

    def __getitem__(self, row: int) -> Any:
        return self.values()[row]

    def _offsets(self, kind: int, of: int) -> Tuple[List[int], List[int]]:
        place, length = self._buffers[kind]
        limit = self._buffers[of][1] if of else 0
        offsets = bits.checked(self._frame[place : place + length], limit, place)
        return offsets[:-1], offsets[1:]

    def ranges(self) -> Tuple[List[int], List[int]]:
        """Starts and ends in `data` as lists, checked."""
        if self._ranges is None:
            if STARTS in self._buffers:
                self._ranges = self._base_ranges()
            elif KEY_OFFSETS in self._buffers:
                entries = self._buffers[KEY_OFFSETS][1] // 4 - 1
                offsets = bits.checked(self._buffer(OFFSETS), entries, self._buffers[OFFSETS][0])
                self._ranges = offsets[:-1], offsets[1:]
            else:
                self._ranges = self._offsets(OFFSETS, BYTES)
        return self._ranges

    def _base_ranges(self) -> Tuple[List[int], List[int]]:
        starts, ends = self._buffer(STARTS).cast("i").tolist(), self._buffer(ENDS).cast("i").tolist()
        limit = len(self.data)
        if any(not 0 <= start <= end <= limit for start, end in zip(starts, ends)):
            raise FrameError("a row shows bytes outside of the request", self._buffers[STARTS][0])
        return starts, ends

    def values(self) -> List[Any]:
        """All rows as Python values, None where there is none.

        `int64` and `timestamp` (nanoseconds since 1970) come as int, `float64` as float, `bool` as bool, `utf8` and `word` as
        str (bytes that are no UTF-8 as surrogates, as in the names of files), `binary` as bytes, `json` as what it says,
        maps as dict.
        """
        if self._values is None:
            if self._buffers:
                values = _READERS[self.field.type](self)
                if VALIDITY in self._buffers:
                    valid = bits.unpack(self._buffer(VALIDITY), self.rows)
                    values = [value if is_valid else None for value, is_valid in zip(values, valid)]
                self._values = values
            else:
                self._values = [None] * self.rows
        return self._values

    # How values of each type are made.

    def _numbers(self) -> List[Any]:
        numbers: List[Any] = self.numbers.tolist()
        return numbers

    def _bools(self) -> List[Any]:
        return bits.unpack(self.bits, self.rows)

    def _bytes(self) -> List[Any]:
        starts, ends = self.ranges()
        # One copy of all, as it is slices of bytes that are bytes.
        data = bytes(self.data)
        return [data[start:end] for start, end in zip(starts, ends)]

    def _texts(self) -> List[Any]:
        return _texts(self.data, *self.ranges())

    def _json(self) -> List[Any]:
        return _decoded(self._bytes())

    def _word_values(self) -> List[Any]:
        words = self.words
        indices = self.indices.tolist()
        if indices and (min(indices) < 0 or max(indices) >= len(words)):
            if words or any(indices) or VALIDITY not in self._buffers:
                raise FrameError(f"there is no word {max(indices)}", self._buffers[INDICES][0])
            return [None] * self.rows
        return [words[index] for index in indices]

    def _maps(self) -> List[Any]:
        starts, ends = self.ranges()
        keys = _texts(self._buffer(KEY_BYTES), *self._offsets(KEY_OFFSETS, KEY_BYTES))
        places = self._offsets(ENTRY_OFFSETS, ENTRY_BYTES)
        data = self._buffer(ENTRY_BYTES)
        values: List[Any]
        if self.field.type == "json_map":
            text = bytes(data)
            values = _decoded([text[start:end] for start, end in zip(*places)])
        else:
            values = list(_texts(data, *places))
        if ENTRY_VALIDITY in self._buffers:
            valid = bits.unpack(self._buffer(ENTRY_VALIDITY), len(values))
            values = [value if is_valid else None for value, is_valid in zip(values, valid)]
        return [dict(zip(keys[start:end], values[start:end])) for start, end in zip(starts, ends)]


_READERS = {
    "int64": Column._numbers,
    "float64": Column._numbers,
    "timestamp": Column._numbers,
    "bool": Column._bools,
    "utf8": Column._texts,
    "binary": Column._bytes,
    "json": Column._json,
    "word": Column._word_values,
    "map": Column._maps,
    "json_map": Column._maps,
}


def _texts(data: memoryview, starts: List[int], ends: List[int]) -> List[str]:
    whole = bytes(data)
    if whole.isascii():
        text = whole.decode("ascii")
        return [text[start:end] for start, end in zip(starts, ends)]
    return [whole[start:end].decode("utf-8", "surrogateescape") for start, end in zip(starts, ends)]


class _JSONValues(dict):  # type: ignore[type-arg]
    """Values of JSON texts, remembered unless they can be changed."""

    def __missing__(self, text: bytes) -> Any:
        import json

        if not text:
            # A row without a value has no text.
            return None
        try:
            value = json.loads(text.decode("utf-8", "surrogateescape"))
        except (ValueError, RecursionError):
            raise FrameError(f"a value is no JSON: {bytes(text[:40])!r}") from None
        if not isinstance(value, (dict, list)):
            if len(self) >= 4096:
                self.clear()
            self[text] = value
        return value


_json_values = _JSONValues()


def _decoded(texts: List[bytes]) -> List[Any]:
    values = _json_values
    return [values[text] for text in texts]
