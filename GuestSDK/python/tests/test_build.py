"""Builds: one executable file that starts at once; the templates of `plugin new` do what their tests say."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from host import SDK, Instance, Plugin, make_frame

from patchbay import Field, Schema, frame

TEMPLATES = SDK.parent / "templates"
BUILD = SDK / "patchbay" / "build.py"
SCHEMA = Schema([Field("level", "json"), Field("rest", "json_map")], open=True)


def run_build(*words):
    return subprocess.run([sys.executable, str(BUILD), *map(str, words)], capture_output=True, text=True, timeout=60)


def yaml(text):
    """The little that the templates' plugin.yaml needs."""
    lines = [line for line in text.splitlines() if line.strip()]
    tree, key = {}, None
    for line in lines:
        if line.startswith("  - "):
            tree[key].append(flow(line[4:].strip())[0])
        elif line.endswith(":"):
            key = line[:-1]
            tree[key] = []
        else:
            name, _, value = line.partition(": ")
            tree[name] = flow(value)[0] if value[:1] in "[{" else scalar(value)
    return tree


def scalar(text):
    text = text.strip()
    return int(text) if text.isdigit() else {"true": True, "false": False}.get(text, text)


def flow(text):
    """A value in braces or brackets, and what stands behind it."""
    text = text.lstrip()
    if text[0] in "{[":
        close, result = {"{": ("}", {}), "[": ("]", [])}[text[0]]
        text = text[1:].lstrip()
        while text[0] != close:
            if close == "}":
                name, _, text = text.partition(":")
                result[name.strip()], text = flow(text)
            else:
                value, text = flow(text)
                result.append(value)
            text = text.lstrip().removeprefix(",").lstrip()
        return result, text[1:]
    match = re.match(r"[^,}\]]*", text)
    return scalar(match.group()), text[match.end():]


