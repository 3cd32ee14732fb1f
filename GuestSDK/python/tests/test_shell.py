"""The plugin in shell: it keeps the contract, and docs/process-plugins.md shows all of it."""

import json
import shutil
import subprocess
import unittest
from pathlib import Path

from host import PEER, SDK, Instance, Plugin

from patchbay import Field, Schema

PLUGIN = SDK.parents[1] / "Examples/shell-plugin/keep-errors"
SCHEMA = Schema([Field("level", str)])


class ShellTests(unittest.TestCase):
    def setUp(self):
        if shutil.which("jq") is None:
            self.skipTest("jq is not installed")

    def serve(self):
        plugin = Plugin(PLUGIN, "stdio", python="/bin/sh")
        self.addCleanup(plugin.end)
        return plugin

    def test_capabilities(self):
        ran = subprocess.run([PLUGIN, "capabilities"], capture_output=True, timeout=20)
        self.assertEqual((ran.returncode, ran.stderr), (0, b""))
        process = {"contract": 1, "transports": ["stdio"], "encodings": ["json"]}
        self.assertEqual(json.loads(ran.stdout)["process"], process)
        self.assertEqual(subprocess.run([PLUGIN], capture_output=True, timeout=20).returncode, 2)

    def test_it_filters(self):
        plugin = self.serve()
        connection = plugin.connect()
        health = connection.ask("/v1/health", method="GET")
        self.assertEqual((health.status, health.headers["patchbay-peer"]), (200, PEER))
        filter = Instance(connection, "filter", "keep-errors", schema=SCHEMA)
        self.assertEqual(filter.wanted, {"names": ["level"]})
        records = [{"level": "error"}, {"level": "info"}, {}, {"level": {"$base64": "/w=="}}]
        self.assertEqual(filter.json_lines("filter", records).lines, [True, False, False, False])
        self.assertEqual(filter.json_lines("filter").lines, [])
        many = [{"level": "error" if i % 3 else "x", "text": "ä" * 50} for i in range(10_000)]
        found = filter.json_lines("filter", many).lines
        self.assertEqual(found, [i % 3 != 0 for i in range(10_000)])
        self.assertEqual(filter.ask("filter", b"no JSON\n").error["code"], "input")
        self.assertEqual(filter.json_lines("filter", records).lines, [True, False, False, False])
        self.assertEqual(filter.ask("save").error["code"], "unsupported")
        self.assertEqual(connection.ask("/v1/shutdown").status, 200)
        self.assertEqual(plugin.wait(), 0)
        self.assertEqual(plugin.end(), "")

    def test_without_the_token_nothing_is_done(self):
        connection = self.serve().connect("other")
        self.assertEqual(connection.ask("/v1/shutdown").status, 401)
        self.assertEqual(connection.ask("/v1/health", method="GET").status, 200)

    def test_it_ends_with_its_host(self):
        plugin = self.serve()
        plugin.connect().ask("/v1/health", method="GET")
        plugin.process.stdin.close()
        self.assertEqual(plugin.wait(), 0)


class PageTests(unittest.TestCase):
    def test_the_page_shows_the_plugin(self):
        page = (SDK.parents[1] / "docs/process-plugins.md").read_text()
        self.assertIn(f"```sh\n{PLUGIN.read_text()}```\n", page)


if __name__ == "__main__":
    unittest.main()
