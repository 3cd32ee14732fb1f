"""Python values as the buffers of a column."""

from __future__ import annotations

from array import array

from . import bits
from . import column as kinds
from .errors import FrameError
from .schema import Field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Sequence, Tuple

    Buffers = List[Tuple[int, Any]]



class ValueProblems(Exception):
    """Values that do not fit their field: rows, and why."""

    def __init__(self, rows: Dict[int, str]) -> None:
        super().__init__(next(iter(rows.values())))
        self.rows = rows


def buffers(field: Field, values: Sequence[Any], whole: bool = False) -> Buffers:
    """The buffers of a column with these values; None is a missing one.

    A column without any value has none, as calls allow it, unless the frame is for a file (`whole`).
    """
    valid = None
    if None in values:
        valid = [value is not None for value in values]
        if not whole and not any(valid):
            return []
        neutral = _NEUTRAL[field.type] if not field.order else field.order[0]
        values = [neutral if value is None else value for value in values]
    try:
        written = _WRITERS[field.type](field, values, valid)
    except FrameError:
        raise
    except (TypeError, ValueError, OverflowError, AttributeError, KeyError, RecursionError):
        # Whose fault it is shows when they are looked at one by one.
        problems = {}
        for row, value in enumerate(values):
            try:
                _WRITERS[field.type](field, [value], None)
            except Exception as error:
                problems[row] = _complaint(field, value, error)
        if not problems:
            raise
        raise ValueProblems(problems) from None
    if valid is not None:
        written.insert(0, (kinds.VALIDITY, bits.pack(valid)))
    return written


def _complaint(field: Field, value: Any, error: Exception) -> str:
    if field.type == "word" and isinstance(error, KeyError):
        return f"the field {field.name!r} has no word {value!r}"
    detail = f": {error}" if isinstance(error, (OverflowError, RecursionError)) else ""
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    return f"the field {field.name!r} of type {field.type} cannot be {shown} ({type(value).__name__}){detail}"


def _int64(field: Field, values: Sequence[Any], valid: Any) -> Buffers:
    return [(kinds.NUMBERS, array("q", values).tobytes())]


def _float64(field: Field, values: Sequence[Any], valid: Any) -> Buffers:
    return [(kinds.NUMBERS, array("d", values).tobytes())]


def _bool(field: Field, values: Sequence[Any], valid: Any) -> Buffers:
    if not {True, False}.issuperset(values):
        raise TypeError
    return [(kinds.BITS, bits.pack(map(bool, values)))]


