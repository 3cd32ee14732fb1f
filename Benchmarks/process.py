"""Plugins that are programs of their own: against native ones, against a pipe, against their targets.
`Benchmarks/run --only process`.

See docs/benchmarks.md for what is measured and how.
"""
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import wasm_inputs as inputs
from measuring import BUILD, DATA, ROOT, Peer
from wasm_calls import Case, ratio, shown, table
from wasm_inputs import PATCHBAY
from wasm_runs import plain

PLACE = DATA / "process"
START = ROOT / "Benchmarks/process_start.py"


def shipped(name: str) -> Path:
    """A plugin of this checkout in its process form."""
    path = ROOT / f"build/plugins/{name}.plugin"
    if not path.exists():
        sys.exit(f"bench: {path} is not there: run make build")
    return path


class Trace:
    """A trace to text, and filtered by level, by the parser in this program and in one of its own."""

    #: What stands behind the parser, and where the records go.
    jobs = {"text": ("", "stdout"), "level": (', {uses: where, with: "level <= \\"warn\\""}', "null")}

    def __init__(self, path: Path) -> None:
        self.path = path
        self.peers = {}
        for job, (stages, sink) in self.jobs.items():
            for form, parser in (("native", "dlt"), ("process", str(shipped("dlt")))):
                file = PLACE / f"{form}-{job}-{path.name}.yaml"
                file.write_text(f"sources: [{{uses: file, id: trace, with: {json.dumps(str(path))}}}]\n"
                                f"processors: [{{uses: {json.dumps(parser)}, id: parse}}{stages}]\nsinks: [\"{sink}\"]\n")
                command = [PATCHBAY, "run", "--quiet", "--threads", "1", str(file)]
                self.peers[form, job] = Peer(f"{form}, {job}", command)

    def check(self) -> str:
        size = 0
        for job in self.jobs:
            found = []
            for form in ("native", "process"):
                command = [word for word in self.peers[form, job].command if word != "--quiet"] + ["--ledger=json"]
                done = subprocess.run(command, capture_output=True, check=True)
                found.append((done.stdout, plain(json.loads(done.stderr.splitlines()[-1]))))
            if found[0] != found[1]:
                sys.exit(f"bench: output or ledger of the process form differs from native's ({job})")
            size = size or len(found[0][0])
        return f"Native and process form read a trace to the same {size:,} bytes, with equal ledgers."

    def ratio(self, job: str) -> float:
        """Throughput by that of the native parser."""
        pairs = zip(self.peers["native", job].runs, self.peers["process", job].runs)
        return statistics.median(native[0] / process[0] for native, process in pairs)

    def rows(self) -> list[list[str]]:
        size = self.path.stat().st_size / 1e6
        rows = []
        for (form, job), peer in self.peers.items():
            wall, cpu, memory = (peer.median(column) for column in range(3))
            rows.append([f"{form}, {job}", f"{wall:.3f}", f"{cpu:.3f}", f"{size / wall:,.0f}", f"{memory / 1e6:.0f}",
                         "" if form == "native" else f"{self.ratio(job):.2f}"])
        return rows


class Python:
    """A filter in Python on lines of 100 bytes: batches over the socket, and one JSON line per record through a pipe."""

    def __init__(self, count: int) -> None:
        self.count = count
        source = PLACE / "starts-with-a.plugin"
        subprocess.run([PATCHBAY, "plugin", "build", "--quiet", "--form", "process",
                        ROOT / "Benchmarks/guests/python", "-o", source], check=True)
        lines = inputs.lines(count)
        self.pipelines = {}
        for name, stages in (("without", "lines"), ("with", f"lines, {{uses: {json.dumps(str(source))}}}")):
            path = PLACE / f"python-{count}-{name}.yaml"
            path.write_text(f"sources: [{{uses: file, with: {json.dumps(str(lines))}}}]\n"
                            f"processors: [{stages}]\nsinks: [\"null\"]\n")
            self.pipelines[name] = path
        run = [PATCHBAY, "run", "--quiet", "--threads", "1"]
        script = ROOT / "Benchmarks/peers/lines_python.py"
        pipe = f'"{PATCHBAY}" cat --quiet --parser lines --to json --select value "{lines}" | python3 "{script}"'
        self.peers = {
            "batches": Peer("process plugin", [*run, str(self.pipelines["with"])]),
            "without": Peer("without the filter", [*run, str(self.pipelines["without"])]),
            "pipe": Peer("JSON lines through a pipe", ["bash", "-o", "pipefail", "-c", pipe]),
        }
        self.pipe = pipe

    def check(self) -> str:
        done = subprocess.run([PATCHBAY, "run", "--ledger=json", str(self.pipelines["with"])], capture_output=True,
                              check=True)
        ledger = json.loads(done.stderr.splitlines()[-1])
        other = subprocess.run(["bash", "-o", "pipefail", "-c", self.pipe], capture_output=True, check=True)
        kept = int(other.stderr)
        if f'"records_out":{kept}' not in json.dumps(ledger, separators=(",", ":")).replace('"out":', '"records_out":'):
            sys.exit(f"bench: the pipe keeps {kept} records, the plugin others: {ledger}")
        return f"The filter in Python and the one behind a pipe keep the same {kept:,} of {self.count:,} records."

    def per_second(self, name: str) -> float:
        return self.count / self.peers[name].median(0)


