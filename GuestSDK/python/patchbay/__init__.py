"""Plugins for Patchbay in Python.

```python
from patchbay import filter, run

@filter("keep-errors", version="1.0.0", summary="Keeps errors.")
def keep(record):
    return record["level"] == "error"

run()
```
"""

from . import log
from .batch import Batch, Record
from .column import Column
from .errors import FrameError, PluginError, RecordError
from .options import Option, Options
from .parsing import ParserInput
from .plugin import aggregate, byte_source, capability, filter, parser, run, sink, source, transform, validator
from .roles import Part
from .schema import Field, Schema

__version__ = "0.1.0"
__all__ = [
    "Batch", "Column", "Field", "FrameError", "Option", "Options", "ParserInput", "Part", "PluginError", "Record",
    "RecordError", "Schema", "aggregate", "byte_source", "capability", "filter", "log", "parser", "run", "sink", "source",
    "transform", "validator",
]
