"""Runs the jobs and their peers in turn (A B C A B C ...), checks that they did the same work, prints tables.

Standard library alone. CPU time and peak memory are those of the program and the children it waited for. See docs/benchmarks.md for what is compared and why.
"""
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "Benchmarks/.build/release"
DATA = ROOT / "build/bench"


@dataclass
class Peer:
    """One program that does a job."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    missing: str = ""
    runs: list[tuple[float, float, int]] = field(default_factory=list)
    #: Runs in the first rounds only, when it takes a hundred times as long as the others.
    most_runs: int = 1000

    def run(self, output: str = os.devnull) -> tuple[float, float, int]:
        """Wall and CPU seconds, peak memory in bytes."""
        result = DATA / "measured"
        launch = [str(BUILD / "launch"), str(result), *self.command]
        with open(output, "wb") as target:
            status = subprocess.run(
                launch, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL, stdout=target,
                stderr=subprocess.DEVNULL, check=False).returncode
        if status != 0:
            sys.exit(f"bench: {self.name} ended with status {status}: {' '.join(self.command)}")
        wall, cpu, memory = result.read_text().split()
        return float(wall), float(cpu), int(memory)

    def median(self, column: int) -> float:
        return statistics.median(run[column] for run in self.runs)


@dataclass
class Job:
    """The same work for several peers. The first one is the one that the others are compared with."""

    title: str
    size: int
    records: int
    peers: list[Peer]
    note: str = ""

    @property
    def present(self) -> list[Peer]:
        return [peer for peer in self.peers if not peer.missing]

    def table(self) -> str:
        rows = [["", "wall s", "CPU s", "MB per second", "MB per CPU second", "peak MB", "CPU time, relative"]]
        base = self.peers[0]
        for peer in self.peers:
            if peer.missing:
                rows.append([peer.name, peer.missing, "", "", "", "", ""])
                continue
            wall, cpu, memory = (peer.median(column) for column in range(3))
            cpu = max(cpu, 1e-4)
            rows.append([
                peer.name, f"{wall:.2f}", f"{cpu:.2f}", f"{self.size / wall / 1e6:,.0f}",
                f"{self.size / cpu / 1e6:,.0f}", f"{memory / 1e6:.0f}", f"{cpu / max(base.median(1), 1e-4):.2f}",
            ])
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines.insert(1, "|---|" + "--:|" * (len(rows[0]) - 1))
        heading = f"### {self.title}\n\n{self.size / 1e6:,.0f} MB, {self.records:,} records."
        return "\n".join([heading + (" " + self.note if self.note else ""), "", *lines, ""])

    def line(self) -> str:
        """For jobs without input."""
        peer = self.peers[0]
        return f"{self.title}: {peer.name}, {peer.median(0) * 1000:.1f} ms, {peer.median(2) / 1e6:.0f} MB peak.\n"


def interleave(jobs: list[Job], rounds: int) -> None:
    for number in range(rounds):
        for job in jobs:
            for peer in job.present:
                if number >= peer.most_runs:
                    continue
                if sys.stderr.isatty():
                    print(f"\r\033[Kround {number + 1} of {rounds}: {job.title}: {peer.name}", end="", file=sys.stderr)
                peer.runs.append(peer.run())
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)


def save(path: Path, jobs: list[Job]) -> None:
    """All single measurements, for those who do not trust medians."""
    path.write_text(json.dumps([
        {"job": job.title, "bytes": job.size, "records": job.records,
         "peers": [{"name": peer.name, "runs": peer.runs} for peer in job.present]}
        for job in jobs
    ], indent=1))
