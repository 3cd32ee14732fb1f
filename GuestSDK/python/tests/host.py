"""A host for tests: starts a plugin, talks to it as the contract says, and checks what it answers."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SDK = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SDK))

from patchbay import frame, writing  # noqa: E402
from patchbay.schema import Schema  # noqa: E402

TOKEN, PEER = "6c1f" * 8, "90ab" * 8
FRAMES, LINES = "application/vnd.patchbay.frame", "application/x-ndjson"


def make_frame(schema, rows, **columns):
    """A frame with these values; columns that are left out are not carried."""
    written = [writing.buffers(f, columns[name], whole=True) if name in columns else [] for name, f in schema.columns]
    return b"".join(bytes(piece) for piece in frame.write(schema, rows, written))


class Answer:
    def __init__(self, status, headers, body, request):
        self.status, self.headers, self.body, self.request = status, headers, body, request

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        assert self.status >= 400, self
        return self.json["error"]

    @property
    def lines(self):
        return [json.loads(line) for line in self.body.splitlines()]

    @property
    def parts(self):
        """The batches by their kind."""
        names = self.headers.get("patchbay-parts", "").replace(",", " ").split()
        found = list(frame.read_all(self.body, memoryview(self.request)))
        assert len(names) == len(found), (names, found)
        parts = {}
        for name, batch in zip(names, found):
            parts.setdefault(name, []).append(batch)
        return parts

    @property
    def records(self):
        return [dict(r) for batch in self.parts.get("records", ()) for r in batch.records()]

    @property
    def keep(self):
        (batch,) = self.parts["selection"]
        return batch.values("keep")

    @property
    def errors(self):
        return [(r["row"], r["message"]) for b in self.parts.get("errors", ()) for r in b.records()]

    @property
    def regions(self):
        return [(r["position"], r["length"], r["reason"]) for b in self.parts.get("regions", ()) for r in b.records()]

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:500]!r}"


class Connection:
    """One connection; `send` and `receive` are those of a socket or of pipes."""

    def __init__(self, send, receive, close, token=TOKEN):
        self.send, self.receive, self.close, self.token = send, receive, close, token
        self.rest = b""
        self.process_id = 0

    def ask(self, path, body=b"", method="POST", **headers):
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: plugin", f"Content-Length: {len(body)}"]
        if self.token and path != "/v1/health":
            lines.append(f"Authorization: Bearer {self.token}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        return self.answer(body)

    def answer(self, request=b""):
        while b"\r\n\r\n" not in self.rest:
            piece = self.receive(65536)
            if not piece:
                raise EOFError(self.rest)
            self.rest += piece
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        size = int(headers["content-length"])
        while len(self.rest) < size:
            piece = self.receive(1 << 20)
            if not piece:
                raise EOFError(len(self.rest))
            self.rest += piece
        body, self.rest = self.rest[:size], self.rest[size:]
        return Answer(int(first.split(" ")[1]), headers, body, request)


class Instance:
    """An instance, bound to a schema."""

    def __init__(self, connection, kind, name, options=None, schema=None, request=None, lines=False):
        self.connection, self.lines = connection, lines
        capability = {"type": kind, "name": name}
        self.created = connection.ask("/v1/create", {"capability": capability, "options": options or {}, "stage": "test"})
        assert self.created.status == 200, self.created
        self.number = self.created.json["instance"]
        if kind not in ("byte_source", "capability"):
            tree = {"input": schema.json() if schema else None, "request": request}
            self.bound = self.ask("bind", tree)
            assert self.bound.status == 200, self.bound
            output = self.bound.json["output"]
            self.output = Schema.of_json(output) if output else None
            self.wanted = self.bound.json["wanted"]

    def ask(self, operation, body=b"", **headers):
        return self.connection.ask(f"/v1/{operation}", body, Patchbay_Instance=self.number, **headers)

    def frames(self, operation, body, **headers):
        return self.ask(operation, body, Content_Type=FRAMES, **headers)

    def json_lines(self, operation, records=(), **headers):
        body = b"".join(json.dumps(record).encode() + b"\n" for record in records)
        return self.ask(operation, body, Content_Type=LINES, **headers)


class Plugin:
    """A running plugin."""

    def __init__(self, path, transport="unix", python=sys.executable, idle=0, token=TOKEN, flags=()):
        self.folder = tempfile.TemporaryDirectory(prefix="patchbay-")
        self.transport, self.token = transport, token
        self.sockets = []
        if transport == "tcp":
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.location = "127.0.0.1:%d" % probe.getsockname()[1]
        else:
            self.location = f"{self.folder.name}/s"
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SDK)}
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [python, *flags, str(path), "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, cwd=self.folder.name, env=environment,
        )
        configuration = {
            "contract": 1, "id": "test-1", "type": transport, "location": "" if transport == "stdio" else self.location,
            "idleTimeout": idle, "token": token, "peerToken": PEER, "host": "test",
        }
        self.process.stdin.write(json.dumps(configuration).encode() + b"\n")
        self.process.stdin.flush()

    def connect(self, token=None, wait=10.0):
        token = self.token if token is None else token
        if self.transport == "stdio":
            stdin, stdout = self.process.stdin, self.process.stdout

            def send(data):
                stdin.write(data)
                stdin.flush()

            return Connection(send, stdout.raw.read, stdin.close, token)
        end = time.monotonic() + wait
        while True:
            if self.transport == "tcp":
                host, _, port = self.location.partition(":")
                connection, place = socket.socket(), (host, int(port))
            else:
                connection, place = socket.socket(socket.AF_UNIX), self.location
            try:
                connection.connect(place)
                break
            except OSError:
                connection.close()
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.001)
        connection.settimeout(20)
        self.sockets.append(connection)
        made = Connection(connection.sendall, connection.recv, connection.close, token)
        made.process_id = self.process.pid
        return made

    def wait(self, seconds=10.0):
        return self.process.wait(seconds)

    def end(self):
        """Ends it; returns what it wrote on standard error."""
        if self.process.stderr.closed:
            return self.said
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for connection in self.sockets:
            connection.close()
        self.said = self.process.stderr.read().decode()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except OSError:
                pass
        self.folder.cleanup()
        return self.said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.error = self.end()
