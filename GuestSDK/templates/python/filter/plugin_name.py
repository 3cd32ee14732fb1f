#!/usr/bin/env python3
from patchbay import filter, run


@filter(fields=["level"])
def keep(record):
    return record["level"] == "error"


run()
