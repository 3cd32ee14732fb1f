"""A small host of the plugin ABI (patchbay_plugin.h): builds call frames in a module's memory and reads what comes back.

Independent of Patchbay's own host, so that the two can not share a mistake.
"""

import struct

import wasmtime

CREATE, DESTROY, DESCRIBE, BIND, RESET = 1, 2, 3, 4, 8
PARSE, BOUNDARY, FILTER, TRANSFORM = 11, 12, 13, 14
INT64, FLOAT64, BOOL, UTF8, BINARY, WORD, TIMESTAMP, JSON, INHERITED = 1, 2, 3, 4, 5, 6, 7, 8, 255
KEY, TIME, OPEN = 1, 2, 4
LAST, DISCARDED, DESCRIBE_ALL, STILL_DISCARDING = 1, 2, 8, 0x100
OPTION_NULL, OPTION_BOOL, OPTION_INTEGER, OPTION_NUMBER, OPTION_TEXT, OPTION_JSON = range(6)

FRAME = struct.Struct("<IIQ QQ QQ QQ Q Q Q IIQQ QQQ QQ QQ QQQ QQ QQ QQ Q Q Q IIQQ QQ")
NAMES = (
    "size flags instance name_at name_length options_at options_count input_at input_length position limit input_schema"
    " request_flags request_reserved request_at request_count rows columns_at columns_count consumed token output_at"
    " output_length result_rows result_at result_count origins_at origins_count regions_at regions_count errors_at"
    " errors_count dropped added output_schema wanted_flags wanted_reserved wanted_at wanted_count message_at"
    " message_length"
).split()
COLUMN = struct.Struct("<IIQQQQQQQQ")
FIELD = struct.Struct("<QQIIQQQQ")
SCHEMA = struct.Struct("<IIQQQQQQ")
OPTION = struct.Struct("<QQIIqdQQ")
assert FRAME.size == 304 and COLUMN.size == 72 and FIELD.size == 56 and SCHEMA.size == 56 and OPTION.size == 56