class BuildTests(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = Path(self.scratch.name)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def test_one_file_that_runs_anywhere(self):
        self.write("main.py", "from patchbay import filter, run\nfrom words import WORD\n"
                   "@filter('own', on='value')\ndef own(value):\n    if not value: raise ValueError('empty')\n"
                   "    return WORD in value\nrun()\n")
        self.write("words/__init__.py", "WORD = b'error'\n")
        self.write("tests/broken.py", "this is no Python\n")
        built = run_build(self.folder, "--output", self.folder / "own")
        self.assertEqual((built.returncode, built.stderr), (0, ""))
        path = self.folder / "own"
        self.assertTrue(os.access(path, os.X_OK))
        with tempfile.TemporaryDirectory() as elsewhere:
            ran = subprocess.run([str(path), "capabilities"], cwd=elsewhere, capture_output=True,
                                 env={"PATH": os.environ["PATH"]}, timeout=20)
            self.assertEqual(ran.stderr, b"")
            self.assertEqual(json.loads(ran.stdout)["name"], "own")
            self.assertEqual(os.listdir(elsewhere), [])
        with Plugin(path, flags=("-I",)) as plugin:
            filter = Instance(plugin.connect(), "filter", "own", schema=Schema())
            answer = filter.frames("filter", make_frame(Schema(), 3, value=[b"an error", b"fine", b""]))
            self.assertEqual(answer.keep, [True, False, False])
            self.assertEqual(answer.errors, [(2, "ValueError: empty (main.py:5)")])

    def test_equal_sources_give_equal_files(self):
        self.write("main.py", "from patchbay import filter, run\n@filter('own')\ndef own(r): return True\nrun()\n")
        first, second = self.folder / "first", self.folder / "second"
        self.assertEqual(run_build(self.folder, "--output", first).returncode, 0)
        os.utime(self.folder / "main.py", (1, 1))
        self.assertEqual(run_build(self.folder, "--output", second).returncode, 0)
        self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_what_is_no_plugin_is_not_written(self):
        for text, said in (
            ("", "prints no manifest"), ("from patchbay import run\nrun()\n", "has no plugin"),
            ("from patchbay import run\nraise OSError('odd')\n", "OSError: odd"), ("def f(:\n", "main.py:1: "),
            ("import nothing_of_that_name\n", "ModuleNotFoundError"),
        ):
            self.write("main.py", text)
            built = run_build(self.folder, "--output", self.folder / "own")
            self.assertEqual(built.returncode, 1, text)
            self.assertIn(said, built.stderr)
            self.assertNotIn("BuildError", built.stderr)
            self.assertEqual(sorted(os.listdir(self.folder)), ["main.py"])

    def test_a_manifest_that_names_what_is_not_there(self):
        self.write("main.py", "from patchbay import filter, run\n@filter('own')\ndef own(r): return True\nrun()\n")
        manifest = {"manifest": 1, "name": "own", "version": "1.0.0", "summary": "",
                    "capabilities": [{"type": "sink", "name": "own"}]}
        self.write("manifest.json", json.dumps(manifest))
        built = run_build(self.folder, "--manifest", self.folder / "manifest.json")
        self.assertEqual(built.returncode, 1)
        self.assertIn("sink/own, which the program has not", built.stderr)

    def test_folders_without_a_program(self):
        self.assertIn("has no main.py", run_build(self.folder).stderr)
        self.write("a.py", "")
        self.write("b.py", "")
        self.assertIn("has no main.py", run_build(self.folder).stderr)


class TemplateTests(unittest.TestCase):
    """Each template over the cases of the folder that all languages share."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def build(self, role):
        folder = Path(self.scratch.name) / role
        folder.mkdir()
        words = {"PluginName": "MyPlugin", "plugin-name": "my-plugin", "plugin_name": "my_plugin", "plugin-language": "python"}

        def replaced(text):
            for word, by in words.items():
                text = text.replace(word, by)
            return text

        for part in (f"common/{role}", "python/common", f"python/{role}"):
            for path in (TEMPLATES / part).iterdir():
                if path.is_file():
                    (folder / replaced(path.name)).write_text(replaced(path.read_text()))
        manifest = yaml((folder / "plugin.yaml").read_text())
        (folder / "manifest.json").write_text(json.dumps(manifest))
        built = run_build(folder, "--manifest", folder / "manifest.json")
        self.assertEqual(built.returncode, 0, built.stderr)
        self.case = TEMPLATES / "common" / role / "tests" / ("hello" if role == "capability" else "default")
        self.file = folder / "my-plugin.plugin"
        said = json.loads(subprocess.run([str(self.file), "capabilities"], capture_output=True, timeout=20).stdout)
        said.pop("process")
        self.assertEqual(said, manifest)
        return self.file

    def input(self):
        return self.case.joinpath("input.txt").read_bytes().splitlines()

    def lines(self):
        return [json.loads(line) for line in self.case.joinpath("expected.jsonl").read_text().splitlines()]

    def served(self, role, kind=None, **rest):
        plugin = Plugin(self.build(role))
        self.addCleanup(plugin.end)
        return Instance(plugin.connect(), kind or role.replace("-", "_"), "my-plugin", **rest)

    def test_all_roles_have_one(self):
        self.assertEqual(
            sorted(os.listdir(TEMPLATES / "python")), sorted([*os.listdir(TEMPLATES / "common"), "common"])
        )

    def test_filter(self):
        filter = self.served("filter", schema=SCHEMA)
        self.assertEqual(filter.wanted["names"], ["level"])
        records = [json.loads(line) for line in self.case.joinpath("input.jsonl").read_text().splitlines()]
        data = make_frame(SCHEMA, len(records), level=[record.get("level") for record in records])
        keep = filter.frames("filter", data).keep
        self.assertEqual([record for record, flag in zip(records, keep) if flag], self.lines())

    def test_transform(self):
        transform = self.served("transform", schema=Schema())
        rows = self.input()
        found = transform.frames("transform", make_frame(Schema(), len(rows), value=rows)).records
        self.assertEqual([{"length": r["length"]} for r in found], self.lines())
        self.assertEqual([r["value"] for r in found], rows)

    def test_parser(self):
        parser = self.served("parser")
        for case in ("default", "not-a-pair"):
            self.case = self.case.parent / case
            answer = parser.ask("parse", self.case.joinpath("input.txt").read_bytes(), Patchbay_Flags="last")
            self.assertEqual([{"name": r["name"], "text": r["text"]} for r in answer.records], self.lines())
            skipped = self.case / "skipped.jsonl"
            expected = [json.loads(line) for line in skipped.read_text().splitlines()] if skipped.exists() else []
            found = [dict(zip(("position", "length", "reason"), region)) for region in answer.regions]
            self.assertEqual(found, expected)

    def test_aggregate(self):
        aggregate = self.served("aggregate", schema=Schema())
        rows = self.input()
        aggregate.frames("accumulate", make_frame(Schema(), len(rows), value=rows))
        self.assertEqual(aggregate.ask("finish").records, self.lines())

    def test_validator(self):
        validator = self.served("validator", options={"limit": 12}, schema=Schema())
        rows = self.input()
        refused = {row for row, _ in validator.frames("validate", make_frame(Schema(), len(rows), value=rows)).errors}
        kept = [{"value": value.decode()} for row, value in enumerate(rows) if row not in refused]
        self.assertEqual(kept, self.lines())

    def test_sink(self):
        sink = self.served("sink", options={"path": "output.txt"}, schema=Schema())
        rows = self.input()
        sink.frames("write", make_frame(Schema(), len(rows), value=rows))
        self.assertEqual(sink.ask("flush").status, 200)
        folder = Path(os.readlink(f"/proc/{sink.connection.process_id}/cwd"))
        expected = self.case.joinpath("expected.output.txt").read_bytes()
        self.assertEqual((folder / "output.txt").read_bytes(), expected)

    def test_source(self):
        source = self.served("source")
        answer = source.ask("read-batch")
        self.assertEqual(answer.records, self.lines())
        self.assertEqual(answer.headers["patchbay-flags"], "end")

    def test_byte_source(self):
        source = self.served("byte-source", options={"path": str(TEMPLATES / "common/byte-source/tests/default/data.txt")})
        answer = source.ask("read-bytes", Patchbay_Limit=1 << 20)
        self.assertEqual(answer.body, self.case.joinpath("expected.txt").read_bytes())
        self.assertTrue(answer.headers["patchbay-part"].endswith("/data.txt"))
        self.assertEqual(source.ask("read-bytes").headers["patchbay-flags"], "end")

    def test_capability(self):
        capability = self.served("capability", "greeting")
        answer = capability.ask("answer", self.case.joinpath("input.txt").read_bytes(), Patchbay_Operation="hello")
        self.assertEqual(answer.body, self.case.joinpath("expected.txt").read_bytes())


if __name__ == "__main__":
    unittest.main()
