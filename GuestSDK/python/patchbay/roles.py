"""The roles of plugins: each answers the calls of the host with what the author's function or object does."""

from __future__ import annotations

from itertools import islice
from operator import truth
from time import monotonic

from . import answers, writing
from .answers import Answer, Records
from .batch import Batch, Record
from .errors import FrameError, PluginError, RecordError
from .options import Options
from .parsing import ParserInput
from .schema import Field, Schema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .answers import Errors
    from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

EVERYTHING: Dict[str, Any] = {"all": True, "names": [], "value": True, "key": True, "time": True}
_WELL_KNOWN = ("value", "key", "time")


class Unsupported(Exception):
    """The plugin has no use for a call: the host goes on without."""


class Definition:
    """What a decorator said of a plugin."""

    def __init__(self, role: str, target: Callable[..., Any], **settings: Any) -> None:
        self.role = role
        self.target = target
        self.is_class = isinstance(target, type)
        self.name: str = settings.get("name") or ""
        on = settings.get("on")
        self.on: Optional[Tuple[str, ...]] = (on,) if isinstance(on, str) else tuple(on) if on else None
        self.to: Optional[str] = settings.get("to")
        self.batch = bool(settings.get("batch"))
        self.fields: List[Field] = list(settings.get("makes") or ())
        self.key, self.time = bool(settings.get("key")), bool(settings.get("time"))
        self.text: Optional[str] = settings.get("text")
        self.suffix: bytes = settings.get("suffix") or b""
        self.recognize: Optional[Callable[[bytes], Any]] = settings.get("recognize")
        self.schema: Optional[Dict[str, Any]] = settings.get("schema")
        self.reads = self._reads(settings.get("fields"), settings.get("value"))

    @property
    def capability(self) -> Tuple[str, str]:
        """Type and name of what is called `TYPE/NAME`; a name alone is of the type `capability`."""
        kind, slash, own = self.name.partition("/")
        return (kind, own) if slash else ("capability", kind)

    def _reads(self, fields: Optional[Iterable[str]], value: Optional[bool]) -> Dict[str, Any]:
        if self.on is not None:
            fields = [*self.on, *(fields or ())]
        if fields is None:
            return {**EVERYTHING, "value": value is not False}
        names = list(dict.fromkeys(fields))
        request: Dict[str, Any] = {"all": False, "names": [name for name in names if name not in _WELL_KNOWN]}
        for name in _WELL_KNOWN:
            request[name] = name in names
        request["value"] = request["value"] or bool(value)
        return request

    def make(self, options: Options) -> Any:
        """The object or the function that does the work of one instance."""
        if not self.is_class:
            return _with_options(self.target, options)
        return self.target(options) if _arguments(getattr(self.target, "__init__")) > 1 else self.target()


def _arguments(function: Any) -> int:
    code = getattr(function, "__code__", None)
    return code.co_argcount if code is not None else 0


def _with_options(function: Callable[..., Any], options: Options) -> Callable[..., Any]:
    """A function whose last argument is called `options` gets them."""
    code = getattr(function, "__code__", None)
    if code is None or "options" not in code.co_varnames[: code.co_argcount]:
        return function
    if code.co_argcount == 1:
        return lambda: function(options)
    if code.co_argcount == 2:
        return lambda argument: function(argument, options)
    return lambda *arguments: function(*arguments, options)


def complaint(error: BaseException) -> str:
    """What is said of a record whose function failed."""
    if isinstance(error, RecordError):
        return str(error) or "refused"
    place = ""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if not str(trace.tb_frame.f_globals.get("__name__", "")).startswith("patchbay."):
            name = code.co_filename.rpartition("/")[2]
            place = f" ({name}:{trace.tb_lineno})"
        trace = trace.tb_next
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{text}{place}"


class Call:
    """A request of the host, as roles see it."""

    __slots__ = ("body", "headers", "flags", "lines")

    def __init__(self, body: bytearray, headers: Dict[str, str], flags: Sequence[str], in_lines: bool) -> None:
        self.body = body
        self.headers = headers
        self.flags = flags
        self.lines = in_lines

    def number(self, name: str, default: int) -> int:
        """A header that is a number."""
        text = self.headers.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit():
            raise PluginError(f"the header {name} is no number", "input")
        return int(text)


