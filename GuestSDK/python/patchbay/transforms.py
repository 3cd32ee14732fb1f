"""Transforms: records of records."""

from __future__ import annotations

from . import answers, writing
from .answers import Answer, Records
from .batch import Batch, Record
from .errors import FrameError, PluginError
from .options import Options
from .roles import Call, Definition, Instance, complaint, each
from .schema import Field, Schema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .answers import Errors
    from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

_NOTHING: Dict[str, Any] = {}
_REFUSED = object()


class _Made:
    """What a transform made of one batch: which rows, and what changed in them."""

    __slots__ = ("origins", "changes", "columns", "errors", "names")

    def __init__(self) -> None:
        self.names: Set[str] = set()
        self.origins: List[int] = []
        self.changes: Optional[List[Dict[str, Any]]] = []
        self.columns: Dict[str, Sequence[Any]] = {}
        self.errors: Dict[int, str] = {}

    def refuse(self, problems: Dict[int, str]) -> None:
        """Takes out the records of the rows that are named with what is wrong with them."""
        self.errors.update(problems)
        kept = [index for index, origin in enumerate(self.origins) if origin not in problems]
        self.origins = [self.origins[index] for index in kept]
        if self.changes is not None:
            self.changes = [self.changes[index] for index in kept]
        self.columns = {name: [values[index] for index in kept] for name, values in self.columns.items()}


