"""Bitmaps, least significant bit first, and offsets: many values at once."""

from __future__ import annotations

import sys
from array import array
from itertools import accumulate, chain

from .errors import FrameError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Sequence

if sys.byteorder != "little":  # pragma: no cover
    raise ImportError("frames hold little-endian numbers, which this machine does not have")

_DIGITS = bytes((48, 49)) + bytes(254)
_EIGHT = tuple(tuple(bool(byte >> bit & 1) for bit in range(8)) for byte in range(256))


def pack(flags: Iterable[bool]) -> bytes:
    """The bitmap of `flags`, each of which is exactly False or True."""
    ones = bytes(flags)
    count = len(ones)
    if not count:
        return b""
    # A number that is written in binary has its lowest bit last.
    return int(ones[::-1].translate(_DIGITS), 2).to_bytes((count + 7) // 8, "little")


def unpack(bitmap: Sequence[int], count: int) -> List[bool]:
    """The flags of the first `count` bits."""
    flags = list(chain.from_iterable(map(_EIGHT.__getitem__, bitmap)))
    del flags[count:]
    return flags


def offsets(lengths: Iterable[int]) -> bytes:
    """0 and the sums of `lengths`, as 32-bit numbers."""
    try:
        return array("i", accumulate(chain((0,), lengths))).tobytes()
    except OverflowError:
        raise FrameError("the bytes of one column in one frame passed 2 GiB") from None


def shifted(numbers: "memoryview | bytes", distance: int) -> bytes:
    """32-bit numbers, each with `distance` added: in one addition of one long number.

    None of the sums may reach 2**31.
    """
    size = len(numbers)
    if not distance:
        return bytes(numbers)
    step = int.from_bytes(distance.to_bytes(4, "little") * (size // 4), "little")
    return (int.from_bytes(numbers, "little") + step).to_bytes(size, "little")


def checked(numbers: memoryview, limit: int, place: int) -> List[int]:
    """Offsets as a list; they must begin at 0 or later, never fall, and end within `limit`."""
    found: List[int] = numbers.cast("i").tolist()
    if found[0] < 0 or found[-1] > limit or found != sorted(found):
        raise FrameError("offsets fall or pass the end of what they refer to", place)
    return found