class Instance:
    """One instance of a plugin: the host uses it from one worker at a time."""

    def __init__(self, definition: Definition, options: Options, stage: str) -> None:
        self.definition = definition
        self.stage = stage
        self.plugin = definition.make(options)
        self.input: Optional[Schema] = None
        self.output: Optional[Schema] = None
        self.carried: List[str] = []
        self.in_lines = False
        self.operations: Dict[str, Callable[[Call], Answer]] = {
            "start": self._hook("start"), "stop": self._hook("stop"), "reset": self._hook("reset"),
            "save": self._save, "restore": self._restore,
        }

    # What all roles do.

    def method(self, name: str) -> Callable[..., Any]:
        """A method of the author's class, or the function itself."""
        if not self.definition.is_class:
            return self.plugin  # type: ignore[no-any-return]
        found = getattr(self.plugin, name, None)
        if found is None:
            role = self.definition.role
            raise PluginError(f"the {role} {type(self.plugin).__name__} has no method '{name}'", "unsupported")
        return found  # type: ignore[no-any-return]

    def _optional(self, name: str) -> Callable[..., Any]:
        found = getattr(self.plugin, name, None) if self.definition.is_class else None
        if found is None:
            raise Unsupported
        return found  # type: ignore[no-any-return]

    def _hook(self, name: str) -> Callable[[Call], Answer]:
        def call(call: Call) -> Answer:
            self._optional(name)()
            return Answer()

        return call

    def _save(self, call: Call) -> Answer:
        state = self._optional("save")()
        return Answer([state.encode() if isinstance(state, str) else bytes(state)], "application/octet-stream")

    def _restore(self, call: Call) -> Answer:
        self._optional("restore")(bytes(call.body))
        return Answer()

    def describe(self, tree: Dict[str, Any], binds: bool) -> Answer:
        """What the instance reads and delivers."""
        given = tree.get("input")
        schema = Schema.of_json(given) if given is not None else None
        request = tree.get("request") or EVERYTHING
        output, wanted = self.layout(schema, request)
        if binds:
            self.input, self.output = schema, output
            if output is not None:
                self.carried = [name for name, _ in output.columns if _is_wanted(request, output, name)]
            if schema is not None and self.definition.is_class and hasattr(self.plugin, "bind"):
                self.plugin.bind(schema)
        return Answer.json({"output": output.json() if output is not None else None, "wanted": wanted})

    def layout(self, schema: Optional[Schema], request: Dict[str, Any]) -> Tuple[Optional[Schema], Dict[str, Any]]:
        """The output's schema, if the role has one, and what is read of the input."""
        self.check_reads(schema)
        return None, self.definition.reads

    def check_reads(self, schema: Optional[Schema]) -> None:
        """The fields that the plugin reads must be there."""
        if schema is None or schema.open:
            return
        for name in self.definition.reads["names"]:
            if schema.field(name) is None:
                there = ", ".join(field.name for field in schema.fields) or "none"
                raise PluginError(f"there is no field {name!r}; there are {there}", "schema")

    def made(self, request: Dict[str, Any]) -> Schema:
        """The schema of records that the plugin makes by itself."""
        own = self.definition
        fields = [f for f in own.fields if _wants(request, f)]
        return Schema(fields, own.key, own.time, False, own.text, own.suffix)

    def batches(self, call: Call) -> List[Tuple[Batch, int]]:
        """The batches of a request, each with the place of its frame in the body."""
        if call.lines:
            from . import lines

            self.in_lines = True
            return [(lines.batch(bytes(call.body), self.input), 0)]
        from . import frame

        found = []
        view = memoryview(call.body)
        place = 0
        while place < len(view):
            found.append((frame.read(view[place:]), place))
            place += frame.length(view[place:])
        self.in_lines = False
        return found

    def arguments(self, batch: Batch) -> List[Iterable[Any]]:
        """What the author's function is called with, row by row."""
        on = self.definition.on
        if on is None:
            return [batch.records()]
        try:
            return [batch.values(name) for name in on]
        except KeyError as error:
            raise PluginError(str(error.args[0]), "schema") from None


def _is_wanted(request: Dict[str, Any], schema: Schema, name: str) -> bool:
    for field in schema.fields:
        if field.name == name:
            return _wants(request, field)
    return bool(request.get(name))


def _wants(request: Dict[str, Any], field: Field) -> bool:
    if field.name in request.get("names", ()):
        return True
    return bool(request.get("all")) and (not field.on_demand or request is EVERYTHING)


