"""Receives batches from Patchbay through the Arrow C Data Interface and compares every value.

Usage: compare.py PATH/libPatchbayArrowProbe.so
"""

import ctypes
import gc
import json
import struct
import sys

import pyarrow as pa

probe = ctypes.CDLL(sys.argv[1])
probe.patchbay_probe_export.restype = ctypes.c_int64
probe.patchbay_probe_export.argtypes = [
    ctypes.c_int64, ctypes.c_int64, ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p,
]
probe.patchbay_probe_expected.restype = ctypes.c_int64
probe.patchbay_probe_expected.argtypes = [
    ctypes.c_int64, ctypes.c_int64, ctypes.c_int32, ctypes.c_char_p, ctypes.c_int64,
]

TYPES = {
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "utf8": pa.utf8(),
    "binary": pa.binary(),
    "word": pa.dictionary(pa.int32(), pa.utf8()),
    "timestamp": pa.timestamp("ns", tz="UTC"),
    "json": pa.json_(),
    "map": pa.map_(pa.utf8(), pa.utf8()),
    "json_map": pa.map_(pa.utf8(), pa.json_()),
}


def receive(seed, rows, kind):
    """The batch and how many bytes were copied for it."""
    # The structures are 80 and 72 bytes; the receiver moves them out of here.
    array, schema = ctypes.create_string_buffer(80), ctypes.create_string_buffer(72)
    array_at, schema_at = ctypes.addressof(array), ctypes.addressof(schema)
    copied = probe.patchbay_probe_export(seed, rows, kind, array_at, schema_at)
    assert copied >= 0, "the export failed"
    return pa.RecordBatch._import_from_c(array_at, schema_at), copied


def expected(seed, rows, kind):
    size = probe.patchbay_probe_expected(seed, rows, kind, None, 0)
    text = ctypes.create_string_buffer(size)
    assert probe.patchbay_probe_expected(seed, rows, kind, text, size) == size
    return [json.loads(line) for line in text.raw[:size].splitlines()]


def plain(column, kind):
    """The values of a column in the form of the expectation."""
    def unhex(value):
        return None if value is None else value.encode().hex() if isinstance(value, str) else value.hex()

    if kind == "timestamp":
        return column.cast(pa.timestamp("ns")).cast(pa.int64()).to_pylist()
    if kind == "float64":
        return [None if v is None else struct.unpack("<Q", struct.pack("<d", v))[0] for v in column.to_pylist()]
    if kind in ("int64", "bool"):
        return column.to_pylist()
    if kind == "json":
        return [unhex(v) for v in column.storage.to_pylist()]
    if kind in ("map", "json_map"):
        items = column.items
        items = [unhex(v) for v in (items.storage if kind == "json_map" else items).to_pylist()]
        keys = [unhex(v) for v in column.keys.to_pylist()]
        offsets = column.offsets.to_pylist()
        return [
            None if not valid else [[keys[i], items[i]] for i in range(offsets[row], offsets[row + 1])]
            for row, valid in enumerate(column.is_valid().to_pylist())
        ]
    return [unhex(v) for v in column.to_pylist()]


def compare(seed, rows, kind):
    batch, copied = receive(seed, rows, kind)
    batch.validate(full=True)
    columns = expected(seed, rows, kind)
    assert batch.schema.names == [c["name"] for c in columns]
    for index, column in enumerate(columns):
        field = batch.schema.field(index)
        wanted = TYPES[column["type"]]
        if column["type"] == "word":
            assert (field.type.index_type, field.type.value_type) == (pa.int32(), pa.utf8()), field
            assert field.type.ordered == (field.name == "level" and kind < 2), field
        else:
            assert field.type == wanted, (field, wanted)
        assert batch.column(index).null_count == sum(v is None for v in column["values"]), field.name
        values = plain(batch.column(index), column["type"])
        assert values == column["values"], (seed, rows, kind, field.name, values, column["values"])
    # A column outlives its batch, and releasing the last one frees the memory.
    assert probe.patchbay_probe_is_alive()
    child = batch.column(batch.schema.names.index("value"))
    before = child.to_pylist()
    del batch
    gc.collect()
    assert child.to_pylist() == before
    del child, field
    gc.collect()
    assert not probe.patchbay_probe_is_alive(), "memory was not released"
    return copied


assert compare(0, 1000, 2) == 0, "columns that lie as Arrow wants them were copied"
compare(0, 0, 2)
compare(0, 4, 3)
batches, copied = 0, 0
for seed in range(60):
    for kind in (0, 1):
        copied += compare(seed, seed * 7 % 90, kind)
        batches += 1
print(f"{batches + 3} batches equal, pyarrow {pa.__version__}; {copied} bytes copied for the {batches} mixed ones")
