#!/usr/bin/env python3
from patchbay import Field, run, transform


@transform(fields=["value"], makes=[Field("length", int, "Bytes of the value.")])
def add_length(record):
    # Everything else stays as it came in.
    return {"length": len(record.value)}


run()
