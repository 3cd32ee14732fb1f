"""What authors write: decorators for functions and classes, one for each role, and `run`."""

from __future__ import annotations

from .roles import Definition
from .options import Option
from .schema import Field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, TypeVar, Union

    Target = TypeVar("Target", bound=Callable[..., Any])


CONTRACT = 1
ROLES = ("byte_source", "source", "parser", "filter", "transform", "aggregate", "validator", "sink")


class Registry:
    """The plugins of this program and what its manifest says."""

    def __init__(self) -> None:
        self.definitions: List[Definition] = []
        self.said: Dict[str, Any] = {}
        self.options: List[Dict[str, Any]] = []
        self.permissions: List[str] = []
        self.embedded: Optional[Dict[str, Any]] = None

    def add(
        self, role: str, target: Callable[..., Any], name: Optional[str], version: Optional[str], summary: Optional[str],
        options: Sequence[Option], permissions: Sequence[str], shorthand: Optional[str], ordered: bool, **settings: Any,
    ) -> None:
        """Adds what a decorator stands before."""
        definition = Definition(role, target, name=name, **settings)
        self.definitions.append(definition)
        if summary is None:
            summary = (target.__doc__ or "").strip().partition("\n")[0] or None
        own_name = name if role in ROLES else (name or "").partition("/")[2].replace("/", "-") or name
        for key, value in (
            ("name", own_name), ("version", version), ("summary", summary), ("shorthand", shorthand), ("ordered", ordered),
        ):
            if value:
                self.said.setdefault(key, value)
        known = {option["name"] for option in self.options}
        self.options += [option.json() for option in options if option.name not in known]
        self.permissions += [permission for permission in permissions if permission not in self.permissions]

    def manifest(self) -> Dict[str, Any]:
        """The manifest: what a build put into the program, else what the decorators say."""
        if self.embedded is not None:
            manifest = dict(self.embedded)
        else:
            name = self.said.get("name") or _program_name()
            manifest = {
                "manifest": 1,
                "name": name,
                "version": self.said.get("version", "0.1.0"),
                "summary": self.said.get("summary", ""),
                "capabilities": [self._capability(definition, name) for definition in self.definitions],
            }
            if self.options:
                manifest["options"] = self.options
            if "shorthand" in self.said:
                manifest["shorthand"] = self.said["shorthand"]
            fields = [f.json() for d in self.definitions if d.role in ("source", "parser") for f in d.fields]
            if fields:
                manifest["fields"] = fields
            if self.permissions:
                manifest["permissions"] = self.permissions
            if self.said.get("ordered"):
                manifest["ordered"] = True
        manifest["process"] = {
            "contract": CONTRACT, "transports": ["unix", "tcp", "stdio"], "encodings": ["frame", "json"],
        }
        return manifest

    @staticmethod
    def _capability(definition: Definition, name: str) -> Dict[str, str]:
        if definition.role in ROLES:
            return {"type": definition.role, "name": definition.name or name}
        kind, own = definition.capability
        return {"type": kind, "name": own or name}

    def find(self, type_name: str, name: str) -> Optional[Definition]:
        """The plugin for a capability; one without a name of its own answers to that of the manifest."""
        role = type_name if type_name in ROLES else "capability"
        found = [definition for definition in self.definitions if definition.role == role]
        for definition in found:
            if definition.name in (name, f"{type_name}/{name}"):
                return definition
        unnamed = [definition for definition in found if not definition.capability[1]]
        if len(unnamed) == 1:
            return unnamed[0]
        # A build may have given the plugin another name than the decorator does.
        return found[0] if len(found) == 1 and self.embedded is not None else None


def _program_name() -> str:
    import sys

    name = sys.argv[0].rpartition("/")[2].partition(".")[0] if sys.argv else ""
    return name.replace("_", "-") or "plugin"


registry = Registry()


class _Decorator:
    """A role's decorator."""

    def __init__(self, role: str, batch: bool = False) -> None:
        self._role = role
        self._batch = batch

    def __call__(
        self,
        name: Union[str, Callable[..., Any], None] = None,
        *,
        version: Optional[str] = None,
        summary: Optional[str] = None,
        options: Sequence[Option] = (),
        shorthand: Optional[str] = None,
        permissions: Sequence[str] = (),
        ordered: bool = False,
        fields: Optional[Iterable[str]] = None,
        value: Optional[bool] = None,
        on: Union[str, Iterable[str], None] = None,
        to: Union[str, Field, None] = None,
        makes: Sequence[Field] = (),
        key: bool = False,
        time: bool = False,
        text: Optional[str] = None,
        suffix: bytes = b"",
        recognize: Optional[Callable[[bytes], Any]] = None,
        batch: bool = False,
        schema: Optional[Dict[str, Any]] = None,
    ) -> Any:
        """Registers the function or class that follows.

        `name`, `version`, `summary`, `options`, `shorthand`, `permissions` and `ordered` go into the manifest, unless a
        `plugin.yaml` says them. `fields` are the fields that are read (also `value`, `key`, `time`); without, all are sent.
        `on` calls the function with the values of these fields in place of a record. `makes` are the fields that are made;
        `to` is the one that a transform's function returns the value of. `batch` hands over whole batches. `schema` is the
        JSON Schema of the specifications that a capability of OCM takes.
        """
        makes = list(makes)
        if isinstance(to, Field):
            makes.append(to)
            to = to.name

        def register(target: Target, name: Optional[str] = None) -> Target:
            registry.add(
                self._role, target, name, version, summary, options, permissions, shorthand, ordered, fields=fields,
                value=value, on=on, to=to, makes=makes, key=key, time=time, text=text, suffix=suffix,
                recognize=recognize, batch=batch or self._batch, schema=schema,
            )
            return target

        if name is None or isinstance(name, str):
            return lambda target: register(target, name)
        return register(name)

    @property
    def batch(self) -> "_Decorator":
        """The same for whole batches: the function gets a `Batch`."""
        return _Decorator(self._role, True)


filter = _Decorator("filter")
"""Keeps records: a function `(record) -> bool`, or a class with `keep`."""
transform = _Decorator("transform")
"""Changes records: a function returning the record, a dict of changes, None or a list, or a class with `transform`."""
validator = _Decorator("validator")
"""Refuses records: a function that raises `RecordError` or returns False or a message, or a class with `validate`."""
aggregate = _Decorator("aggregate")
"""Sums records up: a class with `accumulate(record)` and `finish()`, which returns or yields dicts."""
parser = _Decorator("parser")
"""Makes records of bytes: a generator `(input)` of `(start, end, fields)`, or a class with `parse`."""
source = _Decorator("source")
"""Delivers records: a generator of dicts, or a class with `read`."""
byte_source = _Decorator("byte_source")
"""Delivers bytes: a generator of bytes and `Part`, or a class with `read`."""
sink = _Decorator("sink")
"""Puts records somewhere: a function `(record)`, or a class with `write` and perhaps `flush`."""
capability = _Decorator("capability")
"""Answers a program's own calls under `TYPE/NAME`: a function `(operation, data)`, or a class with `answer`."""


def run(arguments: Optional[Sequence[str]] = None) -> None:
    """Runs the program as a plugin; returns when it was imported by a test or a build, exits otherwise.

    `PLUGIN capabilities` prints the manifest, `PLUGIN server` serves what the line on standard input says.
    """
    import sys

    from . import start

    words = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(start.start(registry, words))
