#!/usr/bin/env python3
"""Write crafted/*.dlt: arguments, types and control messages that no recorded file holds. Run it in this folder.

The expected texts are made with `TZ=UTC dlt-convert -a crafted/X.dlt > expected/crafted_X.txt`.
"""
import struct


def message(payload, info=0x41, count=1, kind=0x35, apid=b"APPI", ctid=b"CTX1", ecu=b"ECU1"):
    body = b""
    if kind & 4:
        body += ecu
    if kind & 8:
        body += struct.pack(">I", 77)
    if kind & 16:
        body += struct.pack(">I", 1000)
    if kind & 1:
        body += bytes([info, count]) + apid + ctid
    body += payload
    header = b"DLT\x01" + struct.pack("<Ii", 1700000000, 5) + b"STOR"
    return header + bytes([kind, 0]) + struct.pack(">H", 4 + len(body)) + body


def text(content, kind=0x200, terminated=True):
    content += b"\0" if terminated else b""
    return struct.pack("<IH", kind, len(content)) + content


def number(value, kind, form):
    return struct.pack("<I", kind) + struct.pack("<" + form, value)


def arguments():
    one = number(1, 0x43, "I")
    yield message(text(b"a\tb\rc\nd\x1be\x7ff\x01g"))
    yield message(text("grüß ".encode() + b"\xff\xc3"))
    yield message(text(b"ab\0cd"))
    yield message(text(b""))
    yield message(text(b"", terminated=False) + text(b"x"), count=2)
    for length, form, value in ((1, "B", 0xC2), (2, "H", 0xABCD), (3, "I", 0xDEADBEEF), (4, "Q", 0x0123456789ABCDEF)):
        for coding in (0, 0x8000, 0x10000, 0x18000):
            yield message(number(value, 0x40 | length | coding, form) + one, count=2)
            yield message(number(value, 0x20 | length | coding, form) + one, count=2)
        for coding in (0, 0x10000, 0x18000):
            described = struct.pack("<IHH", 0x840 | length | coding, 2, 2) + b"n\0u\0" + struct.pack("<" + form, value)
            yield message(described + one, count=2)
    yield message(struct.pack("<I", 0x45) + bytes(range(16)))
    yield message(struct.pack("<I", 0x81) + b"\x3c" + one, count=2)
    for coding in (0x10000, 0x18000):
        yield message(text(b"hello", 0x200 | coding))
    raw = struct.pack("<IH", 0x400, 3) + b"abc" + struct.pack("<IH", 0x400, 0)
    yield message(raw + text(b"x"), count=3)
    yield message(number(1, 0x11, "B") + number(1, 0x10, "B") + number(0, 0x11, "B") + text(b"z"), count=4)
    yield message(one + text(b"z"), count=0)
    for value in (0.0, -0.0, 1.0, 100000.0, 1000000.0, 123456.5, 1234565.0, 1e-4, 9.9999995e-5, 0.1, 1e300, 5e-324,
                  float("nan"), float("-inf"), 2.5, 0.125, 1e15, 999999.5, 123456789.0, 1 / 3):
        yield message(number(value, 0x84, "d"))
    for value in (0.1, 3.4e38, 1e-45, 16777216.0, -2.75):
        yield message(number(value, 0x83, "f"))


def types():
    for kind in range(8):
        for subtype in range(16):
            for verbose in (0, 1):
                payload = text(b"x") if verbose else b"\x02\0\0\0\x01"
                yield message(payload, info=verbose | kind << 1 | subtype << 4)


def control():
    for service in [*range(0x18), 0xF00, 0xF01, 0xF02, 0xF03, 0xF04, 0xF05, 0xFFF, 0x1000, 0xFFFFFFFF]:
        for direction in (1, 2, 3):
            yield message(struct.pack("<I", service) + b"\0\x01\x02", info=6 | direction << 4, count=0)
    for status in range(12):
        yield message(struct.pack("<I", 3) + bytes([status]), info=0x26, count=0)
        yield message(struct.pack("<I", 3) + bytes([status, 7]), info=0x26, count=0)
    for subtype in range(5):
        for payload in (b"", struct.pack("<I", 3), b"\x03"):
            yield message(payload, info=6 | subtype << 4, count=0)
    for payload in (b"\x01\x02", b"\x01\0\0\0", b"\x01\0\0\0\x05"):
        yield message(payload, info=0x40)
    yield message(struct.pack(">I", 3) + b"\x00\x01", info=0x26, count=0, kind=0x37)
    for kind in (0x34, 0x20, 0x3C):
        yield message(struct.pack("<I", 3) + b"\x00\x01", kind=kind)
    yield message(b"", kind=0x20)
    yield message(text(b"x"), apid=b"\0\0\0\0", ctid=b"A\0B\0", ecu=b"\0\0\0\0")
    yield message(text(b"x"), apid=b"A\xff\x01G", ctid=b"A  B", ecu=b"E\0XX")


for name, content in (("arguments", arguments), ("types", types), ("control", control)):
    with open(f"crafted/{name}.dlt", "wb") as file:
        file.write(b"".join(content()))
