#!/usr/bin/env python3
from patchbay import filter, run

@filter("keep-errors", version="1.0.0", summary="Keeps errors.")
def keep(record): return record["level"] == "error"
run()
