import CPatchbayGuest
import Patchbay
import PatchbayGuest

import Loud

// A plugin written with the guest SDK as a part of this program: no module around it, the same pipeline.
export(Loud.self)
let functions = NativeFunctions(
    call: { operation, frame in patchbay_call(operation, frame.assumingMemoryBound(to: patchbay_call_frame.self)) },
    allocate: { patchbay_allocate($0) },
    free: { patchbay_free($0) })

var registry = try PluginRegistry.withBuiltIns()
try registry.register(
    functions,
    manifest: PluginManifest(
        .filter, name: "loud", summary: "Keeps records of at least so many bytes.",
        configuration: ConfigSchema([ConfigOption("least", .integer(0...1000), summary: "How many bytes.")])))

let folder = "\(#filePath)".split(separator: "/").dropLast(5).map { "/\($0)" }.joined()
let source = SourceText(
    file: "pipeline",
    """
    sources:
      - uses: file
        with: \(folder)/Examples/InProcess/words.txt
    processors:
      - lines
      - uses: loud
        with: {least: 7}
    sinks:
      - stdout
    """)
let check = PipelineCheck(source, registry: registry)
if let plan = check.plan {
    let report = PipelineRun(plan).run()
    if let error = report.error { print(error) }
} else {
    print(DiagnosticRenderer([source]).render(check.diagnostics))
}
