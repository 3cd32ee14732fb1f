"""Single calls of WebAssembly plugins: filters, the same work by another host, starts, and what is counted."""
import json
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import wasm_inputs as inputs
from measuring import BUILD
from wasm_inputs import PLACE, warn

MEASURE = BUILD / "measure"
BATCHES = [1, 8, 64, 1000, 8000]


def table(heading: str, columns: list[str], rows: list[list[str]], note: str = "") -> str:
    lines = ["| " + " | ".join(row) + " |" for row in [columns, *rows]]
    lines.insert(1, "|---|" + "--:|" * (len(columns) - 1))
    return "\n".join([f"### {heading}", "", *([note, ""] if note else []), *lines, ""])


@dataclass
class Case:
    """A program that measures one thing and prints it as JSON, run once in each round."""

    command: list
    runs: list[dict] = field(default_factory=list)
    failure: str = ""
    #: Removed before each run.
    scratch: Path | None = None

    def run(self) -> None:
        if self.failure:
            return
        if self.scratch:
            shutil.rmtree(self.scratch, ignore_errors=True)
        done = subprocess.run([str(word) for word in self.command], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.failure = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[0][:100]
            warn(f"{' '.join(str(word) for word in self.command[1:4])}: {self.failure}")
            return
        self.runs.append(json.loads(done.stdout))

    def median(self, name: str) -> float | None:
        return statistics.median(run[name] for run in self.runs) if self.runs else None


def shown(value: float | None, form: str = ".1f", unit: str = "") -> str:
    return "failed" if value is None else format(value, form) + unit


def ratio(value: float | None, target: float) -> str:
    return "" if value is None else f"{value / target:.2f}"


def measure(command: str, module: str, *words) -> Case:
    return Case([MEASURE, command, PLACE / f"{module}.wasm", *words])


class Filters:
    """A filter that looks at one byte of each record."""

    kinds = {"C SDK": ("filter", "odd"), "without SDK": ("filter", "bare"), "plugin alone": ("direct", "odd"),
             "plugin alone, without SDK": ("direct", "bare")}

    def __init__(self, seconds: float) -> None:
        path = inputs.records(100)
        self.cases = {(kind, batch): measure(command, module, "odd", path, 100, batch, seconds)
                      for batch in BATCHES for kind, (command, module) in self.kinds.items()}

    def time(self, kind: str, batch: int) -> float | None:
        return self.cases[kind, batch].median("cpu_ns")

    def text(self) -> str:
        rows = []
        for batch in BATCHES:
            row = [f"{batch:,}"]
            for kind in self.kinds:
                time = self.time(kind, batch)
                row += [shown(time, ",.0f"), shown(time and time / batch)]
            rows.append(row)
        return table(
            "Filter on records of 100 bytes", ["records in a batch", *(
                f"{kind}, ns per {unit}" for kind in self.kinds for unit in ("call", "record"))], rows,
            "Time of the processor. *Plugin alone* is without the engine's side of a call: clock, statistics, checks.")


class Hosts:
    """The same work by Extism's library and by Patchbay."""

    #: Bytes of a record, records in a batch.
    sizes = {100: 1000, 1024: 1000, 65536: 16}
    names = {100: "100 B", 1024: "1 KB", 65536: "64 KB"}

    def __init__(self, seconds: float) -> None:
        self.library = inputs.extism()
        self.cases: dict[tuple, Case] = {}
        for work in ("vowels", "echo"):
            for size, batch in self.sizes.items():
                path = inputs.records(size)
                if self.library:
                    self.cases[work, size, "extism"] = Case([
                        BUILD / "extism", "time", self.library, PLACE / "extism.wasm", work, path, size, seconds])
                self.cases[work, size, "one"] = measure("work", "work", work, path, size, 1, seconds)
                self.cases[work, size, "batch"] = measure("work", "work", work, path, size, batch, seconds)
                self.cases[work, size, "built"] = measure("built", "work", work, path, size, batch, seconds)

    def check(self) -> str:
        """Both must give the same results."""
        if not self.library:
            return "Extism is not installed (Tools/setup-bench): not compared."
        for work in ("vowels", "echo"):
            for size, batch in self.sizes.items():
                path, ours, theirs = inputs.records(size), PLACE / "ours", PLACE / "theirs"
                module, other = PLACE / "work.wasm", PLACE / "extism.wasm"
                subprocess.run([MEASURE, "check", module, work, path, str(size), str(batch), ours], check=True)
                extism = [BUILD / "extism", "check", self.library, other, work, path, str(size), theirs]
                subprocess.run(extism, check=True)
                if ours.read_bytes() != theirs.read_bytes() or not ours.stat().st_size:
                    sys.exit(f"bench: {work} of records of {size} bytes: the hosts give different results")
        return "Extism and Patchbay give the same results of both jobs, for all sizes."

    def per_second(self, work: str, size: int, kind: str) -> float | None:
        case = self.cases.get((work, size, kind))
        time = case.median("cpu_ns") if case else None
        if time is None:
            return None
        return 1e9 * (self.sizes[size] if kind in ("batch", "built") else 1) / time

    def text(self) -> str:
        rows = []
        for work in ("vowels", "echo"):
            for size, batch in self.sizes.items():
                theirs = self.per_second(work, size, "extism")
                row = [f"{work}, {self.names[size]}", shown(theirs, ",.0f") if theirs else "not installed"]
                for kind in ("one", "batch", "built"):
                    ours = self.per_second(work, size, kind)
                    row += [shown(ours, ",.0f"), f"{ours / theirs:.1f}" if ours and theirs else ""]
                rows.append([*row, "50 in batches" if size == 100 else "over 1"])
        columns = ["records per second", "Extism", "one by one", "times", "in batches", "times",
                   "in batches made anew", "times", "target"]
        return table(
            "The same work by Extism's library", columns, rows,
            "By time of the processor of the calling thread. Batches of 1,000, at 64 KB of 16. *Made anew*: each batch "
            "is first put together of records that lie in memory.")


class Starts:
    """Start, replacement, threads, memory."""

    def __init__(self, seconds: float) -> None:
        cache = PLACE / "cache"
        self.start = measure("start", "large", cache, 20)
        self.start.scratch = cache
        self.replace = measure("replace", "fragile", "fragile", 500)
        words = ("odd", inputs.records(100), 100, 1000, seconds)
        self.one = measure("threads", "odd", *words, 1)
        self.two = measure("threads", "odd", *words, 2)
        self.memory = measure("memory", "odd", "odd", 200)
        self.cases = [self.start, self.replace, self.one, self.two, self.memory]

    def replacement(self) -> float | None:
        """Microseconds by which the call after a trap takes longer than others."""
        after, ordinary = self.replace.median("replacing_call_us"), self.replace.median("call_us")
        return None if after is None or ordinary is None else after - ordinary

    def speedup(self, measured: str = "records_per_second") -> float | None:
        """By time of the processor: what two processors would do if nothing else ran on them."""
        one, two = self.one.median(measured), self.two.median(measured)
        return two / one if one and two else None

    def text(self) -> str:
        size = (PLACE / "large.wasm").stat().st_size
        memory = self.memory.median("bytes_per_instance")
        first = shown(self.start.median("first_in_process_ms"), unit=" ms")
        trap = shown(self.replace.median("trapping_call_us"), unit=" µs")
        call = shown(self.replace.median("call_us"), ".2f", " µs")
        return "\n".join([
            f"- Module of the starts: {size:,} bytes. The first start in a process, with Wasmtime: {first}.",
            f"- The call that traps, with the making of its error: {trap}. The ordinary calls beside it: {call}.",
            f"- Memory of one more instance of a filter: {shown(memory and memory / 1024, '.0f', ' KB')}.",
        ]) + "\n"


def calling(program: Path, module: str, batch: int, calls: int) -> list[str]:
    words = [program, "calls", PLACE / f"{module}.wasm", "odd", inputs.records(100), 100, batch, calls]
    return [str(word) for word in words]


def counts() -> str:
    rows = []
    for module, name in (("odd", "C SDK"), ("bare", "without SDK")):
        for batch in (1, 1000):
            found = []
            calls = 2000
            for factor in (1, 2):
                output = PLACE / "counts"
                output.unlink(missing_ok=True)
                environment = {**os.environ, "LD_PRELOAD": str(BUILD / "libcounter.so"), "COUNTER_OUTPUT": str(output)}
                subprocess.run(calling(MEASURE, module, batch, calls * factor), env=environment, check=True,
                               stdout=subprocess.DEVNULL)
                found.append([int(word) for word in output.read_text().split()])
            requests, copied, large, _ = ((two - one) / calls for one, two in zip(*found))
            rows.append([f"{name}, {batch:,}", f"{requests:.2f}", f"{copied:,.0f}", f"{copied / batch / 100:.2f}",
                         f"{large:.2f}", instructions(module, batch)])
    return table("What a call of a filter asks for", [
        "records in a batch", "heap requests", "bytes copied", "per byte of the records", "copies of 4 KiB or more",
        "instructions"], rows, "Instructions are those of valgrind's callgrind, where it is installed.")


def instructions(module: str, batch: int) -> str:
    if not shutil.which("valgrind") or not shutil.which("strip"):
        return "valgrind is not installed"
    # Valgrind cannot read what Swift says for debuggers.
    program = PLACE / "measure"
    subprocess.run(["strip", "-g", "-o", program, MEASURE], check=True)
    # The processor that it shows to programs is another one: machine code is of no use to others.
    environment = {**os.environ, "PATCHBAY_WASMTIME": str(inputs.ROOT / "build/wasmtime/libwasmtime.so"),
                   "PATCHBAY_CACHE": str(PLACE / "valgrind")}
    calls = 40 if batch > 1 else 2000
    found = []
    # The first one may have to compile.
    for number in (1, calls, 2 * calls):
        tool = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--smc-check=all-non-file"]
        command = [*tool, *calling(program, module, batch, number)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return "failed"
        found += [int(line.split()[-1]) for line in done.stderr.splitlines() if "Collected" in line]
    return f"{(found[2] - found[1]) / calls:,.0f}" if len(found) == 3 else "failed"
