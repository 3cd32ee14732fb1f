#!/usr/bin/env python3
"""All roles in all forms."""

import os
import re

from patchbay import (
    Field, Option, Part, PluginError, RecordError, aggregate, byte_source, capability, filter, log, parser, run, sink, source,
    transform, validator,
)


@filter("by-value", on="value")
def by_value(value):
    return b"error" in value


@filter("by-match", on=("value", "level"))
def by_match(value, level):
    return re.match(b"a", value) or level == "x"


@filter("by-count", on="count")
def by_count(count):
    if count == 13:
        raise RecordError("unlucky")
    if count == 14:
        raise StopIteration
    return count > 10


@filter.batch("by-batch", fields=["count"])
def by_batch(batch):
    return [number % 2 == 0 for number in batch["count"].numbers]


@filter("declared", fields=["level"], options=[Option("least", int, default=3, minimum=0), Option("word", str)])
class Declared:
    def __init__(self, options):
        self.least = options.least
        self.word = options["word"]
        self.seen = 0

    def start(self):
        log.info("started", least=self.least)
        log.counter("starts")

    def keep(self, record):
        self.seen += 1
        return self.seen >= self.least

    def save(self):
        return str(self.seen)

    def restore(self, state):
        self.seen = int(state)


@filter("fails", fields=[])
def fails(record, options):
    raise PluginError("the service is away", "io", retryable=True, details={"least": options.least})


@validator("short", on="value")
def short(value):
    if len(value) > 3:
        raise RecordError("too long")
    if value == b"no":
        return False
    if value == b"bad":
        return "a bad one"


@transform("length", fields=["value"], makes=[Field("length", int)])
def length(record):
    if record.value == b"drop":
        return None
    if record.value == b"twice":
        return [{"length": 1}, {"length": 2}]
    if record.value == b"odd":
        return {"length": "no number"}
    if record.value == b"same":
        return record
    if record.value == b"set":
        record["length"] = 77
        return record
    return {"length": len(record.value)}


@transform("several", fields=["value"], makes=[Field("word", str)])
def several(record):
    """A generator, which runs when the record is asked for."""
    for word in record.value.split():
        if word == b"stop":
            raise RecordError("stopped")
        record["word"] = word
        yield record
        yield {"word": record.value[:1]}


@transform("upper", on="value", to="value")
def upper(value):
    return value.upper()


@transform("undeclared")
def undeclared(record):
    return {"surprise": 1}


@transform.batch("doubled", fields=["count"], makes=[Field("double", int)])
def doubled(batch):
    return {"double": [2 * number for number in batch["count"].numbers]}


@aggregate("totals", on="value", makes=[Field("records", int), Field("bytes", int)])
class Totals:
    def __init__(self):
        self.records = self.bytes = 0

    def accumulate(self, value):
        if value == b"refuse":
            raise RecordError("refused")
        self.records += 1
        self.bytes += len(value)

    def finish(self):
        return {"records": self.records, "bytes": self.bytes}


@aggregate("many", fields=[], makes=[Field("n", int)])
class Many:
    def accumulate(self, record):
        pass

    def finish(self):
        for n in range(25_000):
            yield {"n": n}


@parser("pairs", makes=[Field("name", str), Field("text", str)], recognize=lambda data: (80, {"x": 1}) if b"=" in data else 0)
def pairs(input):
    for start, end in input.lines():
        name, sign, text = input.data[start:end].partition(b"=")
        if sign:
            yield start, end, {"name": name, "text": (start + len(name) + 1, end)}
        else:
            input.skip(start, end)


@parser("blocks")
class Blocks:
    """Records of four bytes."""

    def parse(self, input):
        for start in range(0, len(input.data) - 3, 4):
            yield start, start + 4

    def boundary(self, input):
        input.consume(len(input.data) // 4 * 4)

    def reset(self):
        pass


@source("numbers", makes=[Field("number", int)])
def numbers(options):
    for number in range(options.least):
        yield {"number": number, "value": b"%d" % number}
        if number == 1:
            yield None


@byte_source("bytes")
def read_bytes():
    yield Part("one ä")
    yield b"abcdef"
    yield None
    yield Part("two")
    yield "ghi"


@sink("file", fields=["value"])
class File:
    def __init__(self):
        self.file = open("out.txt", "wb")

    def write(self, record):
        if record.value == b"bad":
            raise RecordError("not written")
        self.file.write(record.value + b"\n")

    def flush(self):
        self.file.flush()

    def stop(self):
        self.file.close()


@capability("greeting/everything")
def greet(operation, data):
    if operation == "hello":
        return b"Hello, " + data
    if operation == "ä b":
        return "odd"
    if operation == "print":
        print("printed")
        os.write(1, b"written\n")
        return b""


run()