class TransformInstance(Instance):
    """Hands on what the function returns: the record, changes to it, None for nothing, a list for several."""

    def __init__(self, definition: Definition, options: Options, stage: str) -> None:
        super().__init__(definition, options, stage)
        self.operations["transform"] = self.transform
        self.function = self.method("transform")

    def layout(self, schema: Optional[Schema], request: Dict[str, Any]) -> Tuple[Optional[Schema], Dict[str, Any]]:
        self.check_reads(schema)
        own = self.definition
        schema = schema or Schema()
        made = {field.name: field for field in own.fields}
        kept = [made.pop(field.name, field) for field in schema.fields]
        is_open = schema.open and any(f.name == "rest" for f in kept)
        output = Schema(
            [*kept, *made.values()], schema.key or own.key, schema.time or own.time, is_open,
            schema.text if own.text is None else own.text, own.suffix or schema.suffix, schema.hides_time,
        )
        names = {field.name for field in own.fields}
        wanted: Dict[str, Any] = {"all": bool(own.reads["all"] or request.get("all"))}
        asked = [name for name in request.get("names", ()) if name not in names or schema.field(name)]
        wanted["names"] = list(dict.fromkeys([*own.reads["names"], *asked]))
        for name in ("value", "key", "time"):
            wanted[name] = bool(own.reads[name] or request.get(name))
        if schema.open:
            # Fields that are asked for by name travel as columns of their own.
            there = {field.name for field in output.fields}
            extra = [Field(name, "json") for name in asked if name not in there]
            output = Schema(
                [*output.fields, *extra], output.key, output.time, is_open, output.text, output.suffix, output.hides_time
            )
        return output, wanted

    def transform(self, call: Call) -> Answer:
        batches: List[Records] = []
        errors: Errors = []
        origins: List[int] = []
        first = kept = lost = 0
        for batch, place in self.batches(call):
            made = self._made(batch)
            batches.append(self._records(batch, place, made, call.lines))
            errors += sorted((first + row, message) for row, message in made.errors.items())
            origins += [first + row for row in made.origins] if first else made.origins
            answered = len(set(made.origins))
            kept += len(made.origins) - answered
            lost += batch.rows - answered - len(made.errors)
            first += batch.rows
        return answers.transformed(batches, first, origins, kept > 0, errors, call.lines, lost, kept)

    def _made(self, batch: Batch) -> _Made:
        made = _Made()
        own = self.definition
        if own.batch:
            made.origins, made.changes = list(range(batch.rows)), None
            for name, values in (self.function(batch) or {}).items():
                if len(values) != batch.rows:
                    raise PluginError(f"the transform made {len(values)} values of {name!r} for {batch.rows} records")
                made.columns[name] = list(values)
        elif own.to is not None:
            found: Errors = []
            made.columns[own.to] = each(self.function, self.arguments(batch), batch.rows, 0, found)
            made.origins, made.changes = list(range(batch.rows)), None
            if found:
                made.refuse(dict(found))
        else:
            self._make_each(batch, made)
        return made

    def _make_each(self, batch: Batch, made: _Made) -> None:
        record = Record(batch)
        arguments = [record._rows()] if self.definition.on is None else self.arguments(batch)
        found: Errors = []
        results = each(self.function, arguments, batch.rows, 0, found, _REFUSED)
        if not found and {dict}.issuperset(map(type, results)):
            # One record for each, as most transforms make them.
            made.origins, made.changes = list(range(batch.rows)), results
            return
        made.errors.update(found)
        self._sort_out(record, results, made)

    def _sort_out(self, record: Record, results: List[Any], made: _Made) -> None:
        """Takes what the function returned for each row: changes, the record, nothing, or several of those."""
        origins, changes = made.origins, made.changes
        assert changes is not None
        for row, result in enumerate(results):
            if type(result) is dict:
                changes.append(result)
                origins.append(row)
            elif result is record:
                changes.append(record._changes.get(row, _NOTHING))
                origins.append(row)
            elif result is not None and result is not _REFUSED:
                # What a generator does, it does now.
                record.row = row
                try:
                    several = [self._change(record, item) for item in result]
                except (PluginError, FrameError):
                    raise
                except Exception as error:
                    made.errors[row] = complaint(error)
                    continue
                changes += several
                origins += [row] * len(several)

    @staticmethod
    def _change(record: Record, item: Any) -> Dict[str, Any]:
        if item is record:
            return dict(record._changes.get(record.row, _NOTHING))
        if isinstance(item, dict):
            return item
        raise TypeError(f"a transform returns a record, a dict, None or a list of those, not {type(item).__name__}")

    def _records(self, batch: Batch, place: int, made: _Made, in_lines: bool) -> Records:
        schema = self.output
        if schema is None:
            raise PluginError("the transform was called before 'bind'")
        self._refuse_unknown(schema, made)
        while True:
            try:
                columns = self._columns(schema, batch, place, made, in_lines)
                return Records(schema, len(made.origins), columns)
            except writing.ValueProblems as problems:
                made.refuse({made.origins[index]: message for index, message in problems.rows.items()})

    def _refuse_unknown(self, schema: Schema, made: _Made) -> None:
        declared = {field.name for field in self.definition.fields} | {"value"}
        declared.update(name for name in ("key", "time") if getattr(self.definition, name))
        made.names = set(made.columns) if made.changes is None else set().union(*made.changes)
        if made.names <= declared:
            return
        unknown = sorted(map(str, made.names - declared))[0]
        raise PluginError(f"the transform sets {unknown!r}, which 'makes' does not declare", "schema")

    def _columns(self, schema: Schema, batch: Batch, place: int, made: _Made, in_lines: bool) -> List[Any]:
        columns: List[Any] = []
        carried = set(self.carried)
        origins = made.origins
        is_whole = origins == list(range(batch.rows))
        for name, field in schema.columns:
            if name not in carried:
                columns.append(None if in_lines else [])
            elif name in made.names:
                values = self._changed(name, batch, made)
                written = writing.buffers(field, values)
                columns.append(values if in_lines else written)
            elif name not in batch:
                has_rest = batch.schema.open and "rest" in batch
                values = batch.values(name) if has_rest else []
                values = [values[row] for row in origins] if has_rest else [None] * len(origins)
                columns.append(values if in_lines else writing.buffers(field, values))
            elif in_lines:
                values = batch.values(name)
                columns.append(values if is_whole else [values[row] for row in origins])
            elif batch[name].field.type != field.type:
                values = batch.values(name)
                columns.append(writing.buffers(field, [None] * len(origins) if field.name in self._own else
                                               [values[row] for row in origins]))
            elif is_whole:
                columns.append(writing.passed(batch[name], place))
            else:
                columns.append(writing.gathered(batch[name], origins, place))
        return columns

    @property
    def _own(self) -> Dict[str, Field]:
        return {field.name: field for field in self.definition.fields}

    def _changed(self, name: str, batch: Batch, made: _Made) -> Sequence[Any]:
        if made.changes is None:
            return made.columns[name]
        changes = made.changes
        try:
            return [change[name] for change in changes]
        except KeyError:
            pass
        # Rows that say nothing of the field keep what came in, if it is the same kind of field.
        before: Sequence[Any] = [None] * batch.rows
        own = self._own.get(name)
        if name in batch and (own is None or batch[name].field.type == own.type):
            before = batch.values(name)
        return [change[name] if name in change else before[row] for change, row in zip(changes, made.origins)]
