"""What a call comes to, written as frames or as JSON lines."""

from __future__ import annotations

from . import frame
from .errors import PluginError
from .schema import Field, Schema
from .writing import buffers, json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence, Tuple

    Errors = List[Tuple[int, str]]
    Region = Tuple[int, int, str]

FRAMES = "application/vnd.patchbay.frame"
LINES = "application/x-ndjson"
_SELECTION = Schema([Field("keep", "bool")])
_ERRORS = Schema([Field("row", "int64"), Field("message", "utf8")])
_REGIONS = Schema([Field("position", "int64"), Field("length", "int64"), Field("reason", "utf8")])



class Answer:
    """The body of an answer in pieces, and its headers."""

    __slots__ = ("headers", "pieces", "content_type")

    def __init__(self, pieces: Sequence[Any] = (), content_type: str = "", **headers: str) -> None:
        self.pieces = list(pieces)
        self.content_type = content_type
        self.headers = headers

    @classmethod
    def json(cls, tree: Any) -> "Answer":
        """An answer of JSON."""
        return cls([json_text(tree)], "application/json")


class _Frames:
    """Collects frames and says what they are."""

    def __init__(self) -> None:
        self.parts: List[str] = []
        self.pieces: List[Any] = []

    def add(self, part: str, schema: Schema, rows: int, columns: Sequence[frame.Buffers]) -> None:
        self.parts.append(part)
        self.pieces += frame.write(schema, rows, columns)

    def errors(self, errors: Errors) -> None:
        if errors:
            rows, messages = zip(*errors)
            columns = [buffers(field, values) for field, values in zip(_ERRORS.fields, (rows, messages))]
            self.add("errors", _ERRORS, len(errors), [[], *columns])

    def answer(self, **headers: str) -> Answer:
        if not self.parts:
            return Answer(**headers)
        return Answer(self.pieces, FRAMES, Patchbay_Parts=", ".join(self.parts), **headers)


def selection(keep: List[bool], errors: Errors, lines: bool) -> Answer:
    """Which records a filter keeps."""
    if lines:
        texts = [b"true" if flag else b"false" for flag in keep]
        return Answer([_joined(_with_errors(texts, errors))], LINES)
    frames = _Frames()
    frames.add("selection", _SELECTION, len(keep), [[], buffers(_SELECTION.fields[0], keep)])
    frames.errors(errors)
    return frames.answer()


def refusals(rows: int, errors: Errors, lines: bool) -> Answer:
    """Which records were refused."""
    if lines:
        return Answer([_joined(_with_errors([b"null"] * rows, errors))] if errors else [], LINES)
    frames = _Frames()
    frames.errors(errors)
    return frames.answer()


def _joined(texts: Sequence[bytes]) -> bytes:
    return b"\n".join(texts) + b"\n" if texts else b""


def _with_errors(texts: List[bytes], errors: Errors) -> List[bytes]:
    for row, message in errors:
        texts[row] = json_text({"$error": message})
    return texts


class Records:
    """Records of one batch of an answer: values by column, or buffers that are there already."""

    __slots__ = ("schema", "rows", "columns")

    def __init__(self, schema: Schema, rows: int, columns: Sequence[Any]) -> None:
        self.schema = schema
        self.rows = rows
        self.columns = columns


def records(batches: Sequence[Records], lines: bool, **headers: str) -> Answer:
    """Records; their columns are buffers for frames, values for lines."""
    if lines:
        from .lines import record_texts

        texts = [text for batch in batches for text in record_texts(batch.schema, batch.rows, batch.columns)]
        return Answer([_joined(texts)] if texts else [], LINES, **headers)
    frames = _Frames()
    for batch in batches:
        if batch.rows:
            frames.add("records", batch.schema, batch.rows, batch.columns)
    return frames.answer(**headers)


def transformed(
    batches: Sequence[Records], rows: int, origins: Sequence[int], lists: bool, errors: Errors, lines: bool,
    dropped: int, added: int,
) -> Answer:
    """What a transform made; `origins` says of which row each record was made."""
    headers = {"Patchbay_Dropped": str(dropped), "Patchbay_Added": str(added)}
    if lines:
        made: List[List[bytes]] = [[] for _ in range(rows)]
        from .lines import record_texts

        texts = [text for batch in batches for text in record_texts(batch.schema, batch.rows, batch.columns)]
        for origin, text in zip(origins, texts):
            made[origin].append(text)
        shown = [
            b"null" if not some else some[0] if len(some) == 1 else b"[" + b",".join(some) + b"]" for some in made
        ]
        return Answer([_joined(_with_errors(shown, errors))], LINES, **headers)
    frames = _Frames()
    for batch in batches:
        if batch.rows:
            frames.add("records", batch.schema, batch.rows, batch.columns)
    frames.errors(errors)
    return frames.answer(**headers)


def parsed(batch: Optional[Records], regions: Sequence[Region], lines: bool, **headers: str) -> Answer:
    """What a parser made of bytes."""
    if lines:
        from .lines import record_texts

        texts = record_texts(batch.schema, batch.rows, batch.columns) if batch else []
        names = ("position", "length", "reason")
        texts += [json_text({"$region": dict(zip(names, region))}) for region in regions]
        return Answer([_joined(texts)] if texts else [], LINES, **headers)
    frames = _Frames()
    if batch and batch.rows:
        frames.add("records", batch.schema, batch.rows, batch.columns)
    if regions:
        columns = [buffers(field, values) for field, values in zip(_REGIONS.fields, zip(*regions))]
        frames.add("regions", _REGIONS, len(regions), [[], *columns])
    return frames.answer(**headers)


def column_values(schema: Schema, carried: Sequence[str], given: Dict[str, List[Any]], lines: bool) -> List[Any]:
    """The columns of records that are given by names: values for lines, buffers for frames."""
    columns: List[Any] = []
    for name, field in schema.columns:
        values = given.get(name) if name in carried else None
        # Making buffers is also the check of the values.
        written = [] if values is None else buffers(field, values)
        columns.append(values if lines else written)
    unknown = given.keys() - {name for name, _ in schema.columns}
    if unknown:
        raise PluginError(f"there is no field {sorted(unknown)[0]!r}; the plugin declares the fields it makes", "schema")
    return columns
