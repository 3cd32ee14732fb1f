#!/usr/bin/env python3
from patchbay import Field, aggregate, run


@aggregate(on="value", makes=[Field("records", int, "How many."), Field("bytes", int, "Bytes of their values.")])
class Totals:
    def __init__(self):
        self.records = self.bytes = 0

    def accumulate(self, value):
        self.records += 1
        self.bytes += len(value)

    def finish(self):
        return {"records": self.records, "bytes": self.bytes}


run()