class Listing:
    """200 plugins in a directory: how long a list of them takes, once their manifests are known."""

    def __init__(self) -> None:
        self.folder = PLACE / "many"
        self.folder.mkdir(exist_ok=True)
        self.marks = PLACE / "executed"
        for number in range(200):
            manifest = {"manifest": 1, "name": f"many-{number}", "version": "1.0.0", "summary": "One of many.",
                        "capabilities": [{"type": "filter", "name": f"many-{number}"}], "options": [],
                        "permissions": [], "process": {"contract": 1, "transports": ["unix"], "encodings": ["json"]}}
            path = self.folder / f"many-{number}"
            path.write_text(f"#!/bin/sh\necho {number} >>'{self.marks}'\ncat <<'E'\n{json.dumps(manifest)}\nE\n")
            path.chmod(0o755)
        command = [PATCHBAY, "plugin", "list", "--plugin-dir", str(self.folder)]
        environment = {"XDG_CACHE_HOME": str(PLACE / "cache")}
        self.peer = Peer("patchbay plugin list", command, environment)
        subprocess.run([*command, "--examine"], env={**os.environ, **environment}, capture_output=True, check=True)
        self.marks.write_text("")

    def check(self) -> str:
        shown = subprocess.run(self.peer.command, env={**os.environ, **self.peer.environment}, capture_output=True,
                               text=True, check=True).stdout
        if any(f"many-{number}" not in shown for number in range(200)) or self.marks.read_text():
            sys.exit("bench: the list does not show all plugins, or ran some")
        return "The list shows 200 plugins and runs none."


def run(trace: Path, small_trace: Path, rounds: int, is_small: bool) -> None:
    """Measures in turn and prints the section."""
    PLACE.mkdir(parents=True, exist_ok=True)
    inputs.PLACE.mkdir(parents=True, exist_ok=True)
    traces, python, listing = Trace(trace), Python(100_000 if is_small else 2_000_000), Listing()
    notes = [Trace(small_trace).check(), python.check(), listing.check()]
    seconds = 0.1 if is_small else 1
    socket = Case([BUILD / "measure", "socket", 4096, seconds])
    swift = Case([sys.executable, START, shipped("json-filter"), 20])
    other = Case([sys.executable, START, PLACE / "starts-with-a.plugin", 10])
    for number in range(rounds):
        print(f"bench: processes, round {number + 1} of {rounds}", file=sys.stderr)
        for peer in [*traces.peers.values(), *python.peers.values(), listing.peer]:
            peer.runs.append(peer.run())
        for case in (socket, swift, other):
            case.run()
    rows = []

    def add(what: str, value: float | None, target: float, unit: str, form: str = ".2f", least: bool = False) -> None:
        rows.append([what, f"{target:g}{unit} or {'more' if least else 'less'}", shown(value, form, unit),
                     ratio(value, target)])

    add("DLT to text, throughput by native's", traces.ratio("text"), 0.7, "", least=True)
    for name, key in (("to the plugin", "to_plugin_gb_per_s"), ("from the plugin", "from_plugin_gb_per_s"),
                      ("there and back", "both_gb_per_s")):
        add(f"frames over a socket, {name}", socket.median(key), 1, " GB/s", least=True)
    add("filter in Python, records of 100 bytes", python.per_second("batches") / 1e6, 1, " M/s", least=True)
    add("the same by JSON lines through a pipe", python.per_second("batches") / python.per_second("pipe"), 5, " times",
        least=True)
    add("start of a Swift plugin to its first answer", swift.median("first_ms"), 15, " ms", ".1f")
    add("start of a Python plugin to its first answer", other.median("first_ms"), 120, " ms", ".1f")
    add("list of 200 plugins", listing.peer.median(0) * 1000, 50, " ms", ".1f")
    print("## Plugins in processes\n")
    print(table("Processes against their targets", ["measure", "target", "measured", "by target"], rows))
    print(table(f"DLT, {trace.stat().st_size / 1e6:,.0f} MB, one thread of the host",
                ["", "wall s", "CPU s", "MB per second", "peak MB", "throughput by native's"], traces.rows()))
    print(table(f"Filter in Python, {python.count:,} lines of 100 bytes", ["", "wall s", "CPU s", "records per second"],
                [[peer.name, f"{peer.median(0):.2f}", f"{peer.median(1):.2f}", f"{python.count / peer.median(0):,.0f}"]
                 for peer in python.peers.values()]))
    print("Checked before measuring:\n")
    print("\n".join(f"- {note}" for note in notes))
