"""Lets a host of the Open Component Model (plugin contract v2) start a Patchbay plugin.

Such a host runs ``PLUGIN capabilities`` and ``PLUGIN --config JSON``, reads where the plugin listens from its standard
output, and asks over HTTP. What it asks reaches the plugin as a call of a capability: the operation is the path without
its first slash, the input is ``{"request": …, "credentials": …}``, the output is the answer's JSON.
"""

from __future__ import annotations

import base64
import binascii
import http.server
import json
import os
import shutil
import signal
import socket
import socketserver
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import PluginError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .plugin import Registry

__all__ = ["Answer", "Specification", "capabilities", "configuration_of", "serve", "start"]

Answer = Callable[[str, str, str, bytes], bytes]
"""Answers a call: capability type, name, operation, input, to output."""

_LISTS: dict[str, str] = {
    "componentVersionRepository": "supportedRepositorySpecTypes",
    "componentLister": "supportedRepositorySpecTypes",
    "credentialPlugin": "supportedCredentialPluginTypes",
    "credentialRepository": "supportedCredentialRepositorySpecTypes",
    "digestProcessorRepository": "supportedAccessTypes",
    "resourceRepository": "supportedAccessTypes",
    "inputRepository": "supportedInputTypes",
    "blobTransformer": "supportedTransformerSpecTypes",
    "signingHandler": "supportedSigningSpecTypes",
}

# Method, operation, where the typed specification stands in the request.
_Endpoint = tuple[str, str, tuple[str, ...]]
_IDENTITY: _Endpoint = ("POST", "identity", ("type",))
_ENDPOINTS: dict[str, list[_Endpoint]] = {
    "componentVersionRepository": [
        ("GET", "component-version/download", ("repository",)),
        ("GET", "component-versions", ("repository",)),
        ("POST", "component-version/upload", ("repository",)),
        ("GET", "local-resource/download", ("repository",)),
        ("POST", "local-resource/upload", ("repository",)),
        ("GET", "local-source/download", ("repository",)),
        ("POST", "local-source/upload", ("repository",)),
        ("POST", "component-version/check-health", ("repository",)),
        _IDENTITY,
    ],
    "componentLister": [("POST", "components/list", ("repository",)), _IDENTITY],
    "credentialPlugin": [("POST", "consumer-identity", ("credential",)), ("POST", "resolve", ())],
    "credentialRepository": [("POST", "consumer-identity", ("config",)), ("POST", "resolve", ("config",))],
    "digestProcessorRepository": [("POST", "resource/digest/process", ("resource", "access")), _IDENTITY],
    "resourceRepository": [
        ("POST", "resource/get", ("resource", "access")),
        ("POST", "resource/add", ("resource", "access")),
        _IDENTITY,
    ],
    "inputRepository": [
        ("POST", "resource/process", ("resource", "input")),
        ("POST", "source/process", ("source", "input")),
        _IDENTITY,
    ],
    "blobTransformer": [("POST", "blob/transform", ("specification",)), _IDENTITY],
    "signingHandler": [
        ("POST", "sign/identity", ("config",)),
        ("POST", "sign", ("config",)),
        ("POST", "verify/identity", ("config",)),
        ("POST", "verify", ("config",)),
    ],
}

_STATUS: dict[str, int] = {
    "configuration": 400, "schema": 400, "input": 400, "denied": 401, "unsupported": 404, "io": 502,
}
_BODY_LIMIT = 1 << 30


@dataclass(frozen=True)
class Specification:
    """One type of specifications that a capability knows."""

    capability: str
    """The capability type: ``componentVersionRepository``."""
    name: str
    """The type's name: ``DummyRepository/v1``."""
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})
    """The JSON Schema of such specifications. A host refuses every call for a type that has none."""


def capabilities(manifest: Mapping[str, Any], specifications: Sequence[Specification]) -> dict[str, Any]:
    """What the plugin prints for ``capabilities``, for both kinds of hosts: one entry for each capability type of OCM,
    with the list that its hosts read and the names that Patchbay reads. Either passes over the other's members."""
    entries: list[dict[str, Any]] = []
    merged: dict[str, dict[str, Any]] = {}
    for given in manifest.get("capabilities", []):
        kind = given["type"]
        if kind not in _LISTS:
            entries.append(given)
            continue
        if kind not in merged:
            # Two entries of a type would register the plugin twice, which ends its hosts' start.
            merged[kind] = {"type": kind, "names": [], _LISTS[kind]: []}
            entries.append(merged[kind])
        name = given["name"]
        schema: Mapping[str, Any] = {"type": "object"}
        for one in specifications:
            if (one.capability, one.name) == (kind, name):
                schema = one.schema
        merged[kind]["names"].append(name)
        text = json.dumps(schema, separators=(",", ":")).encode()
        merged[kind][_LISTS[kind]].append(
            {"type": name, "aliases": None, "jsonSchema": base64.b64encode(text).decode()}
        )
    return {**manifest, "capabilities": entries}


