"""Lines for the operator, and figures of the stage: one JSON object per line on standard error."""

from __future__ import annotations

import os
from _thread import _local

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_context = _local()


def _write(line: Any) -> None:
    import json

    stage = getattr(_context, "stage", None)
    if stage:
        line["stage"] = stage
    text = json.dumps(line, default=repr) + "\n"
    data = text.encode("utf-8", "replace")
    try:
        # One call, so that lines of several threads do not mix.
        os.write(2, data)
    except OSError:
        pass


def _log(level: str, message: object, fields: dict[str, Any]) -> None:
    _write({"level": level, "message": str(message), **fields})


def error(message: object, **fields: Any) -> None:
    """Something failed."""
    _log("error", message, fields)


def warning(message: object, **fields: Any) -> None:
    """Something may be wrong."""
    _log("warning", message, fields)


def info(message: object, **fields: Any) -> None:
    """Something worth knowing happened."""
    _log("info", message, fields)


def debug(message: object, **fields: Any) -> None:
    """Something only its author wants to know."""
    _log("debug", message, fields)


def counter(name: str, add: int = 1) -> None:
    """Adds to a counter of the stage."""
    _write({"counter": name, "add": add})


def histogram(name: str, value: float) -> None:
    """Adds a value to a histogram of the stage."""
    _write({"histogram": name, "value": value})
