"""HTTP/1.1 as far as a host speaks it: requests with a length, one behind the other."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Sequence

_MOST_HEAD = 65536
_MOST_BODY = (1 << 31) - 1


class BadRequest(Exception):
    """Bytes that are no request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Request:
    """A request: method, path, headers with small letters, body."""

    __slots__ = ("method", "path", "headers", "length", "body", "keeps")

    def __init__(self, method: str, path: str, headers: Dict[str, str], length: int, keeps: bool) -> None:
        self.method = method
        self.path = path
        self.headers = headers
        self.length = length
        self.body = bytearray()
        self.keeps = keeps


class Descriptors:
    """Standard input and output, as a socket looks."""

    def __init__(self, input: int, output: int, idle: float) -> None:
        self._input = input
        self._output = output
        self._idle = idle

    def recv(self, size: int) -> bytes:
        if self._idle:
            from select import select

            if not select([self._input], [], [], self._idle)[0]:
                raise TimeoutError
        return os.read(self._input, size)

    def recv_into(self, view: memoryview) -> int:
        return os.readv(self._input, [view])

    def sendall(self, data: Any) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._output, view) :]


class Connection:
    """One connection of the host."""

    def __init__(self, stream: Any, rest: bytes = b"") -> None:
        self._stream = stream
        self._rest = rest

    def request(self) -> Optional[Request]:
        """The head of the next request; None at the end of the connection."""
        head = self._rest
        while True:
            end = head.find(b"\r\n\r\n")
            if end >= 0:
                break
            if len(head) > _MOST_HEAD:
                raise BadRequest(431, "the head of the request is too long")
            piece = self._stream.recv(8192)
            if not piece:
                return None
            head += piece
        self._rest = head[end + 4 :]
        return self._parsed(head[:end].lstrip(b"\r\n").decode("latin-1"))

    @staticmethod
    def _parsed(head: str) -> Request:
        first, *lines = head.split("\r\n")
        words = first.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/"):
            raise BadRequest(400, "the request has no request line")
        if words[2] not in ("HTTP/1.1", "HTTP/1.0"):
            raise BadRequest(505, f"{words[2]} is not HTTP/1.1")
        headers: Dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or not name or name != name.strip():
                raise BadRequest(400, "a line of the head is no header")
            name, value = name.lower(), value.strip()
            if name in headers:
                if name == "content-length":
                    raise BadRequest(400, "the request has two lengths")
                value = f"{headers[name]}, {value}"
            headers[name] = value
        if "transfer-encoding" in headers:
            raise BadRequest(501, "requests have a Content-Length")
        text = headers.get("content-length", "0")
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise BadRequest(400, "Content-Length is no number")
        length = int(text)
        if length > _MOST_BODY:
            raise BadRequest(413, "the request has 2 GiB or more")
        said = headers.get("connection", "").lower()
        keeps = said != "close" and (words[2] == "HTTP/1.1" or said == "keep-alive")
        return Request(words[0], words[1].partition("?")[0], headers, length, keeps)

    def read_body(self, request: Request) -> None:
        """Reads the request's body into memory of its own."""
        size, rest = request.length, self._rest
        if len(rest) >= size:
            request.body, self._rest = bytearray(rest[:size]), rest[size:]
            return
        try:
            body = bytearray(size)
        except MemoryError:
            raise BadRequest(413, f"there is no memory for {size} bytes") from None
        body[: len(rest)] = rest
        self._rest = b""
        place = len(rest)
        with memoryview(body) as view:
            while place < size:
                count = self._stream.recv_into(view[place:])
                if not count:
                    raise BadRequest(400, "the request is cut off")
                place += count
        request.body = body

    def answer(self, status: int, headers: Dict[str, str], content_type: str, pieces: Sequence[Any]) -> None:
        """Sends an answer."""
        size = 0
        for piece in pieces:
            size += piece.nbytes if isinstance(piece, memoryview) else len(piece)
        lines = [f"HTTP/1.1 {status} {'OK' if status == 200 else 'Error'}", f"Content-Length: {size}"]
        if content_type:
            lines.append(f"Content-Type: {content_type}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        if size <= 1 << 18:
            self._stream.sendall(b"".join((head, *pieces)))
            return
        small = [head]
        for piece in pieces:
            # Large buffers go out from where they lie.
            if len(piece) < 1 << 16:
                small.append(piece)
                continue
            self._stream.sendall(b"".join(small))
            small = []
            self._stream.sendall(piece)
        if small:
            self._stream.sendall(b"".join(small))

    def refuse(self, status: int, message: str) -> None:
        """Answers what is no request, as far as somebody listens."""
        from .writing import json_text

        error = {"code": "input", "message": message, "retryable": False, "details": {}}
        try:
            self.answer(status, {"Connection": "close"}, "application/json", [json_text({"error": error})])
        except OSError:
            pass
