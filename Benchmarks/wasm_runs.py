"""Whole runs of the program with WebAssembly plugins: a trace, a filter in a pipeline, the build of a template."""
import json
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import wasm_inputs as inputs
from measuring import Peer
from wasm_inputs import PATCHBAY, PLACE


@dataclass
class Trace:
    """The pipelines that read a trace to text, with more and more of it in modules."""

    path: Path
    peers: dict[str, Peer] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    #: What the CPU time may be by that of the native parser.
    targets = {"WASM parser": 1.15, "WASM source and parser": 1.20}
    columns = ["", "wall s", "CPU s", "MB per CPU second", "peak MB", "wall, by native", "CPU, by native", "target",
               "times as fast as one thread"]

    def __post_init__(self) -> None:
        self.add_all()

    def add(self, name: str, parser: str, source: str = "{uses: file, id: trace, with: %s}", threads: int = 1) -> None:
        file = PLACE / f"{len(self.peers)}-{self.path.name}.yaml"
        # JSON is YAML.
        source = source % json.dumps(str(self.path))
        file.write_text(f"sources: [{source}]\nprocessors: [{parser}]\nsinks: [stdout]\n")
        self.peers[name] = Peer(name, [PATCHBAY, "run", "--quiet", "--threads", str(threads), str(file)])

    def add_all(self) -> None:
        parser, source = inputs.shipped("parser", "dlt"), inputs.shipped("byte_source")
        self.add("native", "{uses: dlt, id: parse}")
        self.add("native, 2 threads", "{uses: dlt, id: parse}", threads=2)
        if not parser:
            self.missing.append("no module with parser/dlt in build/plugins: its rows are left out")
            return
        in_module = f"{{uses: {json.dumps(str(parser))}, id: parse%s}}"
        unlimited = ", limits: {time: 0}"
        self.add("WASM parser", in_module % "")
        self.add("WASM parser, no deadline", in_module % unlimited)
        self.add("WASM parser, 2 threads", in_module % "", threads=2)
        if not source:
            self.missing.append("no module with a byte_source in build/plugins: its rows are left out")
            return
        grants = json.dumps(f"read:{self.path}")
        path = "%s" if inputs.manifest(source).get("shorthand") else "{path: %s}"
        from_module = f"{{uses: {json.dumps(str(source))}, id: trace, with: {path}, grants: [{grants}]%s}}"
        self.add("WASM source and parser", in_module % "", from_module % ("%s", ""))
        self.add("WASM source and parser, no deadline", in_module % unlimited, from_module % ("%s", unlimited))
        self.add("WASM source and parser, 2 threads", in_module % "", from_module % ("%s", ""), threads=2)

    def check(self) -> str:
        """All must write the same bytes and keep the same account. Those that cannot run are left out."""
        expected = None
        for name, peer in list(self.peers.items()):
            command = [word for word in peer.command if word != "--quiet"] + ["--ledger=json"]
            done = subprocess.run(command, capture_output=True, check=False)
            if done.returncode != 0:
                self.missing.append(f"'{name}' is left out: {done.stderr.decode(errors='replace').strip()}")
                del self.peers[name]
                continue
            found = (done.stdout, plain(json.loads(done.stderr.splitlines()[-1])))
            expected = expected or found
            if found != expected or not done.stdout:
                sys.exit(f"bench: output or ledger of '{name}' differs from that of 'native'")
        return f"{len(self.peers)} pipelines read a trace to the same {len(expected[0]):,} bytes, with equal ledgers."

    def native(self, name: str) -> Peer:
        return self.peers["native, 2 threads" if name.endswith("2 threads") else "native"]

    def ratio(self, name: str) -> float:
        return self.peers[name].median(1) / self.native(name).median(1)

    def rows(self) -> list[list[str]]:
        rows = []
        for name, peer in self.peers.items():
            wall, cpu, memory = (peer.median(column) for column in range(3))
            one = self.peers[name.removesuffix(", 2 threads")]
            target = self.targets.get(name)
            speed = self.path.stat().st_size / cpu / 1e6
            rows.append([
                name, f"{wall:.3f}", f"{cpu:.3f}", f"{speed:,.0f}", f"{memory / 1e6:.0f}",
                f"{wall / self.native(name).median(0):.3f}", f"{self.ratio(name):.3f}",
                f"{target:.2f}" if target else "", "" if one is peer else f"{one.median(0) / wall:.2f}",
            ])
        return rows


