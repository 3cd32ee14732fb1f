"""The jobs of the benchmarks and their peers; `Benchmarks/run` starts it. Standard library alone.

See docs/benchmarks.md for what is compared, how, and what the numbers do not say.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import process
import wasm
from measuring import BUILD, DATA, ROOT, Job, Peer, interleave, save

HERE = ROOT / "Benchmarks"
PYTHON = DATA / "python/bin/python3"
PATCHBAY = os.environ["PATCHBAY"]
#: Recorded traces without the argument types that `dlt-convert` is known to print wrong.
SEEDS = ["multi_process", "multi_process_long", "stress_ctx", "test_user", "example_user"]
FULL = {"messages": 1_917_072, "bytes": 400_000_000, "lines": 1_000_000}
SMALL = {"messages": 20_000, "bytes": 4_200_000, "lines": 10_000}


def missing(program: str) -> str:
    return "" if shutil.which(program) else "not installed"


def generate(name: str, *arguments: str) -> Path:
    path = DATA / name
    if not path.exists():
        print(f"bench: making {name}", file=sys.stderr)
        draft = path.with_suffix(".draft")
        subprocess.run([BUILD / "generate", name.split("-")[0], draft, *arguments], check=True, stdout=subprocess.DEVNULL)
        draft.rename(path)
    return path


def pipeline(name: str, threads: int = 1) -> list[str]:
    return [PATCHBAY, "run", "--quiet", "--threads", str(threads), str(HERE / f"peers/{name}.yaml")]


def text_job(trace: Path, count: int) -> Job:
    # The viewer writes an index beside its input and is much faster when it finds one: it gets a copy of its own, and
    # the index is removed before each run.
    viewer = DATA / "viewer"
    shutil.rmtree(viewer, ignore_errors=True)
    viewer.mkdir(parents=True)
    copy = viewer / "trace.dlt"
    os.link(trace, copy)
    script = f'rm -rf "{viewer}/index" "{viewer}/cache"; exec dlt-viewer -s -u -c "{copy}" "{viewer}/out.txt"'
    quiet = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(viewer), "XDG_CACHE_HOME": str(viewer / "cache")}
    return Job("DLT to text", trace.stat().st_size, count, [
        Peer("patchbay, 1 thread", [PATCHBAY, "cat", "--quiet", "--threads", "1", str(trace)]),
        Peer("bare C loop (the floor)", [str(BUILD / "floor"), str(trace)]),
        Peer("dlt-convert -a", ["dlt-convert", "-a", str(trace)], missing=missing("dlt-convert"), most_runs=3),
        Peer("dlt-viewer -u -c", ["sh", "-c", script], quiet, missing=missing("dlt-viewer"), most_runs=1),
        Peer("patchbay, 2 threads", [PATCHBAY, "cat", "--quiet", "--threads", "2", str(trace)]),
    ], "All write to /dev/null but dlt-viewer, which wants a file.")


def count_job(trace: Path, count: int) -> Job:
    environment = {"BENCH_INPUT": str(trace)}
    return Job("DLT: filter on level and application, count by context", trace.stat().st_size, count, [
        Peer("patchbay, 1 thread", pipeline("count"), environment),
        Peer("patchbay, 2 threads", pipeline("count", 2), environment),
    ])


def errors_job(lines: Path, count: int) -> Job:
    path = str(lines)
    bytewax = "" if (DATA / "python/lib").is_dir() else "not installed"
    return Job("JSON: keep errors, drop a field, add a field", lines.stat().st_size, count, [
        Peer("patchbay, 1 thread", pipeline("errors"), {"BENCH_INPUT": path}),
        Peer("CPython", [sys.executable, str(HERE / "peers/errors_python.py"), path]),
        Peer("jq", ["jq", "-c", "-f", str(HERE / "peers/errors.jq"), path], missing=missing("jq")),
        Peer("bytewax", [str(PYTHON), str(HERE / "peers/errors_bytewax.py"), path], missing=bytewax),
        Peer("miller", ["mlr", "--ijsonl", "--ojsonl", "filter", '$level == "ERROR"', "then", "cut", "-x", "-f", "host",
                        "then", "put", '$env = "prod"', path], missing=missing("mlr")),
        Peer("patchbay, 2 threads", pipeline("errors", 2), {"BENCH_INPUT": path}),
    ], "jq, CPython and bytewax run one thread, miller several.")


def start_job() -> Job:
    return Job("Start-up", 0, 0, [Peer("patchbay version", [PATCHBAY, "version"])])


# Checks


def outputs(job: Job) -> dict[str, bytes]:
    found = {}
    for peer in job.present:
        path = DATA / "output"
        peer.run(str(path))
        written = path.read_bytes()
        viewer = DATA / "viewer/out.txt"
        found[peer.name] = viewer.read_bytes() if peer.name.startswith("dlt-viewer") else written
    return found


def check_text(job: Job) -> list[str]:
    found = {name: text.splitlines() for name, text in outputs(job).items()}
    expected = found[job.peers[0].name]
    notes = []
    for name, lines in found.items():
        if name.startswith("dlt-viewer"):
            # Another layout, and newlines in texts stay: the messages are counted by their numbers.
            count = 0
            for line in lines:
                count += line.startswith(b"%d " % count)
            if count != len(expected):
                sys.exit(f"bench: {name} wrote {count} messages and not {len(expected)}")
            continue
        if lines != expected:
            number = sum(one != other for one, other in zip(lines, expected)) + abs(len(lines) - len(expected))
            sys.exit(f"bench: {name} wrote {number} of {len(expected)} lines differently")
    notes.append(f"{job.title}: {len(expected)} equal lines from {', '.join(found)}.")
    return notes


def check_values(job: Job) -> list[str]:
    found = {name: sorted(json.dumps(json.loads(line), sort_keys=True) for line in text.splitlines())
             for name, text in outputs(job).items()}
    expected = found[job.peers[0].name]
    for name, values in found.items():
        if values != expected or not values:
            sys.exit(f"bench: the output of {name} differs from that of {job.peers[0].name}")
    return [f"{job.title}: {len(expected)} equal JSON values from {', '.join(found)}."]


# Counts


def counted(command: list[str], environment: dict[str, str]) -> list[int]:
    output = DATA / "counts"
    output.unlink(missing_ok=True)
    preload = ["env", f"LD_PRELOAD={BUILD / 'libcounter.so'}", f"COUNTER_OUTPUT={output}"]
    Peer("counter", preload + command, environment).run()
    return [int(number) for number in output.read_text().split()]


def count_memory(name: str, command, kind: str, sizes: dict[str, int]) -> str:
    """Requests per record: those of 2N records less those of N records, by N. What the start costs falls out."""
    results = []
    number = sizes["messages" if kind == "dlt" else "lines"] // 4
    size = 0
    for factor in (1, 2):
        records = number * factor
        if kind == "dlt":
            path = generate(f"dlt-{records}", str(records), str(sizes["bytes"] // 4 * factor), *seeds())
        else:
            path = generate(f"json-{records}", str(records))
        results.append(counted(*command(path)))
        size = path.stat().st_size - size
    requests, copied, large, large_bytes = (two - one for one, two in zip(*results))
    chunks = size / (256 * 1024)
    return (f"| {name} | {requests / number:.4f} | {requests / chunks:.1f} | {copied / size:.2f} | "
            f"{large / chunks:.2f} | {large_bytes / size:.2f} |")


def count_table(sizes: dict[str, int]) -> str:
    def text(path: Path):
        return [PATCHBAY, "cat", "--quiet", "--threads", "1", str(path)], {}

    def errors(path: Path):
        return pipeline("errors"), {"BENCH_INPUT": str(path)}

    return "\n".join([
        "### Heap requests and copies in steady state", "",
        "| | requests per record | requests per 256 KiB read | bytes copied per byte read | copies of 4 KiB or more per "
        "256 KiB | their bytes per byte read |", "|---|--:|--:|--:|--:|--:|",
        count_memory("DLT to text", text, "dlt", sizes), count_memory("JSON job", errors, "json", sizes), "",
    ])


def stream_memory(trace: Path, repeats: int) -> str:
    """Peak memory while the trace comes through a pipe several times, as from a source without end."""
    script = f'i=0; while [ $i -lt {repeats} ]; do cat "{trace}"; i=$((i+1)); done | exec "$0" "$@"'
    peer = Peer("stream", ["sh", "-c", script, PATCHBAY, "cat", "--quiet", "--threads", "1", "--parser", "dlt", "-"])
    _, _, memory = peer.run()
    size = trace.stat().st_size * repeats
    return f"Peak memory: {memory / 1e6:.0f} MB with {size / 1e6:,.0f} MB of DLT through standard input to text.\n"


def seeds() -> list[str]:
    return [str(ROOT / f"Tests/Fixtures/dlt/recorded/{name}.dlt") for name in SEEDS]


def main() -> None:
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description="Measures Patchbay and its peers.")
    parser.add_argument("--small", action="store_true", help="small inputs and one round: does everything work?")
    parser.add_argument("--rounds", type=int, help="how often each peer runs (default 5)")
    parser.add_argument("--only", default="", metavar="TEXT", help="jobs whose title contains TEXT; 'wasm' or 'process' for plugins")
    parser.add_argument("--peers", default="", metavar="TEXT", help="peers whose name contains TEXT")
    options = parser.parse_args()
    DATA.mkdir(parents=True, exist_ok=True)
    sizes = SMALL if options.small else FULL
    rounds = options.rounds or (1 if options.small else 5)
    trace = generate(f"dlt-{sizes['messages']}", str(sizes["messages"]), str(sizes["bytes"]), *seeds())
    lines = generate(f"json-{sizes['lines']}", str(sizes["lines"]))
    small_trace = generate(f"dlt-{SMALL['messages']}", str(SMALL["messages"]), str(SMALL["bytes"]), *seeds())
    small_lines = generate(f"json-{SMALL['lines']}", str(SMALL["lines"]))
    if options.only.lower() == "wasm":
        wasm.run(trace, small_trace, rounds, options.small)
        return
    if options.only.lower() == "process":
        process.run(trace, small_trace, rounds, options.small)
        return

    notes = check_text(text_job(small_trace, SMALL["messages"])) + check_values(errors_job(small_lines, SMALL["lines"]))
    notes += check_values(count_job(small_trace, SMALL["messages"]))
    jobs = [text_job(trace, sizes["messages"]), count_job(trace, sizes["messages"]),
            errors_job(lines, sizes["lines"]), start_job()]
    jobs = [job for job in jobs if options.only.lower() in job.title.lower()]
    for job in jobs:
        job.peers = [peer for peer in job.peers if options.peers.lower() in peer.name.lower()]
    jobs = [job for job in jobs if job.peers]
    interleave(jobs, rounds)
    save(DATA / "results.json", jobs)

    print(f"Medians, rounds: {rounds}, processors: {os.cpu_count()}, {time.strftime('%Y-%m-%d')}.\n")
    for job in jobs:
        print(job.table() if job.size else job.line())
    if not options.only and not options.peers:
        print(count_table(sizes))
        print(stream_memory(trace, 5))
        print(f"Binary: {Path(PATCHBAY).stat().st_size / 1e6:.1f} MB.\n")
    print("Checked on small inputs before measuring:\n")
    print("\n".join(f"- {note}" for note in notes))
    if not options.only and not options.peers:
        print()
        wasm.run(trace, small_trace, rounds, options.small)
        print()
        process.run(trace, small_trace, rounds, options.small)


if __name__ == "__main__":
    main()
