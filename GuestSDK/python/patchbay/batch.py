"""A batch of records, and one record of it."""

from __future__ import annotations

from .column import Column
from .schema import Schema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Sequence

class Batch:
    """Records that arrive together: columns by name, `batch["level"]`."""

    __slots__ = ("schema", "rows", "columns", "_by_name", "_values")

    def __init__(self, schema: Schema, rows: int, columns: Sequence[Column]) -> None:
        self.schema = schema
        self.rows = rows
        self.columns = columns
        # Of two with one name the later wins: a field called `value` hides the value.
        self._by_name = {name: column for (name, _), column in zip(schema.columns, columns)}
        self._values = _Values(self)

    def __len__(self) -> int:
        return self.rows

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Column:
        """The column of that name."""
        try:
            return self._by_name[name]
        except KeyError:
            raise KeyError(f"there is no column {name!r}; there are {', '.join(self._by_name)}") from None

    def values(self, name: str) -> List[Any]:
        """The values of a column in all rows, None where there is none; see `Column.values`.

        In an open schema (JSON objects) any name may be asked for.
        """
        values: List[Any] = self._values[name]
        return values

    def records(self) -> Iterator["Record"]:
        """The records, each as the same object with another row: who keeps one has to copy it with `dict`."""
        return Record(self)._rows()

    def to_arrow(self) -> Any:
        """The batch as a `pyarrow.RecordBatch`, which shows the memory of the frame where the layouts agree."""
        from .arrow import record_batch

        return record_batch(self)


class _Values(dict):  # type: ignore[type-arg]
    """Values of columns, made when they are first asked for."""

    __slots__ = ("_batch",)

    def __init__(self, batch: Batch) -> None:
        super().__init__()
        self._batch = batch

    def __missing__(self, name: str) -> List[Any]:
        batch = self._batch
        column = batch._by_name.get(name)
        if column is not None:
            values = column.values()
        elif batch.schema.open and "rest" in batch._by_name:
            values = [rest.get(name) if rest else None for rest in self["rest"]]
        else:
            raise KeyError(f"there is no field {name!r}; there are {', '.join(batch._by_name)}")
        self[name] = values
        return values


class Record:
    """One record: `record["level"]`, `record.value`.

    There is one object for all records of a batch, which moves from row to row. It is right while the plugin's function
    runs; what is kept longer is copied: `dict(record)`.
    """

    __slots__ = ("_values", "_batch", "_changes", "row")

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._values = batch._values
        self._changes: Dict[int, Dict[str, Any]] = {}
        self.row = 0

    def _rows(self) -> Iterator["Record"]:
        for self.row in range(self._batch.rows):
            yield self

    def __getitem__(self, name: str) -> Any:
        return self._values[name][self.row]

    def __setitem__(self, name: str, value: Any) -> None:
        """Changes a field of the record that a transform returns; reading goes on giving what came in."""
        row = self.row
        if row in self._changes:
            self._changes[row][name] = value
        else:
            self._changes[row] = {name: value}

    @property
    def value(self) -> bytes:
        """The record's original bytes."""
        value: bytes = self._values["value"][self.row]
        return value

    @property
    def key(self) -> "bytes | None":
        """The record's key."""
        key: "bytes | None" = self._values["key"][self.row]
        return key

    @property
    def time(self) -> "int | None":
        """The record's time in nanoseconds since 1970-01-01T00:00:00Z."""
        time: "int | None" = self._values["time"][self.row]
        return time

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a field, or `default` where there is no such field or no value."""
        try:
            value = self._values[name][self.row]
        except KeyError:
            return default
        return default if value is None else value

    def keys(self) -> List[str]:
        """The names of what came along."""
        return [name for name, column in self._batch._by_name.items() if column.is_carried]

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __repr__(self) -> str:
        return f"Record({dict(self)!r})"
