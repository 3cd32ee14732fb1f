public import PatchbayPlugin

/// Makes stages of existing programs, which know nothing of Patchbay: lines in, lines out.
///
/// As a source the program's standard output is the input of a parser. Between other stages each record is a line of its
/// standard input, and each line of its standard output is a new record. As a sink it only reads.
public struct ExecFactory: PluginFactory {
    /// `exec`, in three roles.
    public let manifest = PluginManifest(
        name: "exec",
        summary: "Runs an existing program: lines in, lines out.",
        capabilities: [
            Capability(.byteSource, name: "exec"), Capability(.aggregate, name: "exec"),
            Capability(.sink, name: "exec"),
        ],
        configuration: ConfigSchema(
            [
                ConfigOption(
                    "command", .list(of: .string()), isRequired: true,
                    summary: "the program, by its name on the PATH or its path, and its arguments; no shell is between"),
                ConfigOption(
                    "format", .string(choices: ["raw", "json"]), default: "raw",
                    summary: "what the program gets of a record: its original bytes, or a JSON object"),
                ConfigOption(
                    "timeout", .duration,
                    summary: "time without a byte in either direction after which it is ended; any when left out"),
            ], shorthand: "command"),
        isOrdered: true
    )
    /// `built-in`.
    public let origin: String

    /// A factory that calls itself `origin` in lists.
    public init(origin: String) { self.origin = origin }

    /// As for plugins that are programs.
    public func enforcement(_ mode: SandboxMode) -> Enforcement { Enforcement(ofPrograms: mode) }

    /// A new instance; the program starts with it.
    public func makeInstance(
        for capability: Capability, configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance {
        let options = try ExecOptions(configuration)
        switch capability.role {
        case .byteSource: return .byteSource(ExecSource(options))
        case .aggregate: return .aggregate(ExecStage(options))
        case .sink: return .sink(ExecSink(options))
        default: throw PluginError(.unsupported, "exec does not offer \(capability)")
        }
    }
}

/// The options of a stage that runs a program.
struct ExecOptions {
    let command: [String]
    let format: RecordLines.Format
    /// In nanoseconds.
    let silence: UInt64?
    let configuration: PluginConfiguration

    init(_ configuration: PluginConfiguration) throws(PluginError) {
        command = configuration.strings("command")
        format = configuration.string("format").flatMap(RecordLines.Format.init) ?? .raw
        silence = configuration.integer("timeout").map { UInt64(max(1_000_000, $0)) }
        self.configuration = configuration
        _ = try PipedProgram.path(of: command)
    }

    /// The program, started.
    func start(_ context: PluginContext, hasInput: Bool, hasResults: Bool) throws(PluginError) -> PipedProgram {
        try PipedProgram(
            command, configuration, context.scope, silence: silence, hasInput: hasInput, hasResults: hasResults)
    }
}
