"""The fields of records: as objects, as JSON, and as the schema block of a frame."""

from __future__ import annotations

from struct import pack, unpack_from

from .errors import FrameError, PluginError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple, Union

TYPES = ("int64", "float64", "bool", "utf8", "binary", "word", "timestamp", "json", "map", "json_map")
_NUMBERS = {name: number for number, name in enumerate(TYPES, 1)}
_PYTHON_TYPES: Dict[Any, str] = {int: "int64", float: "float64", bool: "bool", str: "utf8", bytes: "binary", dict: "json_map"}

# Numbers of the frame format.
_FIELD_LIMIT = 4096
_KEY, _TIME, _OPEN = 1, 2, 4


class Field:
    """A field: its name and type (`int`, `float`, `bool`, `str`, `bytes`, or a name of `TYPES`).

    `order` is the closed vocabulary of a `word` field, in rising order.
    """

    __slots__ = ("name", "type", "order", "on_demand", "summary")

    def __init__(
        self,
        name: str,
        type: Union[str, type] = "utf8",
        summary: str = "",
        order: Sequence[str] = (),
        on_demand: bool = False,
    ) -> None:
        kind: Any = _PYTHON_TYPES.get(type, type)
        if kind not in _NUMBERS:
            raise PluginError(f"the field {name!r} has the type {type!r}; there are {', '.join(TYPES)}", "schema")
        self.name = name
        self.type: str = kind
        self.summary = summary
        self.order = tuple(order)
        self.on_demand = on_demand

    def json(self) -> Dict[str, Any]:
        """As manifests and requests write it."""
        written: Dict[str, Any] = {"name": self.name, "type": self.type}
        if self.order:
            written["order"] = list(self.order)
        if self.on_demand:
            written["on_demand"] = True
        if self.summary:
            written["summary"] = self.summary
        return written

    def __repr__(self) -> str:
        return f"Field({self.name!r}, {self.type!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Field) and self.json() == other.json()

    __hash__ = None  # type: ignore[assignment]


class Schema:
    """The fields of a batch, and whether its records have a key and a time.

    An `open` schema (of JSON objects) lets any field be asked for; the others travel in the map `rest`.
    """

    __slots__ = ("fields", "key", "time", "open", "text", "suffix", "hides_time", "columns", "_block")

    def __init__(
        self,
        fields: Sequence[Field] = (),
        key: bool = False,
        time: bool = False,
        open: bool = False,
        text: Optional[str] = None,
        suffix: bytes = b"",
        hides_time: bool = False,
    ) -> None:
        self.fields = tuple(fields)
        self.hides_time = hides_time
        self.key, self.time, self.open, self.text, self.suffix = key, time, open, text, suffix
        self.columns: Tuple[Tuple[str, Field], ...] = tuple(self._columns())
        self._block: Optional[bytes] = None

    def _columns(self) -> Iterable[Tuple[str, Field]]:
        if self.key:
            yield "key", _KEY_COLUMN
        yield "value", _VALUE_COLUMN
        if self.time:
            yield "time", _TIME_COLUMN
        for field in self.fields:
            yield field.name, field

    def field(self, name: str) -> Optional[Field]:
        """The column of that name; fields win over `key`, `value` and `time`."""
        found = None
        for column, field in self.columns:
            if column == name:
                found = field
        return found

    def json(self) -> Dict[str, Any]:
        """As the requests of the host write it."""
        written: Dict[str, Any] = {"fields": [field.json() for field in self.fields]}
        for name in ("key", "time", "open", "hides_time"):
            if getattr(self, name):
                written[name] = True
        if self.text is not None:
            written["text"] = self.text
        if self.suffix:
            written["suffix"] = self.suffix.decode("utf-8", "replace")
        return written

    @classmethod
    def of_json(cls, tree: Any) -> "Schema":
        """Reads what `json` writes."""
        try:
            fields = [
                Field(f["name"], f["type"], f.get("summary", ""), f.get("order", ()), bool(f.get("on_demand")))
                for f in tree.get("fields", ())
            ]
            flags = {name: bool(tree.get(name)) for name in ("key", "time", "open", "hides_time")}
            return cls(fields, text=tree.get("text"), suffix=(tree.get("suffix") or "").encode(), **flags)
        except (AttributeError, KeyError, TypeError) as error:
            raise PluginError(f"the schema of the request cannot be read: {error!r}", "schema") from None

    def block(self) -> bytes:
        """The schema block of a frame."""
        if self._block is None:
            items = [_item(1, pack("<I", _KEY * self.key | _TIME * self.time | _OPEN * self.open))]
            for field in self.fields:
                inner = [_item(1, field.name.encode()), _item(2, pack("<I", _NUMBERS[field.type]))]
                inner += [_item(3, word.encode(), True) for word in field.order]
                if field.on_demand:
                    inner.append(_item(4, pack("<I", 1)))
                if field.summary:
                    inner.append(_item(5, field.summary.encode()))
                items.append(_item(2, b"".join(inner)))
            if self.text is not None:
                items.append(_item(3, self.text.encode()))
            if self.suffix:
                items.append(_item(4, self.suffix))
            self._block = b"".join(items)
        return self._block

    @classmethod
    def of_block(cls, block: bytes, offset: int = 0) -> "Schema":
        """Reads a schema block; `offset` is where it stands in its frame, for messages."""
        flags: Optional[int] = None
        fields: List[Field] = []
        text: Optional[str] = None
        suffix = b""
        names = set()
        for tag, payload, place in _items(block, offset):
            if tag == 1:
                flags = _number(payload, place)
                if flags & ~(_KEY | _TIME | _OPEN):
                    raise FrameError("the schema has unknown flags", place)
            elif tag == 2:
                field = _field(payload, place)
                if field.name in names:
                    raise FrameError(f"the schema has two fields {field.name!r}", place)
                names.add(field.name)
                fields.append(field)
                if len(fields) > _FIELD_LIMIT:
                    raise FrameError("the schema has too many fields", place)
            elif tag == 3:
                text = _text(payload, place)
            elif tag == 4:
                suffix = payload
        if flags is None:
            raise FrameError("the schema has no flags", offset)
        return cls(fields, bool(flags & _KEY), bool(flags & _TIME), bool(flags & _OPEN), text, suffix)


