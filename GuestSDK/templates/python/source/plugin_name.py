#!/usr/bin/env python3
from patchbay import Field, run, source


@source(makes=[Field("number", int, "Counts from 1.")])
def numbers(options):
    for number in range(1, options.count + 1):
        yield {"number": number}


run()
