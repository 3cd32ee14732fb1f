"""Options of a plugin: what the manifest says of them, and their values."""

from __future__ import annotations

from collections.abc import Mapping

from .errors import PluginError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Sequence, Union

_KINDS: Dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", list: "list", dict: "map", object: "any"}
_PYTHON: Dict[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "list": list, "map": dict,
    "size": int, "duration": int, "any": object,
}


class Option:
    """An option: its name and type (`str`, `int`, `float`, `bool`, `list`, `dict`, `"size"`, `"duration"`, `"any"`).

    Sizes are bytes and durations nanoseconds, both int. `path` is `"input"` or `"output"` for names of files.
    """

    def __init__(
        self,
        name: str,
        type: Union[str, type] = str,
        default: Any = None,
        summary: str = "",
        required: bool = False,
        choices: Sequence[str] = (),
        minimum: Optional[float] = None,
        maximum: Optional[float] = None,
        of: Union[str, type] = "any",
        secret: bool = False,
        path: Optional[str] = None,
    ) -> None:
        kind: Any = _KINDS.get(type, type)
        if kind not in _PYTHON:
            raise TypeError(f"the option {name!r} has the type {type!r}; there are {', '.join(_PYTHON)}")
        value: Dict[str, Any] = {"type": kind}
        if choices:
            value["choices"] = list(choices)
        if minimum is not None:
            value["minimum"] = minimum
        if maximum is not None:
            value["maximum"] = maximum
        if kind in ("list", "map"):
            value["of"] = {"type": _KINDS.get(of, of)}
        self.name = name
        self._json: Dict[str, Any] = {"name": name, "value": value}
        if default is not None:
            self._json["default"] = default
        for key, said in (("required", required), ("secret", secret), ("path", path), ("summary", summary)):
            if said:
                self._json[key] = said

    def json(self) -> Dict[str, Any]:
        """As the manifest writes it."""
        return self._json


class Options(Mapping):  # type: ignore[type-arg]
    """The values of a plugin's options: `options.least` or `options["least"]`; None where there is none."""

    def __init__(self, values: Dict[str, Any]) -> None:
        self._options = values

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_options"][name]
        except KeyError:
            raise AttributeError(f"there is no option {name!r}") from None

    def __getitem__(self, name: str) -> Any:
        return self._options[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._options)

    def __len__(self) -> int:
        return len(self._options)

    def __repr__(self) -> str:
        return f"Options({self._options!r})"


def checked(described: List[Dict[str, Any]], given: Dict[str, Any]) -> Options:
    """Options with their defaults; the host has checked them, a mistake here is one in the manifest or of a hand."""
    values: Dict[str, Any] = {}
    for option in described:
        name, kind = option["name"], option["value"].get("type", "any")
        value = given.get(name)
        if value is None:
            value = option.get("default")
        if value is None:
            if option.get("required"):
                raise PluginError(f"the option {name!r} is missing", "configuration")
        elif not isinstance(value, _PYTHON.get(kind, object)) or (isinstance(value, bool) and kind in _NOT_BOOL):
            # A default such as "10 MiB" is read by the host.
            if not (kind in ("size", "duration") and name not in given):
                raise PluginError(f"the option {name!r} is to be a {kind}, not {value!r}", "configuration")
        elif kind == "number":
            value = float(value)
        values[name] = value
    unknown = [name for name in given if name not in values]
    if unknown:
        raise PluginError(f"there is no option {unknown[0]!r}", "configuration")
    return Options(values)


_NOT_BOOL = frozenset(("integer", "number", "size", "duration"))