def configuration_of(arguments: Sequence[str]) -> dict[str, Any] | None:
    """The configuration that a host of OCM gave in the arguments (without the program's name); None when another kind of
    host started the program."""
    for index, argument in enumerate(arguments):
        text: str | None = None
        if argument in ("--config", "-config") and index + 1 < len(arguments):
            text = arguments[index + 1]
        elif argument.startswith(("--config=", "-config=")):
            text = argument.split("=", 1)[1]
        if text is not None:
            value = json.loads(text)
            if not isinstance(value, dict):
                raise ValueError("the configuration is no object")
            return value
    return None


def specifications_of(registry: Registry) -> list[Specification]:
    """What the decorators of a program say of OCM's capabilities."""
    found = []
    for entry in registry.manifest()["capabilities"]:
        if entry["type"] in _LISTS:
            definition = registry.find(entry["type"], entry["name"])
            schema = definition.schema if definition is not None else None
            found.append(Specification(entry["type"], entry["name"], schema or {"type": "object"}))
    return found


def start(registry: Registry, words: Sequence[str]) -> int:
    """Serves the capabilities of a program to a host of OCM, which gave its configuration in ``words``."""
    from .options import checked
    from .roles import CapabilityInstance

    try:
        configuration = configuration_of(words)
        specifications = specifications_of(registry)
        if configuration is None or not specifications:
            raise ValueError("there is no configuration" if specifications else "no capability is one of OCM's")
        options = checked(registry.manifest().get("options", []), {})
        instances: dict[tuple[str, str], tuple[CapabilityInstance, threading.Lock]] = {}
        for one in specifications:
            definition = registry.find(one.capability, one.name)
            if definition is not None:
                instance = CapabilityInstance(definition, options, "")
                instances[one.capability, one.name] = (instance, threading.Lock())
    except (PluginError, ValueError) as error:
        _log("ERROR", str(error))
        return 2

    def answer(kind: str, name: str, operation: str, data: bytes) -> bytes:
        instance, lock = instances[kind, name]
        with lock:
            result = instance.function(operation, data)
        if result is None:
            raise PluginError(f"there is no operation {operation!r}", "unsupported")
        return result.encode() if isinstance(result, str) else bytes(result)

    serve(configuration, specifications, answer)
    # The interpreter's own end would wait for threads that are in the middle of a call.
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)


def serve(configuration: Mapping[str, Any], specifications: Sequence[Specification], answer: Answer) -> None:
    """Says on standard output where it listens, and answers until it is told to stop (SIGINT, SIGTERM, ``/shutdown``),
    until it was idle for long enough, or until its host is gone. ``answer`` is called from several threads."""
    directory: str | None = None
    server: _Server
    if configuration.get("type", "unix") == "tcp":
        # A host of OCM listens for 'http://'; the SDK in Go prints an address without it, which no host finds.
        server = _Server(socket.AF_INET, ("127.0.0.1", 0), specifications, answer)
        location = f"http://127.0.0.1:{server.server_address[1]}"
    else:
        # A directory of its own: nobody else can listen there, and nothing is left from an earlier run.
        directory = tempfile.mkdtemp(prefix="patchbay-ocm-")
        path = os.path.join(directory, "socket")
        server = _Server(socket.AF_UNIX, path, specifications, answer)
        location = f"http+unix://{path}"
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: server.stop())
        idle = configuration.get("idleTimeout")
        nanoseconds = idle if isinstance(idle, int) and idle > 0 else 3_600_000_000_000
        threading.Thread(target=server.watch, args=(nanoseconds / 1e9, os.getppid()), daemon=True).start()
        print(location, flush=True)
        server.serve_forever(poll_interval=0.2)
    finally:
        server.server_close()
        if directory is not None:
            shutil.rmtree(directory, ignore_errors=True)


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, family: int, address: Any, specifications: Sequence[Specification], answer: Answer
    ) -> None:
        self.address_family = family
        self.specifications = list(specifications)
        self.answer = answer
        self.lock = threading.Lock()
        self.working = 0
        self.last_work = time.monotonic()
        super().__init__(address, _Handler)

    def stop(self) -> None:
        threading.Thread(target=self.shutdown, daemon=True).start()

    def watch(self, idle: float, parent: int) -> None:
        """Ends the server when nobody has asked for long enough, or when the host is gone without a word."""
        while True:
            time.sleep(min(1.0, max(0.02, idle / 4)))
            with self.lock:
                rests = self.working == 0 and time.monotonic() - self.last_work >= idle
            if rests or os.getppid() != parent:
                self.shutdown()
                return

    def handle_error(self, request: Any, client_address: Any) -> None:
        _log("WARN", "a connection broke off", error=str(sys.exc_info()[1]))

    def endpoint(self, method: str, path: str) -> tuple[str, tuple[str, ...]] | int:
        """The capability type and the place of the specification; 404 or 405 when there is none."""
        found = 404
        for kind in dict.fromkeys(one.capability for one in self.specifications):
            for wanted, operation, place in _ENDPOINTS[kind]:
                if operation == path:
                    if wanted == method:
                        return kind, place
                    found = 405
        return found

    def name(self, kind: str, request: Mapping[str, Any], place: Sequence[str]) -> str:
        """The name of the capability that is asked: the type of the specification, or the first name, since queries
        carry none."""
        value: Any = request
        for key in place:
            value = value.get(key) if isinstance(value, dict) else None
        asked = value.get("type") if isinstance(value, dict) else None
        own = [one for one in self.specifications if one.capability == kind]
        for one in own:
            if asked == one.name:
                return one.name
        return own[0].name


