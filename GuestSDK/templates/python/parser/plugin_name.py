#!/usr/bin/env python3
from patchbay import Field, parser, run


@parser(makes=[
    Field("name", str, "What stands before the first equals sign."), Field("text", str, "What stands behind it."),
])
def pairs(input):
    """One record of each line with an equals sign; what is no such line is reported as a region."""
    for start, end in input.lines():
        sign = input.data.find(b"=", start, end)
        if sign >= 0:
            # Fields are places in the input, too: nothing is copied.
            yield start, end, {"name": (start, sign), "text": (sign + 1, end)}
        else:
            input.skip(start, end, "invalid")


run()