class Module:
    """One instance of a module."""

    engine = wasmtime.Engine()

    def __init__(self, path):
        self.store = wasmtime.Store(self.engine)
        module = wasmtime.Module.from_file(self.engine, str(path))
        assert not module.imports, [entry.name for entry in module.imports]
        exports = wasmtime.Instance(self.store, module, []).exports(self.store)
        self.memory = exports["memory"]
        self._call, self._allocate, self._free = (
            exports[name] for name in ("patchbay_call", "patchbay_allocate", "patchbay_free")
        )
        self.blocks = []
        self.frame_at = self.allocate(FRAME.size)
        self.instance = 0

    # Memory

    def allocate(self, size):
        address = self._allocate(self.store, size) & 0xFFFF_FFFF
        assert address and address % 16 == 0, address
        return address

    def free(self, address):
        self._free(self.store, address)

    def pages(self):
        return self.memory.size(self.store)

    def write(self, address, content):
        self.memory.write(self.store, content, address)

    def read(self, address, length):
        return bytes(self.memory.read(self.store, address, address + length)) if length else b""

    def place(self, content):
        """Memory with this content until the call is over."""
        address = self.allocate(max(len(content), 1))
        self.blocks.append(address)
        self.write(address, content)
        return address

    def place_list(self, items):
        return (self.place(b"".join(items)) if items else 0), len(items)

    def text(self, text):
        content = text if isinstance(text, bytes) else text.encode()
        return self.place(content), len(content)

    # Calls

    def call(self, operation, **members):
        """Status and the frame that came back, as a dictionary. What was placed for the call is freed after reading."""
        frame = dict.fromkeys(NAMES, 0) | {"size": FRAME.size, "instance": self.instance} | members
        self.write(self.frame_at, FRAME.pack(*(frame[name] for name in NAMES)))
        status = self._call(self.store, operation, self.frame_at)
        back = dict(zip(NAMES, FRAME.unpack(self.read(self.frame_at, FRAME.size))))
        back["message"] = self.read(back["message_at"], back["message_length"]).decode()
        if operation == CREATE:
            self.instance = back["instance"]
        return status, back

    def release(self):
        for address in self.blocks:
            self.free(address)
        self.blocks.clear()

    def outcome(self, operation, **members):
        """Status and message of a call that gives nothing else of interest."""
        status, back = self.call(operation, **members)
        self.release()
        return status, back["message"]

    def create(self, name, options=()):
        entries = []
        for option, kind, value in options:
            integer = int(value) if kind in (OPTION_BOOL, OPTION_INTEGER) else 0
            number = float(value) if kind in (OPTION_INTEGER, OPTION_NUMBER) else 0.0
            entries.append(OPTION.pack(*self.text(option), kind, 0, integer, number, *self.text(str(value))))
        at, count = self.place_list(entries)
        name_at, name_length = self.text(name)
        return self.outcome(CREATE, name_at=name_at, name_length=name_length, options_at=at, options_count=count)

    def schema(self, fields, flags=0, template=None, suffix=b""):
        entries = [FIELD.pack(*self.text(name), kind, 0, 0, 0, 0, 0) for name, kind in fields]
        template_at, template_length = self.text(template) if template is not None else (0, 0)
        packed = SCHEMA.pack(flags, 0, *self.place_list(entries), template_at, template_length, *self.text(suffix))
        return self.place(packed)

    def bind(self, schema=0, operation=BIND, flags=0, wants=(), want_flags=0):
        """Status, message, output schema and what is wanted."""
        names = [struct.pack("<QQ", *self.text(name)) for name in wants]
        at, count = self.place_list(names)
        status, back = self.call(
            operation, input_schema=schema, flags=flags, request_flags=want_flags, request_at=at, request_count=count
        )
        output = self.read_schema(back["output_schema"]) if back["output_schema"] else None
        wanted = self.read(back["wanted_at"], 16 * back["wanted_count"])
        wanted = [self.read(*pair).decode() for pair in struct.iter_unpack("<QQ", wanted)]
        self.release()
        return status, back["message"], output, (back["wanted_flags"], wanted)

    def read_schema(self, address):
        flags, _, at, count, template_at, template_length, suffix_at, suffix_length = SCHEMA.unpack(
            self.read(address, SCHEMA.size)
        )
        fields = []
        for name_at, name_length, kind, *_ in FIELD.iter_unpack(self.read(at, count * FIELD.size)):
            fields.append((self.read(name_at, name_length).decode(), kind))
        template = self.read(template_at, template_length).decode() if template_at else None
        return flags, fields, template, self.read(suffix_at, suffix_length)

    # Columns

    def column(self, kind, values):
        """A column; None for no value. Variable values lie with a gap between them, so that ends are not the starts."""
        validity = bits(value is not None for value in values) if None in values else None
        place = {"validity": self.place(validity) if validity is not None else 0, "ends": 0, "data": (0, 0), "words": 0}
        if kind in (INT64, TIMESTAMP):
            content = b"".join(struct.pack("<q", value or 0) for value in values)
        elif kind == FLOAT64:
            content = b"".join(struct.pack("<d", value or 0) for value in values)
        elif kind == BOOL:
            content = bits(values)
        elif kind == WORD:
            words = sorted({value for value in values if value is not None})
            place["words"] = self.place(self.column(UTF8, words))
            content = b"".join(struct.pack("<i", words.index(value) if value is not None else 0) for value in values)
        else:
            starts, ends, data = [], [], b""
            for value in values:
                value = value.encode() if isinstance(value, str) else value or b""
                starts.append(len(data))
                data += value
                ends.append(len(data))
                data += b"~"
            content = struct.pack(f"<{len(starts)}i", *starts)
            place["ends"] = self.place(struct.pack(f"<{len(ends)}i", *ends))
            place["data"] = self.text(data)
        return COLUMN.pack(
            kind, 0, len(values), place["validity"], self.place(content), place["ends"], *place["data"],
            place["words"], 1,
        )

    def batch(self, columns):
        """Members of a frame for columns, each a kind and values, or None for one that was not asked for."""
        rows = next((len(column[1]) for column in columns if column), 0)
        packed = [self.column(*column) if column else bytes(COLUMN.size) for column in columns]
        at, count = self.place_list(packed)
        return {"rows": rows, "columns_at": at, "columns_count": count}

    def read_column(self, packed, rows):
        kind, inherited, count, validity, values, ends, data, length, _, _ = packed
        if kind == INHERITED:
            return "inherited", inherited
        assert count == rows, (count, rows)
        there = [True] * rows if not validity else unbits(self.read(validity, (rows + 7) // 8), rows)
        if kind in (INT64, TIMESTAMP, FLOAT64):
            code = "d" if kind == FLOAT64 else "q"
            read = struct.unpack(f"<{rows}{code}", self.read(values, 8 * rows))
        elif kind == BOOL:
            read = unbits(self.read(values, (rows + 7) // 8), rows)
        else:
            assert kind in (UTF8, BINARY, JSON), kind
            starts = struct.unpack(f"<{rows}i", self.read(values, 4 * rows))
            stops = struct.unpack(f"<{rows}i", self.read(ends or values + 4, 4 * rows))
            assert all(0 <= start <= stop <= length for start, stop in zip(starts, stops)), (starts, stops, length)
            read = [self.read(data + start, stop - start) for start, stop in zip(starts, stops)]
        return kind, [value if is_there else None for value, is_there in zip(read, there)]

    def read_result(self, back):
        packed = self.read(back["result_at"], COLUMN.size * back["result_count"])
        return [self.read_column(column, back["result_rows"]) for column in COLUMN.iter_unpack(packed)]

    def read_errors(self, back):
        packed = self.read(back["errors_at"], 24 * back["errors_count"])
        return [(row, self.read(at, length).decode()) for row, at, length in struct.iter_unpack("<QQQ", packed)]

    # Roles

    def filter(self, columns):
        members = self.batch(columns)
        status, back = self.call(FILTER, **members)
        bitmap = self.read(back["output_at"], back["output_length"])
        result = status, back["message"], bitmap, self.read_errors(back)
        self.release()
        return result

    def transform(self, columns):
        status, back = self.call(TRANSFORM, **self.batch(columns))
        origins = self.read(back["origins_at"], 4 * back["origins_count"])
        result = {
            "status": (status, back["message"]),
            "rows": back["result_rows"],
            "columns": self.read_result(back),
            "origins": [row for (row,) in struct.iter_unpack("<I", origins)],
            "dropped": back["dropped"],
            "errors": self.read_errors(back),
        }
        self.release()
        return result

    def parse(self, content, flags=LAST, position=0, limit=1 << 20, operation=PARSE):
        at, length = self.text(content)
        status, back = self.call(
            operation, input_at=at, input_length=length, flags=flags, position=position, limit=limit
        )
        regions = struct.iter_unpack("<QQIIQQ", self.read(back["regions_at"], 40 * back["regions_count"]))
        result = {
            "status": (status, back["message"]),
            "rows": back["result_rows"],
            "columns": self.read_result(back),
            "consumed": back["consumed"],
            "regions": [(start, length, reason) for start, length, reason, *_ in regions],
            "discarding": bool(back["flags"] & STILL_DISCARDING),
        }
        if operation == PARSE and status == 0 and back["result_count"]:
            # The value column shows the input, and not a copy of it.
            value = list(COLUMN.iter_unpack(self.read(back["result_at"], COLUMN.size * back["result_count"])))[0]
            assert at <= value[6] <= at + length, "values are not views of the input"
        self.release()
        return result


def bits(values):
    values = list(values)
    content = bytearray((len(values) + 7) // 8)
    for index, value in enumerate(values):
        if value:
            content[index >> 3] |= 1 << (index & 7)
    return bytes(content)


def unbits(content, count):
    return [bool(content[index >> 3] >> (index & 7) & 1) for index in range(count)]