class _Refusal(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server
    ends = False

    def do_GET(self) -> None:
        self._handle()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

    def address_string(self) -> str:
        return "host"

    def log_message(self, format: str, *arguments: Any) -> None:
        _log("DEBUG", format % arguments)

    def _handle(self) -> None:
        with self.server.lock:
            self.server.working += 1
        try:
            status, body = self._answer()
        finally:
            with self.server.lock:
                self.server.working -= 1
                self.server.last_work = time.monotonic()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if status == 200 else "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
            # Not the end before the answer is on its way.
            self.wfile.flush()
        finally:
            # Also when the host has closed the connection by now.
            if self.ends:
                self.server.stop()

    def _answer(self) -> tuple[int, bytes]:
        try:
            address = urllib.parse.urlsplit(self.path)
            body = self._body()
            if address.path == "/healthz":
                return (200, b"") if self.command in ("GET", "HEAD") else (405, b"method not allowed\n")
            if address.path == "/shutdown":
                self.close_connection = self.ends = True
                return 200, b""
            return 200, self._call(address, body)
        except _Refusal as refusal:
            return refusal.status, f"{refusal}\n".encode()
        except Exception as error:  # the plugin's own: the host must get an answer, whatever it is
            status = _STATUS.get(str(getattr(error, "code", "")), 400 if isinstance(error, ValueError) else 500)
            _log("ERROR", "a call failed", path=self.path, error=str(error))
            return status, f"{error}\n".encode("utf-8", "replace")

    def _body(self) -> bytes:
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            return self._chunks()
        text = self.headers.get("Content-Length") or "0"
        if not text.isascii() or not text.isdigit() or int(text) > _BODY_LIMIT:
            self.close_connection = True
            raise _Refusal(413, "the body is too long")
        return self.rfile.read(int(text))

    def _chunks(self) -> bytes:
        pieces: list[bytes] = []
        total = 0
        while True:
            try:
                size = int(self.rfile.readline(4096).split(b";")[0].strip(), 16)
            except ValueError:
                size = -1
            total += max(size, 0)
            if size < 0 or total > _BODY_LIMIT:
                self.close_connection = True
                raise _Refusal(400, "the chunks of the body cannot be read")
            if size == 0:
                break
            pieces.append(self.rfile.read(size))
            self.rfile.readline(4096)
        while self.rfile.readline(4096).strip():
            pass
        return b"".join(pieces)

    def _call(self, address: urllib.parse.SplitResult, body: bytes) -> bytes:
        operation = address.path.lstrip("/")
        endpoint = self.server.endpoint(self.command, operation)
        if isinstance(endpoint, int):
            raise _Refusal(endpoint, "404 page not found" if endpoint == 404 else "method not allowed")
        kind, place = endpoint
        request = self._query(address.query) if self.command == "GET" else _json(body, "the body")
        if not isinstance(request, dict):
            raise _Refusal(400, "the body is no object")
        call: dict[str, Any] = {"request": request}
        credentials = self.headers.get("Authorization")
        if credentials:
            # Header bytes come as Latin-1; they are the UTF-8 of JSON.
            call["credentials"] = _json(credentials.encode("latin-1"), "the header 'Authorization'", 401)
        data = json.dumps(call, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return self.server.answer(kind, self.server.name(kind, request, place), operation, data)

    @staticmethod
    def _query(text: str) -> dict[str, Any]:
        request: dict[str, Any] = dict(urllib.parse.parse_qsl(text, keep_blank_values=True))
        if "identity" in request:
            try:
                request["identity"] = _json(base64.b64decode(request["identity"], validate=True), "the identity")
            except binascii.Error:
                raise _Refusal(400, "the identity is not in base64") from None
        return request


def _json(text: bytes, name: str, status: int = 400) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _Refusal(status, f"{name} is not valid JSON") from None


def _log(level: str, message: str, **fields: object) -> None:
    print(json.dumps({"level": level, "msg": message, **fields}), file=sys.stderr, flush=True)
