"""What goes wrong: one record, one call, or a frame."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional

CODES = frozenset(("configuration", "schema", "input", "output", "unsupported", "denied", "io", "internal"))


class RecordError(Exception):
    """Refuses one record: it goes to the dead letters with this message, and the others go on."""


class PluginError(Exception):
    """Refuses a whole call.

    `code` is one of `CODES`; a `retryable` error is tried again by the host, with growing pauses.
    """

    def __init__(
        self,
        message: str,
        code: str = "internal",
        retryable: bool = False,
        details: Optional[Dict[str, object]] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code if code in CODES else "internal"
        self.retryable = retryable
        self.details = details or {}


class FrameError(Exception):
    """Bytes that are no frame; `offset` is the byte of the frame where that shows, if it shows at one."""

    def __init__(self, message: str, offset: Optional[int] = None) -> None:
        super().__init__(message if offset is None else f"{message} (at byte {offset} of the frame)")
        self.offset = offset
