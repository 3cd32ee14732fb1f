"""The bytes that a parser is given."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, List, Sequence, Tuple

class ParserInput:
    """Bytes to be parsed: `data`, and where they stand.

    A parser yields `(start, end, fields)` for each record; `start` and `end` are places in `data`. What is not consumed comes
    again with more behind it, unless `last` is set: then everything becomes a record or a region.
    """

    __slots__ = ("data", "position", "last", "discarded", "consumed", "regions", "still_discarding", "_line")

    def __init__(self, data: bytes, position: int = 0, last: bool = True, discarded: bool = False) -> None:
        self.data = data
        self.position = position
        self.last = last
        self.discarded = discarded
        self.consumed = 0
        self.regions: List[Tuple[int, int, str]] = []
        self.still_discarding = False
        self._line = -1

    def consume(self, end: int) -> None:
        """Says that the bytes before `end` are done with."""
        self.consumed = max(self.consumed, end)

    def skip(self, start: int, end: int, reason: str = "invalid") -> None:
        """Reports bytes that became no record: `damage`, `truncated`, `too_large`, `invalid`, `blank`, or a word of your own.

        The place of a line takes the end of the line with it.
        """
        if not reason.isascii() or not reason.replace("_", "").isalnum() or reason != reason.lower():
            raise ValueError(f"{reason!r} is no reason in snake_case")
        if end == self._line:
            # The end of a line goes with it.
            end = self.consumed
        if end > start:
            self.regions.append((self.position + start, end - start, reason))
        self.consume(end)

    def lines(self, end: bytes = b"\n") -> Iterator[Tuple[int, int]]:
        """The places of the lines that are there to their end; each is consumed with its end.

        The rest of a line whose beginning was too large is reported and passed over.
        """
        data, size, start = self.data, len(self.data), 0
        find = data.find
        if self.discarded:
            place = find(end)
            if place < 0:
                self.skip(0, size, "too_large")
                self.still_discarding = not self.last
                return
            start = place + len(end)
            self.skip(0, start, "too_large")
        while start < size:
            place = find(end, start)
            if place < 0:
                if self.last:
                    self.consumed = self._line = size
                    yield start, size
                return
            self._line, self.consumed = place, place + len(end)
            yield start, place
            start = place + len(end)

    def finish(self, items: Sequence[Tuple[Any, ...]], stopped: bool) -> None:
        """Consumes what became records; at the end of the input the rest is reported as cut off."""
        if items:
            self.consume(items[-1][1])
        size = len(self.data)
        if self.last and not stopped and self.consumed < size:
            self.skip(self.consumed, size, "truncated")
        if self.consumed > size:
            raise ValueError(f"the parser consumed {self.consumed} of {size} bytes")
