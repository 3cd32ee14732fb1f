#!/usr/bin/env python3
import os

from patchbay import run, sink


@sink(on="value")
class ToFile:
    def __init__(self, options):
        self.file = open(options.path, "wb")

    def write(self, value):
        self.file.write(value + b"\n")

    def flush(self):
        self.file.flush()
        os.fsync(self.file.fileno())

    def stop(self):
        self.file.close()


run()