_KEY_COLUMN, _VALUE_COLUMN, _TIME_COLUMN = Field("key", bytes), Field("value", bytes), Field("time", "timestamp")
_cache: Dict[bytes, Schema] = {}


def cached(block: bytes, offset: int) -> Schema:
    """The schema of a block, read once for all frames that have the same."""
    schema = _cache.get(block)
    if schema is None:
        schema = Schema.of_block(block, offset)
        if len(_cache) >= 64:
            _cache.clear()
        _cache[block] = schema
    return schema


def _item(tag: int, payload: bytes, required: Optional[bool] = None) -> bytes:
    """An item; those with the tags 1 and 2 are required, as a reader that does not know them must refuse the frame."""
    flags = tag <= 2 if required is None else required
    return pack("<HHI", tag, flags, len(payload)) + payload + bytes(-len(payload) % 8)


def _items(block: bytes, place: int) -> Iterable[Tuple[int, bytes, int]]:
    offset = 0
    while offset < len(block):
        if len(block) - offset < 8:
            raise FrameError("an item of the schema is cut off", place + offset)
        tag, flags, length = unpack_from("<HHI", block, offset)
        if flags & ~1:
            raise FrameError("an item of the schema has unknown flags", place + offset + 2)
        end = offset + 8 + length + -length % 8
        if end > len(block):
            raise FrameError("an item of the schema is longer than what holds it", place + offset + 4)
        if not 1 <= tag <= 5 and flags & 1:
            raise FrameError(f"the schema has a required item of unknown kind {tag}", place + offset)
        yield tag, block[offset + 8 : offset + 8 + length], place + offset + 8
        offset = end


def _number(payload: bytes, place: int) -> int:
    if len(payload) != 4:
        raise FrameError("a number of the schema has not four bytes", place)
    return int.from_bytes(payload, "little")


def _text(payload: bytes, place: int) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise FrameError("a text of the schema is not UTF-8", place) from None


def _field(block: bytes, place: int) -> Field:
    name = kind = None
    order: List[str] = []
    on_demand, summary = False, ""
    for tag, payload, at in _items(block, place):
        if tag == 1:
            name = _text(payload, at)
        elif tag == 2:
            number = _number(payload, at)
            if not 1 <= number <= len(TYPES):
                raise FrameError(f"a field has the unknown type {number}", at)
            kind = TYPES[number - 1]
        elif tag == 3:
            order.append(_text(payload, at))
        elif tag == 4:
            on_demand = _number(payload, at) & 1 == 1
        elif tag == 5:
            summary = _text(payload, at)
    if name is None or kind is None:
        raise FrameError("a field has no name or no type", place)
    return Field(name, kind, summary, order, on_demand)
