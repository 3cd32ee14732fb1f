import Patchbay

// A program with a pipeline inside: the built-in plugins, one of its own, and the report of the run as a value.
let folder = "\(#filePath)".split(separator: "/").dropLast(5).map { "/\($0)" }.joined()
let source = SourceText(
    file: "pipeline",
    """
    sources:
      - uses: file
        with: \(folder)/Tests/Fixtures/dlt/recorded/test_user.dlt
    processors:
      - dlt
      - even
      - uses: aggregate
        with: {by: level, compute: count}
    sinks:
      - uses: stdout
        with: {format: csv}
    """)

var registry = try PluginRegistry.withBuiltIns()
try registry.register(EvenCounter.self, origin: "this program")

let check = PipelineCheck(source, registry: registry)
if let plan = check.plan {
    let report = PipelineRun(plan).run()
    if let error = report.error { print(error) }
    for account in report.ledger.accounts {
        print("\(account.stage): \(account.recordsIn) in, \(account.recordsOut) out, \(account.filtered) filtered")
    }
    print("balanced: \(report.ledger.imbalances.isEmpty)")
} else {
    print(DiagnosticRenderer([source]).render(check.diagnostics))
}