def each(
    function: Callable[..., Any], arguments: Sequence[Iterable[Any]], rows: int, first: int, errors: Errors,
    instead: Any = None, convert: Any = None,
) -> List[Any]:
    """The results of `function` for all rows; one that raises is refused and gets `instead`.

    The loop runs in the interpreter's own code: `list.extend` keeps what it got before an error.
    """
    results: List[Any] = []
    calls: Iterator[Any] = map(function, *arguments)
    if convert is not None:
        calls = map(convert, calls)
    while len(results) < rows:
        try:
            results.extend(calls)
            if len(results) >= rows:
                break
            # Iteration ended early: a function let out the signal by which iterators end.
            message = "StopIteration"
        except PluginError:
            raise
        except FrameError:
            raise
        except Exception as error:
            message = complaint(error)
        errors.append((first + len(results), message))
        results.append(instead)
    return results


class FilterInstance(Instance):
    """Keeps records for which the function returns something true."""

    def __init__(self, definition: Definition, options: Options, stage: str) -> None:
        super().__init__(definition, options, stage)
        self.operations["filter"] = self.filter
        self.function = self.method("keep")

    def filter(self, call: Call) -> Answer:
        keep: List[bool] = []
        errors: Errors = []
        for batch, _ in self.batches(call):
            if self.definition.batch:
                flags = list(map(truth, self.function(batch)))
                if len(flags) != batch.rows:
                    raise PluginError(f"the filter answered {len(flags)} flags for {batch.rows} records")
            else:
                flags = each(self.function, self.arguments(batch), batch.rows, len(keep), errors, False, truth)
            keep += flags
        return answers.selection(keep, errors, call.lines)


class _Taker(Instance):
    """Takes records and answers which it refuses."""

    METHOD = ""

    def __init__(self, definition: Definition, options: Options, stage: str) -> None:
        super().__init__(definition, options, stage)
        self.function = self.method(self.METHOD)

    def take(self, call: Call) -> Answer:
        errors: Errors = []
        first = 0
        for batch, _ in self.batches(call):
            if self.definition.batch:
                self.refused(self.function(batch), batch.rows, first, errors)
            else:
                results = each(self.function, self.arguments(batch), batch.rows, first, errors)
                self.judge(results, first, errors)
            first += batch.rows
        return answers.refusals(first, errors, call.lines)

    def judge(self, results: List[Any], first: int, errors: Errors) -> None:
        """Results mean nothing, but for validators."""

    def refused(self, result: Any, rows: int, first: int, errors: Errors) -> None:
        """A function of batches returns pairs of rows and messages, or nothing."""
        for row, message in sorted(result or ()):
            if not 0 <= row < rows:
                raise PluginError(f"there is no row {row} in a batch of {rows}")
            errors.append((first + row, str(message)))


class ValidatorInstance(_Taker):
    """Refuses records: the function raises, or returns False or a message."""

    METHOD = "validate"

    def __init__(self, definition: Definition, options: Options, stage: str) -> None:
        super().__init__(definition, options, stage)
        self.operations["validate"] = self.take

    def judge(self, results: List[Any], first: int, errors: Errors) -> None:
        if results.count(None) == len(results) or results.count(True) == len(results):
            return
        raised = {row for row, _ in errors}
        for row, result in enumerate(results, first):
            if result is None or result is True or row in raised:
                continue
            errors.append((row, result if isinstance(result, str) else "refused"))
        errors.sort()


class SinkInstance(_Taker):
    """Puts records somewhere."""

    METHOD = "write"

    def __init__(self, definition: Definition, options: Options, stage: str) -> None:
        super().__init__(definition, options, stage)
        self.operations["write"] = self.take
        self.operations["flush"] = self.flush

    def flush(self, call: Call) -> Answer:
        try:
            self._optional("flush")()
        except Unsupported:
            pass
        return Answer()


class _Maker(Instance):
    """Makes records by itself."""

    PIECE = 1000

    def layout(self, schema: Optional[Schema], request: Dict[str, Any]) -> Tuple[Optional[Schema], Dict[str, Any]]:
        _, wanted = super().layout(schema, request)
        if schema is None:
            wanted = {"all": False, "names": [], "value": False, "key": False, "time": False}
        return self.made(request), wanted

    def records(self, items: Sequence[Any], in_lines: bool) -> Records:
        """Records of what the author gives: dicts, or values."""
        schema = self.output if self.output is not None else self.made(EVERYTHING)
        carried = self.carried if self.output is not None else [name for name, _ in schema.columns]
        dicts = [item if isinstance(item, dict) else {"value": item} for item in items]
        names = set().union(*dicts) if dicts else set()
        unknown = names - {f.name for f in self.definition.fields} - {name for name, _ in schema.columns}
        if unknown:
            raise PluginError(f"the plugin makes the field {sorted(unknown)[0]!r} that it does not declare", "schema")
        given = {name: [item.get(name) for item in dicts] for name in names if name in carried}
        try:
            return Records(schema, len(items), answers.column_values(schema, carried, given, in_lines))
        except writing.ValueProblems as problems:
            raise PluginError(str(problems), "output") from None


