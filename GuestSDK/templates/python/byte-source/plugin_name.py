#!/usr/bin/env python3
from patchbay import Part, byte_source, run


@byte_source
def read(options):
    yield Part(options.path)
    with open(options.path, "rb") as file:
        while piece := file.read(1 << 20):
            yield piece


run()
