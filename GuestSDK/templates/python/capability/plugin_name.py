#!/usr/bin/env python3
from patchbay import capability, run


@capability
def answer(operation, data):
    if operation == "hello":
        return b"Hello, " + data + b"!"


run()