def plain(account: dict | list):
    """A ledger without what differs between runs, and between a plugin and its module."""
    if isinstance(account, dict):
        return {key: plain(value) for key, value in account.items()
                if key not in ("seconds", "nanoseconds", "plugin", "metrics")}
    return [plain(entry) for entry in account] if isinstance(account, list) else account


class Pipeline:
    """What the filter adds to a pipeline that counts lines: with it less without it, many lines less a few, so that the
    start falls out."""

    def __init__(self, count: int) -> None:
        self.counts = (count // 10, count)
        self.peers = []
        module = json.dumps(str(PLACE / "odd.wasm"))
        for count in self.counts:
            file = json.dumps(str(inputs.lines(count)))
            for name, stages in (("without", "lines"), ("with", f"lines, {{uses: {module}}}")):
                path = PLACE / f"lines-{count}-{name}.yaml"
                path.write_text("settings: {batch_records: 1000}\n"
                                f"sources: [{{uses: file, with: {file}}}]\n"
                                f"processors: [{stages}]\nsinks: [\"null\"]\n")
                self.peers.append(Peer(f"{name} {count}", [PATCHBAY, "run", "--quiet", "--threads", "1", str(path)]))

    def time(self) -> float:
        """Nanoseconds per record: the median of what each round shows, for the machine is not the same in all."""
        few_lines, lines = self.counts
        rounds = zip(*([run[1] for run in peer.runs] for peer in self.peers))
        added = [(many - few) - (without - few_without) for few_without, few, without, many in rounds]
        return statistics.median(added) / (lines - few_lines) * 1e9


class Hello:
    """The filter that `plugin new` makes: how large its module is, how long its build takes."""

    columns = ["language", "bytes", "target", "by target", "built again s", "first build s", "target", "by target"]

    def __init__(self) -> None:
        self.peers: dict[str, tuple[Peer, Peer]] = {}
        self.missing: list[str] = []
        self.sizes: dict[str, int] = {}
        for language in ("swift", "c", "rust", "zig"):
            folder, cache = PLACE / f"hello-{language}", PLACE / f"sdk-{language}"
            shutil.rmtree(folder, ignore_errors=True)
            new = [PATCHBAY, "plugin", "new", "--role", "filter", "--language", language, str(folder)]
            build = [PATCHBAY, "plugin", "build", "--quiet", str(folder)]
            environment = {"XDG_CACHE_HOME": str(cache)}
            if problem := self.problem(new, {}) or self.problem(build, environment):
                self.missing.append(f"hello filter in {language}: {problem}")
                continue
            self.sizes[language] = next(folder.glob("*.wasm")).stat().st_size
            clean = f'rm -rf "{folder}/.build" "{folder}"/*.wasm'
            self.peers[language] = (
                Peer(f"{language}, first", ["sh", "-c", f'{clean} "{cache}"; exec "$0" "$@"', *build], environment),
                Peer(f"{language}, again", ["sh", "-c", f'{clean}; exec "$0" "$@"', *build], environment),
            )

    @staticmethod
    def problem(command: list[str], environment: dict[str, str]) -> str:
        done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
        lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        return lines[0].removeprefix("patchbay: error: ") if done.returncode else ""

    def rows(self) -> list[list[str]]:
        rows = []
        for language, (first, again) in self.peers.items():
            size = self.sizes[language]
            rows.append([language, f"{size:,}", "2,048", f"{size / 2048:.2f}", f"{again.median(0):.2f}",
                         f"{first.median(0):.2f}", "2", f"{first.median(0) / 2:.2f}"])
        return rows
