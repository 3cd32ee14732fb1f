internal import FuzzingSupport
internal import PatchbayConfig
internal import PatchbayCore
internal import PatchbayPlugin

/// Options of every kind, for the stages of any input.
let schema = ConfigSchema(
    [
        ConfigOption("path", .string(), isRequired: true, summary: "Text."),
        ConfigOption("mode", .string(choices: ["fast", "safe"]), default: nil, summary: "A choice."),
        ConfigOption("count", .integer(0...100), summary: "A whole number."),
        ConfigOption("ratio", .number(0...1), summary: "A number."),
        ConfigOption("follow", .boolean, summary: "A truth value."),
        ConfigOption("buffer", .size, summary: "Bytes."),
        ConfigOption("timeout", .duration, summary: "A time span."),
        ConfigOption("names", .list(of: .string()), summary: "Texts."),
        ConfigOption("set", .map(of: .any), summary: "Anything by name."),
        ConfigOption("password", .string(), isSecret: true, summary: "A secret."),
    ],
    shorthand: "path"
)

/// A configuration goes through all that `patchbay validate` does before it makes plugins.
func validate(_ source: SourceText) -> [Diagnostic] {
    let (configuration, problems) = PipelineConfiguration.parse(source)
    guard let configuration else {
        guard problems.contains(where: { $0.severity == .error }) else { fatalError("refused without a reason") }
        return problems
    }
    let environment = ConfigurationEnvironment(
        variables: ["HOME": "/data", "LEVEL": "warn"], files: ["key": "secret\n"])
    let (complete, missing) = configuration.substituting(environment)
    var diagnostics = problems + complete.topologyDiagnostics() + missing
    for inputs in complete.inputIndices() {
        guard inputs.allSatisfy(complete.stages.indices.contains) else { fatalError("an input that is no stage") }
    }
    for stage in complete.stages {
        diagnostics += stage.check(against: schema).diagnostics
    }
    return diagnostics
}

/// One input for libFuzzer: a configuration file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count))
    let source = SourceText(file: "pipeline.yaml", bytes: Bytes(copying: bytes))
    let diagnostics = validate(source)

    for diagnostic in diagnostics {
        guard let position = diagnostic.position else { continue }
        guard position.line >= 0, position.line <= count + 1, position.column >= 0, position.column <= count + 1 else {
            fatalError("a place outside the file: \(position)")
        }
    }
    let text = DiagnosticRenderer([source]).render(diagnostics)
    for scalar in text.unicodeScalars where scalar != "\n" && scalar != "\t" && !scalar.isShowable {
        fatalError("a character that a terminal would obey: U+\(String(scalar.value, radix: 16))")
    }
    return 0
}