def _encoded(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise TypeError


def _all_encoded(values: Sequence[Any]) -> List[bytes]:
    types = set(map(type, values))
    if types == {bytes}:
        return values  # type: ignore[return-value]
    if types == {str}:
        return [value.encode("utf-8", "surrogateescape") for value in values]
    return list(map(_encoded, values))


def _variable(texts: Sequence[bytes]) -> Buffers:
    return [(kinds.OFFSETS, bits.offsets(map(len, texts))), (kinds.BYTES, b"".join(texts))]


def _text(field: Field, values: Sequence[Any], valid: Any) -> Buffers:
    return _variable(_all_encoded(values))


def json_text(value: Any) -> bytes:
    """A value as JSON; bytes are JSON already."""
    import json

    if isinstance(value, bytes):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogateescape")


def _json(field: Field, values: Sequence[Any], valid: Any) -> Buffers:
    return _variable(list(map(json_text, values)))


def _word(field: Field, values: Sequence[Any], valid: Any) -> Buffers:
    words: Dict[Any, int] = {word: index for index, word in enumerate(field.order)}
    if not field.order:
        present = values if valid is None else [v for v, is_valid in zip(values, valid) if is_valid]
        for word in dict.fromkeys(present):
            words[word] = len(words)
    if valid is None:
        indices = array("i", [words[value] for value in values])
    else:
        indices = array("i", [words[value] if is_valid else 0 for value, is_valid in zip(values, valid)])
    texts = list(map(_encoded, words))
    data = _variable(texts)
    return [(kinds.INDICES, indices.tobytes()), (kinds.WORD_OFFSETS, data[0][1]), (kinds.WORD_BYTES, data[1][1])]


def _map(field: Field, values: Sequence[Any], valid: Any) -> Buffers:
    keys: List[bytes] = []
    entries: List[Any] = []
    for value in values:
        keys.extend(map(_encoded, value.keys()))
        entries.extend(value.values())
    missing = None in entries
    entry_valid = [entry is not None for entry in entries]
    write = json_text if field.type == "json_map" else _encoded
    texts = [b"" if entry is None else write(entry) for entry in entries]
    key_data, entry_data = _variable(keys), _variable(texts)
    written: Buffers = [(kinds.OFFSETS, bits.offsets(map(len, values)))]
    written += [(kinds.KEY_OFFSETS, key_data[0][1]), (kinds.KEY_BYTES, key_data[1][1])]
    if missing:
        written.append((kinds.ENTRY_VALIDITY, bits.pack(entry_valid)))
    return written + [(kinds.ENTRY_OFFSETS, entry_data[0][1]), (kinds.ENTRY_BYTES, entry_data[1][1])]


_NEUTRAL: Dict[str, Any] = {
    "int64": 0, "timestamp": 0, "float64": 0.0, "bool": False, "utf8": b"", "binary": b"", "json": b"", "word": b"",
    "map": {}, "json_map": {},
}
_WRITERS = {
    "int64": _int64, "timestamp": _int64, "float64": _float64, "bool": _bool, "utf8": _text, "binary": _text,
    "json": _json, "word": _word, "map": _map, "json_map": _map,
}


def ranges(starts: Sequence[int], ends: Sequence[int]) -> Buffers:
    """A column that shows bytes of the request's body."""
    return [(kinds.STARTS, array("i", starts).tobytes()), (kinds.ENDS, array("i", ends).tobytes())]


def gathered(column: kinds.Column, rows: Sequence[int], body_offset: int) -> Buffers:
    """The given rows of a column that came in; `body_offset` is where its frame begins in the request's body."""
    kind = column.field.type
    if not column.is_carried:
        return []
    written: Buffers = []
    if column.validity is not None:
        valid = bits.unpack(column.validity, column.rows)
        written.append((kinds.VALIDITY, bits.pack([valid[row] for row in rows])))
    if kind == "bool":
        flags = bits.unpack(column.bits, column.rows)
        written.append((kinds.BITS, bits.pack([flags[row] for row in rows])))
    elif kind == "word":
        indices = column.indices
        written.append((kinds.INDICES, array("i", [indices[row] for row in rows]).tobytes()))
        written += [(kind, column._buffer(kind)) for kind in (kinds.WORD_OFFSETS, kinds.WORD_BYTES)]
    elif kind in ("map", "json_map"):
        written += _gathered_maps(column, rows)
    elif kind in ("utf8", "binary", "json"):
        starts, ends = column.ranges()
        base = body_offset + column._buffers[kinds.BYTES][0]
        written.append((kinds.STARTS, array("i", [starts[row] + base for row in rows]).tobytes()))
        written.append((kinds.ENDS, array("i", [ends[row] + base for row in rows]).tobytes()))
    else:
        numbers = column.numbers
        written.append((kinds.NUMBERS, array(numbers.format, [numbers[row] for row in rows]).tobytes()))
    return written


def _gathered_maps(column: kinds.Column, rows: Sequence[int]) -> Buffers:
    """Entries as the bytes that they are: JSON that was read and written again would not be the same."""
    starts, ends = column.ranges()
    entries = [entry for row in rows for entry in range(starts[row], ends[row])]
    written: Buffers = [(kinds.OFFSETS, bits.offsets(ends[row] - starts[row] for row in rows))]
    for offsets_kind, bytes_kind in ((kinds.KEY_OFFSETS, kinds.KEY_BYTES), (kinds.ENTRY_OFFSETS, kinds.ENTRY_BYTES)):
        first, last = column._offsets(offsets_kind, bytes_kind)
        data = bytes(column._buffer(bytes_kind))
        pieces = [data[first[entry] : last[entry]] for entry in entries]
        if bytes_kind == kinds.ENTRY_BYTES and kinds.ENTRY_VALIDITY in column._buffers:
            valid = bits.unpack(column._buffer(kinds.ENTRY_VALIDITY), len(first))
            written.append((kinds.ENTRY_VALIDITY, bits.pack([valid[entry] for entry in entries])))
        written += [(offsets_kind, bits.offsets(map(len, pieces))), (bytes_kind, b"".join(pieces))]
    return written


def passed(column: kinds.Column, body_offset: int) -> Buffers:
    """All rows of a column that came in: bytes of variable size are shown where they lie in the request."""
    if kinds.OFFSETS not in column._buffers or kinds.BYTES not in column._buffers:
        return [(kind, column._buffer(kind)) for kind in column._buffers]
    place = body_offset + column._buffers[kinds.BYTES][0]
    offsets = column._buffer(kinds.OFFSETS)
    limit = place + len(column.data)
    if limit >= 1 << 31:
        return [(kind, column._buffer(kind)) for kind in column._buffers]
    column.ranges()
    moved = bits.shifted(offsets, place)
    written: Buffers = [(kinds.VALIDITY, column.validity)] if column.validity is not None else []
    return written + [(kinds.STARTS, memoryview(moved)[:-4]), (kinds.ENDS, memoryview(moved)[4:])]