class AggregateInstance(_Taker, _Maker):
    """Takes records until there are no more, then makes some."""

    METHOD = "accumulate"

    def __init__(self, definition: Definition, options: Options, stage: str) -> None:
        super().__init__(definition, options, stage)
        self.operations["accumulate"] = self.take
        self.operations["finish"] = self.finish
        self.results: Optional[Iterator[Any]] = None

    def finish(self, call: Call) -> Answer:
        if self.results is None:
            made = self.method("finish")()
            self.results = iter(() if made is None else [made] if isinstance(made, dict) else made)
        items = list(islice(self.results, self.PIECE * 10))
        headers = {}
        if len(items) < self.PIECE * 10:
            self.results = None
        else:
            headers["Patchbay_Flags"] = "more"
        return answers.records([self.records(items, call.lines)], call.lines, **headers)


class SourceInstance(_Maker):
    """Delivers records that a generator yields."""

    def __init__(self, definition: Definition, options: Options, stage: str) -> None:
        super().__init__(definition, options, stage)
        self.operations["read-batch"] = self.read
        self.results: Optional[Iterator[Any]] = None

    def read(self, call: Call) -> Answer:
        if self.results is None:
            self.results = iter(self.method("read")())
        flags: List[str] = []
        items: List[Any] = []
        until = monotonic() + 0.1
        while len(items) < self.PIECE:
            try:
                item = next(self.results)
            except StopIteration:
                flags.append("end")
                break
            if item is None:
                flags.append("nothing-yet")
                break
            items.append(item)
            if monotonic() > until:
                break
        if items and "nothing-yet" in flags:
            flags.remove("nothing-yet")
        headers = {"Patchbay_Flags": ", ".join(flags)} if flags else {}
        return answers.records([self.records(items, call.lines)], call.lines, **headers)


class Part:
    """Yielded by a byte source before the bytes of a part, such as a file."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class ByteSourceInstance(Instance):
    """Delivers bytes that a generator yields."""

    def __init__(self, definition: Definition, options: Options, stage: str) -> None:
        super().__init__(definition, options, stage)
        self.operations["read-bytes"] = self.read
        self.results: Optional[Iterator[Any]] = None
        self.rest = b""
        self.part: Optional[str] = None
        self.is_in_part = False

    def layout(self, schema: Optional[Schema], request: Dict[str, Any]) -> Tuple[Optional[Schema], Dict[str, Any]]:
        return None, {"all": False, "names": [], "value": False, "key": False, "time": False}

    def read(self, call: Call) -> Answer:
        if self.results is None:
            self.results = iter(self.method("read")())
        limit = max(1, call.number("patchbay-limit", 1 << 20))
        while not self.rest:
            try:
                item = next(self.results)
            except StopIteration:
                return Answer(Patchbay_Flags="end")
            if item is None:
                return Answer(Patchbay_Flags="nothing-yet")
            if isinstance(item, Part):
                self.part = item.name
                if self.is_in_part:
                    self.is_in_part = False
                    return Answer(Patchbay_Flags="end-of-part")
                continue
            self.rest = item.encode() if isinstance(item, str) else bytes(item)
        piece, self.rest = self.rest[:limit], self.rest[limit:]
        self.is_in_part = True
        headers = {}
        if self.part is not None:
            headers["Patchbay_Part"] = percent_encoded(self.part)
            self.part = None
        return Answer([piece], "application/octet-stream", **headers)


def percent_encoded(text: str) -> str:
    """Text as it may stand in a header."""
    plain = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
    return "".join(chr(b) if b in plain else f"%{b:02X}" for b in text.encode("utf-8", "surrogateescape"))


def percent_decoded(text: str) -> str:
    """Text of a header."""
    parts = text.encode("latin-1").split(b"%")
    decoded = [parts[0]]
    for part in parts[1:]:
        try:
            decoded.append(bytes.fromhex(part[:2].decode("ascii")) + part[2:])
        except ValueError:
            raise PluginError("a header is not percent-encoded", "input") from None
    return b"".join(decoded).decode("utf-8", "surrogateescape")


class CapabilityInstance(Instance):
    """Answers operations of a type of a program's own."""

    def __init__(self, definition: Definition, options: Options, stage: str) -> None:
        super().__init__(definition, options, stage)
        self.operations["answer"] = self.answer
        self.function = self.method("answer")

    def answer(self, call: Call) -> Answer:
        operation = percent_decoded(call.headers.get("patchbay-operation", ""))
        result = self.function(operation, bytes(call.body))
        if result is None:
            raise PluginError(f"there is no operation {operation!r}", "unsupported")
        return Answer([result.encode() if isinstance(result, str) else bytes(result)], "application/octet-stream")


