#!/usr/bin/env python3
from patchbay import RecordError, run, validator


@validator(on="value")
class Short:
    def __init__(self, options):
        self.limit = options.limit

    def validate(self, value):
        if len(value) > self.limit:
            raise RecordError("too long")


run()
