"""Records as JSON lines: the encoding of programs that know no frames."""

from __future__ import annotations

import json

from .batch import Batch
from .column import Column
from .errors import PluginError
from .schema import Field, Schema
from .writing import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence


class ListColumn(Column):
    """A column whose values are there already."""

    __slots__ = ()

    def __init__(self, field: Field, values: List[Any]) -> None:
        super().__init__(field, len(values), memoryview(b""), {})
        self._values = values

    @property
    def is_carried(self) -> bool:
        return True


def batch(body: bytes, schema: Optional[Schema]) -> Batch:
    """The records of a request's body; fields that the schema does not have are taken in an open one."""
    records = []
    for number, line in enumerate(body.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line.decode("utf-8", "surrogateescape"))
        except (ValueError, RecursionError) as error:
            raise PluginError(f"line {number} of the request is no JSON: {error}", "input") from None
        if not isinstance(record, dict):
            raise PluginError(f"line {number} of the request is no JSON object", "input")
        records.append(record)
    schema = schema or Schema()
    columns = []
    for name, field in schema.columns:
        read = _READERS.get(field.type)
        values = [record.get(name) for record in records]
        columns.append(ListColumn(field, values if read is None else [_read(read, name, v) for v in values]))
    if schema.open:
        # Any name may be asked for: what a record has besides the columns stands where maps of the rest stand.
        known = {name for name, _ in schema.columns}
        rest = [{name: value for name, value in record.items() if name not in known} for record in records]
        for index, (name, _) in enumerate(schema.columns):
            if name == "rest":
                given = columns[index].values()
                columns[index] = ListColumn(columns[index].field, [{**(g or {}), **r} for g, r in zip(given, rest)])
                break
        else:
            field = Field("rest", "json_map")
            schema = Schema((*schema.fields, field), schema.key, schema.time, True, schema.text, schema.suffix)
            columns.append(ListColumn(field, rest))
    return Batch(schema, len(records), columns)


def _read(read: Any, name: str, value: Any) -> Any:
    if value is None:
        return None
    try:
        return read(value)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise PluginError(f"the request has no such {name!r}: {json.dumps(value)[:80]}", "input") from None


def _bytes(value: Any) -> bytes:
    if isinstance(value, dict):
        from binascii import a2b_base64

        return a2b_base64(value["$base64"])
    return str(value).encode("utf-8", "surrogateescape")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _bytes(value).decode("utf-8", "surrogateescape")


def time_of(text: Any) -> int:
    """Nanoseconds since 1970 of an RFC 3339 time; a number is that already."""
    if isinstance(text, int):
        return text
    from datetime import datetime, timedelta, timezone

    whole, fraction, zone = text, "", ""
    for mark in ("Z", "z", "+", "-"):
        place = text.rfind(mark)
        if place > 10:
            whole, zone = text[:place], text[place:]
            break
    if "." in whole:
        whole, _, fraction = whole.partition(".")
    if fraction and not fraction.isdigit():
        raise ValueError(text)
    moment = datetime.strptime(whole.replace("t", "T").replace(" ", "T"), "%Y-%m-%dT%H:%M:%S")
    if zone not in ("Z", "z", ""):
        hours, _, minutes = zone[1:].partition(":")
        distance = timedelta(hours=int(hours), minutes=int(minutes))
        moment += distance if zone[0] == "-" else -distance
    passed = moment.replace(tzinfo=timezone.utc) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (passed.days * 86400 + passed.seconds) * 1_000_000_000 + int((fraction + "000000000")[:9])


def time_text(nanoseconds: int) -> str:
    """A time as RFC 3339 with nanoseconds."""
    from datetime import datetime, timedelta

    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    moment = datetime(1970, 1, 1) + timedelta(seconds=seconds)
    return f"{moment.isoformat()}.{fraction:09d}Z"


_READERS = {"binary": _bytes, "utf8": _text, "word": _text, "timestamp": time_of}


def _shown(value: Any) -> Any:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            from binascii import b2a_base64

            return {"$base64": b2a_base64(value, newline=False).decode()}
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return _shown(value.encode("utf-8", "surrogateescape"))
    return value


def record_texts(schema: Schema, rows: int, columns: Sequence[Optional[Sequence[Any]]]) -> List[bytes]:
    """Records as JSON objects; a column that is None is left out."""
    objects: List[Dict[str, Any]] = [{} for _ in range(rows)]
    for (name, field), values in zip(schema.columns, columns):
        if values is None:
            continue
        for record, value in zip(objects, values):
            if value is not None:
                record[name] = time_text(value) if field.type == "timestamp" else _shown(value)
    return [json_text(record) for record in objects]
