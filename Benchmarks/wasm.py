"""WebAssembly plugins: against native ones, against their targets, against another host. `Benchmarks/run --only wasm`.

See docs/benchmarks.md for what is measured and how.
"""
import json
import sys
from pathlib import Path

import wasm_inputs as inputs
from measuring import DATA
from wasm_calls import Case, Filters, Hosts, Starts, counts, ratio, shown, table
from wasm_runs import Hello, Pipeline, Trace


def targets(trace: Trace, filters: Filters, pipeline: Pipeline, hosts: Hosts, starts: Starts, hello: Hello) -> str:
    rows = []

    def add(what: str, value: float | None, target: float, unit: str, form: str = ".1f", least: bool = False) -> None:
        rows.append([what, f"{target:g}{unit} or {'more' if least else 'less'}", shown(value, form, unit),
                     ratio(value, target)])

    for name, target in trace.targets.items():
        if name in trace.peers:
            add(f"DLT, {name}: CPU time by native's", trace.ratio(name), target, "", ".3f")
    one = filters.time("C SDK", 1000)
    add("filter in a pipeline, batches of 1,000, a record", pipeline.time(), 15, " ns")
    add("the same, single calls", one and one / 1000, 15, " ns")
    bare = filters.time("without SDK", 1000)
    add("the same, without SDK", bare and bare / 1000, 15, " ns")
    add("filter, call with one record", filters.time("C SDK", 1), 60, " ns")
    add("the same, without SDK and engine", filters.time("plugin alone, without SDK", 1), 60, " ns")
    for work in ("vowels", "echo"):
        for size in hosts.sizes:
            theirs, ours = hosts.per_second(work, size, "extism"), hosts.per_second(work, size, "batch")
            if theirs:
                add(f"{work}, {hosts.names[size]}, records per second by Extism's", ours and ours / theirs,
                    50 if size == 100 else 1, " times", least=True)
    add("start of a module of 100 KB, first time", starts.start.median("first_ms"), 200, " ms")
    again = starts.start.median("again_us")
    add("start, compiled before", again and again / 1000, 1, " ms", ".2f")
    add("replacement after a trap", starts.replacement(), 20, " µs")
    add("two threads with an instance each, by one", starts.speedup(), 1.8, " times", ".2f", least=True)
    add("the same by time of the processor", starts.speedup("cpu_records_per_second"), 1.8, " times", ".2f", least=True)
    for language, size in hello.sizes.items():
        add(f"hello filter in {language}, module", size, 2048, " bytes", ",.0f")
        add(f"hello filter in {language}, first build", hello.peers[language][0].median(0), 2, " s", ".2f")
    return table("Against the targets", ["measure", "target", "measured", "by target"], rows)


def run(trace: Path, small_trace: Path, rounds: int, is_small: bool) -> None:
    """Measures in turn and prints the section."""
    inputs.build()
    seconds = 0.05 if is_small else 0.4
    checked = Trace(small_trace)
    notes = [checked.check(), *checked.missing]
    traces, filters, hosts, starts = Trace(trace), Filters(seconds), Hosts(seconds), Starts(seconds)
    traces.peers = {name: peer for name, peer in traces.peers.items() if name in checked.peers}
    pipeline, hello = Pipeline(20_000 if is_small else 2_000_000), Hello()
    notes += [hosts.check(), *hello.missing]
    peers = [*traces.peers.values(), *pipeline.peers, *(peer for pair in hello.peers.values() for peer in pair)]
    cases: list[Case] = [*filters.cases.values(), *hosts.cases.values(), *starts.cases]
    for number in range(rounds):
        print(f"bench: WebAssembly, round {number + 1} of {rounds}", file=sys.stderr)
        for peer in peers:
            peer.runs.append(peer.run())
        for case in cases:
            case.run()
    (DATA / "wasm.json").write_text(json.dumps({
        "runs": {" ".join(peer.command[-3:]): peer.runs for peer in peers},
        "cases": [{"command": [str(word) for word in case.command[1:]], "runs": case.runs} for case in cases],
    }, indent=1))
    print("## WebAssembly plugins\n")
    print(targets(traces, filters, pipeline, hosts, starts, hello))
    print(table(f"DLT to text, {trace.stat().st_size / 1e6:,.0f} MB", Trace.columns, traces.rows()))
    print(filters.text())
    print(hosts.text())
    print(table("The filter of the template", Hello.columns, hello.rows()))
    print(starts.text())
    print(counts())
    print("Checked before measuring:\n")
    print("\n".join(f"- {note}" for note in notes))
