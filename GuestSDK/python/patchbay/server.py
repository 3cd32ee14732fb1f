"""Serves a plugin: sockets or standard input and output, a thread for each connection."""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock, start_new_thread
from time import monotonic

from .http import BadRequest, Connection, Descriptors
from .service import Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Tuple

    from .plugin import Registry

_MOST_CONNECTIONS = 512


class _Configuration:
    """The line that the host writes on standard input."""

    def __init__(self, line: bytes) -> None:
        import json

        tree = json.loads(line)
        self.kind: str = tree["type"]
        self.location: str = tree.get("location") or ""
        self.token: str = tree.get("token") or ""
        self.peer_token: str = tree.get("peerToken") or ""
        self.idle: float = (tree.get("idleTimeout") or 0) / 1000
        contract = tree.get("contract", 1)
        if contract != 1:
            raise ValueError(f"the host speaks version {contract} of the contract, this plugin version 1")
        if self.kind not in ("unix", "tcp", "stdio"):
            raise ValueError(f"the transport {self.kind!r} is none of unix, tcp, stdio")


def serve(registry: Registry) -> int:
    """Serves until the host says to stop or is gone; returns the exit code."""
    line, rest = _first_line()
    if not line:
        sys.stderr.write("standard input has no configuration: 'server' is started by a host\n")
        return 2
    try:
        configuration = _Configuration(line)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stderr.write(f"the configuration on standard input cannot be used: {error}\n")
        return 2
    server = _Server(configuration, registry)
    if configuration.kind == "stdio":
        return server.serve_descriptors(rest)
    return server.listen()


def _first_line() -> Tuple[bytes, bytes]:
    data = b""
    while b"\n" not in data and len(data) < 1 << 20:
        piece = os.read(0, 65536)
        if not piece:
            break
        data += piece
    line, _, rest = data.partition(b"\n")
    return line, rest


class _Server:
    """The connections of one process, and when it ends."""

    def __init__(self, configuration: _Configuration, registry: Registry) -> None:
        self.configuration = configuration
        self.service = Service(registry, configuration.token, configuration.peer_token)
        self.lock = allocate_lock()
        self.connections = 0
        self.active = 0
        self.last = monotonic()
        self.socket_path = ""

    # How it ends. Nothing is waited for: threads may be in the middle of a call.

    def end(self, code: int = 0) -> None:
        """Removes the socket and ends the process at once."""
        if self.socket_path:
            try:
                os.unlink(self.socket_path)
            except OSError:
                pass
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                pass
        os._exit(code)

    def _watch_signals(self) -> None:
        import signal

        signal.signal(signal.SIGTERM, lambda *_: self.end(0))
        signal.signal(signal.SIGINT, lambda *_: self.end(0))

    def _watch_host(self) -> None:
        """The end of standard input means that the host is gone."""
        try:
            while os.read(0, 4096):
                pass
        except OSError:
            pass
        self.end(0)

    # The ways to talk.

    def serve_descriptors(self, rest: bytes) -> int:
        """One connection: requests on standard input, answers on standard output."""
        output = os.dup(1)
        # What the plugin prints must not come between the answers.
        os.dup2(2, 1)
        self._watch_signals()
        self._line_buffered()
        stream = Descriptors(0, output, self.configuration.idle)
        self._serve(Connection(stream, rest))
        self.end(0)
        return 0

    def listen(self) -> int:
        """A socket, of which every connection is served by a thread of its own."""
        self._watch_signals()
        self._line_buffered()
        try:
            listener = self._listener()
        except (OSError, ValueError, OverflowError) as error:
            sys.stderr.write(f"the location {self.configuration.location!r} cannot be listened on: {error}\n")
            return 2
        start_new_thread(self._watch_host, ())
        self._accept(listener)
        return 0

    def _listener(self) -> Any:
        import socket

        location = self.configuration.location
        if self.configuration.kind == "unix":
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            before = os.umask(0o077)
            try:
                listener.bind(location)
            finally:
                os.umask(before)
            self.socket_path = location
        else:
            host, _, port = location.rpartition(":")
            if host not in ("127.0.0.1", "localhost"):
                raise ValueError("it is not on 127.0.0.1")
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", int(port)))
        listener.listen(128)
        return listener

    @staticmethod
    def _line_buffered() -> None:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(line_buffering=True)

    def _accept(self, listener: Any) -> None:
        idle = self.configuration.idle
        is_tcp = self.configuration.kind == "tcp"
        while True:
            if idle:
                listener.settimeout(max(0.01, self.last + idle - monotonic()))
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                self._end_if_idle()
                continue
            except OSError as error:
                # Python 3.9 has a class of its own for timeouts of sockets.
                if "timed out" in str(error):
                    self._end_if_idle()
                    continue
                if error.errno in (23, 24):
                    # No descriptors are left for now.
                    from time import sleep

                    sleep(0.05)
                    continue
                raise
            connection.settimeout(None)
            if self.connections >= _MOST_CONNECTIONS:
                connection.close()
                continue
            if is_tcp:
                connection.setsockopt(6, 1, 1)  # TCP_NODELAY
            with self.lock:
                self.connections += 1
            start_new_thread(self._serve_socket, (connection,))

    def _end_if_idle(self) -> None:
        if self.active:
            self.last = monotonic()
        elif monotonic() - self.last >= self.configuration.idle:
            self.end(0)

    def _serve_socket(self, connection: Any) -> None:
        try:
            self._serve(Connection(connection))
        except OSError:
            # The host has closed it: it no longer wants the answer.
            pass
        finally:
            with self.lock:
                self.connections -= 1
            connection.close()

    def _serve(self, connection: Connection) -> None:
        """Requests of one connection, one behind the other."""
        while True:
            try:
                request = connection.request()
            except TimeoutError:
                # Only standard input has a deadline of its own.
                return
            except BadRequest as error:
                connection.refuse(error.status, str(error))
                return
            if request is None:
                return
            with self.lock:
                self.active += 1
            try:
                keeps = self._answer(connection, request)
            finally:
                with self.lock:
                    self.active -= 1
                    self.last = monotonic()
            if not keeps:
                return

    def _answer(self, connection: Connection, request: Any) -> bool:
        if not self.service.may(request):
            connection.answer(401, {}, *self.service.unauthorized())
            return False
        try:
            connection.read_body(request)
        except BadRequest as error:
            connection.refuse(error.status, str(error))
            return False
        status, headers, content_type, pieces = self.service.answer(request)
        connection.answer(status, headers, content_type, pieces)
        if request.path == "/v1/shutdown" and status == 200:
            self.service.stop_all()
            self.end(0)
        keeps: bool = request.keeps
        return keeps