class ParserInstance(_Maker):
    """Makes records of bytes."""

    def __init__(self, definition: Definition, options: Options, stage: str) -> None:
        super().__init__(definition, options, stage)
        self.operations["parse"] = self.parse
        self.operations["boundary"] = self.boundary
        self.function = self.method("parse")

    @property
    def splits(self) -> bool:
        """Whether input may be cut and parsed in parallel."""
        return self.definition.is_class and hasattr(self.plugin, "boundary")

    def _input(self, call: Call) -> ParserInput:
        return ParserInput(
            bytes(call.body), call.number("patchbay-position", 0), "last" in call.flags, "discarded" in call.flags
        )

    def boundary(self, call: Call) -> Answer:
        data = self._input(call)
        self._optional("boundary")(data)
        headers = {"Patchbay_Flags": "still-discarding"} if data.still_discarding else {}
        return Answer(Patchbay_Consumed=str(data.consumed), **headers)

    def parse(self, call: Call) -> Answer:
        data = self._input(call)
        limit = max(1, call.number("patchbay-limit", 1 << 31))
        made = iter(self.function(data) or ())
        items = list(islice(made, limit))
        stopped = len(items) == limit
        if stopped and hasattr(made, "close"):
            made.close()
        data.finish(items, stopped)
        flags = {"Patchbay_Flags": "still-discarding"} if data.still_discarding else {}
        batch = self._records(data, items, call.lines) if items else None
        return answers.parsed(batch, data.regions, call.lines, Patchbay_Consumed=str(data.consumed), **flags)

    def _records(self, data: ParserInput, items: List[Tuple[Any, ...]], in_lines: bool) -> Records:
        schema = self.output if self.output is not None else self.made(EVERYTHING)
        carried = set(self.carried) if self.output is not None else {name for name, _ in schema.columns}
        dicts = [item[2] if len(item) > 2 else {} for item in items]
        names = set().union(*dicts)
        unknown = names - {f.name for f in self.definition.fields} - {name for name, _ in schema.columns}
        if unknown:
            raise PluginError(f"the parser makes the field {sorted(unknown)[0]!r} that it does not declare", "schema")
        columns: List[Any] = []
        for name, field in schema.columns:
            if name == "value" and "value" not in names:
                # What becomes of the bytes of the input is known by the values, whether somebody reads them or not.
                starts, ends = [item[0] for item in items], [item[1] for item in items]
                values = [data.data[s:e] for s, e in zip(starts, ends)] if in_lines else None
                columns.append(values if in_lines else writing.ranges(starts, ends))
            elif name not in names or name not in carried:
                columns.append(None if in_lines else [])
            else:
                columns.append(self._column(data, field, [item.get(name) for item in dicts], in_lines))
        return Records(schema, len(items), columns)

    def _column(self, data: ParserInput, field: Field, values: List[Any], in_lines: bool) -> Any:
        if tuple in set(map(type, values)):
            # Pairs are places in the input: nothing is copied.
            if not in_lines and set(map(type, values)) == {tuple}:
                starts, ends = zip(*values)
                size = len(data.data)
                if all(0 <= start <= end <= size for start, end in values):
                    return writing.ranges(starts, ends)
                raise PluginError(f"the field {field.name!r} has a place outside of the input", "output")
            values = [data.data[v[0] : v[1]] if isinstance(v, tuple) else v for v in values]
        if in_lines:
            return [v.decode("utf-8", "surrogateescape") if isinstance(v, bytes) else v for v in values]
        try:
            return writing.buffers(field, values)
        except writing.ValueProblems as problems:
            raise PluginError(str(problems), "output") from None
