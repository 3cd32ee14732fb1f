"""How a plugin's program starts, is talked to, and ends."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import unittest
from pathlib import Path

from host import PEER, SDK, TOKEN, Instance, Plugin, make_frame

from patchbay import Field, Schema

PLUGINS = Path(__file__).parent / "plugins"
KEEP = PLUGINS / "keep_errors.py"
SCHEMA = Schema([Field("level", "word")])
DATA = make_frame(SCHEMA, 3, level=["error", "info", None])


class CommandTests(unittest.TestCase):
    def run_plugin(self, *words, path=KEEP, given=b""):
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SDK)}
        return subprocess.run(
            [sys.executable, str(path), *words], input=given, capture_output=True, env=environment, timeout=20
        )

    def test_capabilities(self):
        ran = self.run_plugin("capabilities")
        self.assertEqual((ran.returncode, ran.stderr), (0, b""))
        self.assertEqual(json.loads(ran.stdout), {
            "manifest": 1, "name": "keep-errors", "version": "1.0.0", "summary": "Keeps errors.",
            "capabilities": [{"type": "filter", "name": "keep-errors"}],
            "process": {"contract": 1, "transports": ["unix", "tcp", "stdio"], "encodings": ["frame", "json"]},
        })

    def test_capabilities_of_many(self):
        manifest = json.loads(self.run_plugin("capabilities", path=PLUGINS / "everything.py").stdout)
        self.assertIn({"type": "greeting", "name": "everything"}, manifest["capabilities"])
        self.assertIn({"type": "byte_source", "name": "bytes"}, manifest["capabilities"])
        self.assertEqual([o["name"] for o in manifest["options"]], ["least", "word"])
        self.assertEqual(manifest["options"][0]["value"], {"type": "integer", "minimum": 0})
        self.assertIn({"name": "number", "type": "int64"}, manifest["fields"])

    def test_other_words(self):
        for words in ((), ("help",), ("capability",)):
            ran = self.run_plugin(*words)
            self.assertEqual((ran.returncode, ran.stdout), (2, b""))
            self.assertIn(b"plugin of Patchbay", ran.stderr)

    def test_configurations_that_cannot_be_used(self):
        good = {"contract": 1, "type": "stdio", "idleTimeout": 0}
        for given in (b"", b"no JSON\n", b"[]\n", b"{}\n", b'{"type": "carrier pigeon"}\n',
                      json.dumps({**good, "contract": 2}).encode() + b"\n",
                      b'{"type": "tcp", "location": "0.0.0.0:1"}\n', b'{"type": "tcp", "location": "127.0.0.1:x"}\n',
                      b'{"type": "tcp", "location": "127.0.0.1:99999"}\n', b'{"type": "unix", "location": "/no/where"}\n',
                      b'{"type": "unix", "location": "' + b"x" * 200 + b'"}\n'):
            ran = self.run_plugin("server", given=given)
            self.assertEqual((ran.returncode, ran.stdout), (2, b""), given)
            self.assertEqual(len(ran.stderr.splitlines()), 1, ran.stderr)


class ServerTests(unittest.TestCase):
    def test_all_transports(self):
        for transport in ("unix", "tcp", "stdio"):
            with self.subTest(transport), Plugin(KEEP, transport) as plugin:
                connection = plugin.connect()
                health = connection.ask("/v1/health", method="GET")
                self.assertEqual((health.status, health.headers["patchbay-peer"]), (200, PEER))
                filter = Instance(connection, "filter", "keep-errors", schema=SCHEMA)
                for _ in range(3):
                    self.assertEqual(filter.frames("filter", DATA).keep, [True, False, False])
                self.assertEqual(connection.ask("/v1/shutdown").status, 200)
                self.assertEqual(plugin.wait(), 0)
                self.assertFalse(os.path.exists(plugin.location))

    def test_a_large_batch_over_all_transports(self):
        schema = Schema([Field("level", "word")])
        rows = 200_000
        data = make_frame(schema, rows, level=["error", "info"] * (rows // 2), value=[b"x" * 100] * rows)
        for transport in ("unix", "tcp", "stdio"):
            with self.subTest(transport), Plugin(PLUGINS / "everything.py", transport) as plugin:
                transform = Instance(plugin.connect(), "transform", "upper", schema=schema)
                answer = transform.frames("transform", data)
                self.assertEqual(answer.status, 200)
                (batch,) = answer.parts["records"]
                self.assertEqual(batch.rows, rows)
                self.assertEqual(batch.values("value")[rows - 1], b"X" * 100)

    def test_the_socket_is_its_users_alone(self):
        with Plugin(KEEP) as plugin:
            plugin.connect()
            self.assertEqual(stat.S_IMODE(os.stat(plugin.location).st_mode) & 0o077, 0)

    def test_without_the_token_nothing_is_done(self):
        for transport in ("unix", "tcp"):
            with Plugin(KEEP, transport) as plugin:
                for token in ("wrong", TOKEN[:-1], TOKEN + "x", "ä"):
                    stranger = plugin.connect(token)
                    self.assertEqual(stranger.ask("/v1/health", method="GET").status, 200)
                    answer = stranger.ask("/v1/shutdown")
                    self.assertEqual((answer.status, answer.error["code"]), (401, "denied"))
                    with self.assertRaises((EOFError, OSError)):
                        stranger.ask("/v1/shutdown")
                        stranger.answer()
                self.assertEqual(plugin.connect().ask("/v1/shutdown").status, 200)
                self.assertEqual(plugin.wait(), 0)

    def test_it_ends_with_its_host(self):
        for transport in ("unix", "tcp", "stdio"):
            with self.subTest(transport), Plugin(KEEP, transport) as plugin:
                plugin.connect().ask("/v1/health", method="GET")
                plugin.process.stdin.close()
                self.assertEqual(plugin.wait(5), 0)
                self.assertFalse(os.path.exists(plugin.location))

    def test_it_ends_with_a_signal(self):
        for transport in ("unix", "stdio"):
            with self.subTest(transport), Plugin(KEEP, transport) as plugin:
                plugin.connect().ask("/v1/health", method="GET")
                plugin.process.send_signal(signal.SIGTERM)
                self.assertEqual(plugin.wait(5), 0)
                self.assertFalse(os.path.exists(plugin.location))

    def test_it_ends_when_it_is_idle(self):
        for transport in ("unix", "tcp", "stdio"):
            with self.subTest(transport), Plugin(KEEP, transport, idle=300) as plugin:
                connection = plugin.connect()
                for _ in range(4):
                    connection.ask("/v1/health", method="GET")
                    time.sleep(0.15)
                self.assertIsNone(plugin.process.poll())
                last = time.monotonic()
                self.assertEqual(plugin.wait(5), 0)
                self.assertGreater(time.monotonic() - last, 0.1)
                self.assertFalse(os.path.exists(plugin.location))

    def test_logs_are_lines_of_their_stage(self):
        with Plugin(PLUGINS / "everything.py") as plugin:
            filter = Instance(plugin.connect(), "filter", "declared", schema=Schema([Field("level", str)]))
            filter.ask("start")
        lines = [json.loads(line) for line in plugin.error.splitlines()]
        self.assertEqual(lines, [
            {"level": "info", "message": "started", "least": 3, "stage": "test"},
            {"counter": "starts", "add": 1, "stage": "test"},
        ])

    def test_what_is_printed_comes_not_between_answers(self):
        with Plugin(PLUGINS / "everything.py", "stdio") as plugin:
            capability = Instance(plugin.connect(), "greeting", "everything")
            for _ in range(3):
                self.assertEqual(capability.ask("answer", Patchbay_Operation="print").status, 200)
        self.assertEqual(plugin.error, "printed\nwritten\n" * 3)

    def test_several_connections_at_a_time(self):
        with Plugin(KEEP) as plugin:
            filters = [Instance(plugin.connect(), "filter", "keep-errors", schema=SCHEMA) for _ in range(20)]
            self.assertEqual(len({filter.number for filter in filters}), 20)
            for _ in range(5):
                for filter in filters:
                    self.assertEqual(filter.frames("filter", DATA).keep, [True, False, False])

    def test_requests_in_pieces_and_in_a_row(self):
        with Plugin(KEEP) as plugin:
            connection = plugin.connect()
            request = b"GET /v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
            for place in range(len(request)):
                connection.send(request[place : place + 1])
            self.assertEqual(connection.answer().status, 200)
            connection.send(request * 3)
            for _ in range(3):
                self.assertEqual(connection.answer().status, 200)

    def test_bytes_that_are_no_requests(self):
        with Plugin(KEEP) as plugin:
            for data, status in (
                (b"nonsense\r\n\r\n", 400), (b"GET / HTTP/2.0\r\n\r\n", 505), (b"\x00" * 70000, 431),
                (b"POST /v1/create HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
                (b"POST /v1/create HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
                (b"POST /v1/create HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
                (b"POST /v1/create HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
                (b"POST /v1/create HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
                (b"POST /v1/create HTTP/1.1\r\n no header\r\n\r\n", 400),
                (f"POST /v1/create HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode(), 400),
                (f"POST /v1/create HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 2\r\n\r\n[]".encode(), 400),
                (f"GET /v1/create HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode(), 404),
            ):
                connection = plugin.connect()
                connection.send(data)
                self.assertEqual(connection.answer().status, status, data[:80])
                connection.close()
            self.assertEqual(plugin.connect().ask("/v1/health", method="GET").status, 200)

    def test_connections_that_break_off(self):
        with Plugin(KEEP) as plugin:
            filter = Instance(plugin.connect(), "filter", "keep-errors", schema=SCHEMA)
            head = f"POST /v1/filter HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 1000\r\n\r\n".encode()
            for data in (b"", b"P", head, head + b"x" * 500, head + b"x" * 1000):
                connection = plugin.connect()
                connection.send(data)
                connection.close()
            self.assertEqual(filter.frames("filter", DATA).keep, [True, False, False])

    def test_random_bytes_end_no_process(self):
        import random

        source = random.Random(11)
        head = f"POST /v1/filter HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\nPatchbay-Instance: 1\r\n"
        request = head.encode() + b"Content-Type: application/vnd.patchbay.frame\r\n"
        request += f"Content-Length: {len(DATA)}\r\n\r\n".encode() + DATA
        with Plugin(KEEP) as plugin:
            filter = Instance(plugin.connect(), "filter", "keep-errors", schema=SCHEMA)
            for _ in range(200):
                damaged = bytearray(request)
                for _ in range(source.randint(1, 5)):
                    damaged[source.randrange(len(damaged))] = source.randrange(256)
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(plugin.location)
                    connection.settimeout(10)
                    try:
                        connection.sendall(damaged)
                        connection.shutdown(socket.SHUT_WR)
                        while connection.recv(65536):
                            pass
                    except (BrokenPipeError, ConnectionResetError):
                        pass
            self.assertEqual(filter.frames("filter", DATA).keep, [True, False, False])
        self.assertNotIn("Traceback", plugin.error.replace('"traceback"', ""))


if __name__ == "__main__":
    unittest.main()
