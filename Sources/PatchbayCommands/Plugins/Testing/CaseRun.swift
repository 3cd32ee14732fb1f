import Patchbay

/// Runs a case with one form of a plugin, in a copy of its folder.
struct CaseRun {
    let test: PluginCase
    let target: PluginTarget
    private let registry: PluginRegistry
    private let recording = Recording()
    private let folder: Scratch
    private static let output = ".output"

    /// Copies the case's files.
    init(_ test: PluginCase, _ target: PluginTarget, _ registry: PluginRegistry) throws(CommandError) {
        self.registry = registry
        self.test = test
        self.target = target
        folder = try Scratch(in: Console.variable("TMPDIR", default: "/tmp"))
        for file in test.files where !test.expected.contains(file) {
            let content = try Files.read(Path.join(test.folder, file), limit: PluginArtifact.sizeLimit)
            try Files.makeFolder(Path.parent("\(folder.path)/\(file)"))
            try Files.write("\(folder.path)/\(file)", content.span)
        }
    }

    /// What came of it.
    func run() throws(CommandError) -> CaseOutcome {
        var outcome = CaseOutcome()
        guard target.capability.role != nil else {
            do throws(CommandError) { outcome.files[test.outputFile(nil)] = try answer() } catch {
                outcome.files[PluginCase.errorFile] = fault(error.message)
            }
            return outcome
        }
        let check = try self.check()
        guard let plan = check.plan else {
            let problem = check.diagnostics.first { $0.severity == .error }
            outcome.files[PluginCase.errorFile] = fault(problem?.message ?? "the plugin cannot be used")
            return outcome
        }
        let report = PipelineRun(plan).run()
        if let error = report.error {
            outcome.files[PluginCase.errorFile] = fault(error.cause.map { "\(error.message): \($0)" } ?? error.message)
        } else if !report.ledger.imbalances.isEmpty {
            outcome.files[PluginCase.errorFile] = fault(LedgerReport(report).imbalanceText)
        }
        try readFiles(into: &outcome)
        if !report.regions.isEmpty {
            outcome.files[PluginCase.skippedFile] = Array(report.regions.map(\.region.line).joined().utf8)
        }
        let rejected = recording.rejected
        if !rejected.isEmpty {
            let offsets = recording.offsets
            let lines = rejected.map { record in
                record.line(row: record.offset.flatMap { offset in offsets.firstIndex { $0 == UInt64(offset) } })
            }
            outcome.files[PluginCase.rejectedFile] = Array(lines.joined().utf8)
        }
        return outcome
    }

    private func answer() throws(CommandError) -> [UInt8] {
        guard let operation = test.operation else {
            throw CommandError(.fields, "the case has no operation", advice: "write it into 'operation.txt'")
        }
        let call = CapabilityCall(target: target, settings: test.settings, operation: operation)
        var input = Bytes("")
        if let file = test.input {
            input = try Files.read("\(folder.path)/\(file)", limit: PluginArtifact.sizeLimit)
        }
        let path = folder.path
        return [UInt8](copyOf: try call.run(input.span, resolving: { Path.join(path, $0) }))
    }

    /// Messages must not differ from run to run.
    private func fault(_ message: String) -> [UInt8] {
        let parts = message.split(separator: "\(folder.path)/", omittingEmptySubsequences: false)
        return Array((parts.joined() + "\n").utf8)
    }

    /// A sink's files, or the records that came out.
    private func readFiles(into outcome: inout CaseOutcome) throws(CommandError) {
        if target.capability.role == .sink {
            for file in Files.tree(folder.path)
            where !test.files.contains(file) || test.expected.contains("expected.\(file)") {
                let content = try Files.read("\(folder.path)/\(file)", limit: PluginArtifact.sizeLimit)
                outcome.files["expected.\(file)"] = [UInt8](copyOf: content)
            }
        } else {
            let path = "\(folder.path)/\(Self.output)"
            let content = Files.kind(path) == .file ? try Files.read(path, limit: PluginArtifact.sizeLimit) : Bytes("")
            outcome.files[test.outputFile(target.capability.role)] = [UInt8](copyOf: content)
        }
    }

    // MARK: Pipeline

    private func check() throws(CommandError) -> PipelineCheck {
        var registry = registry
        do throws(PluginError) {
            try registry.register(TapFactory(.rows, recording))
            try registry.register(ChunkParser.self)
        } catch {
            throw CommandError(.plugins, error.description)
        }
        let pipeline = try self.pipeline()
        var general = SettingsConfiguration()
        general.threads = 1
        general.chunkSize = test.chunkSize
        let configuration = PipelineConfiguration(
            file: "\(folder.path)/case.yaml", settings: general, stages: pipeline.stages())
        let refuses = ![.parser, .source, .byteSource].contains(target.capability.role)
        return PipelineCheck(configuration, registry: registry) { definition in
            pipeline.adapt(&definition)
            guard refuses, let index = definition.stages.firstIndex(where: { $0.id == pipeline.id }) else { return }
            definition.stages[index].onError = .deadLetter
            definition.deadLetters = StageDefinition(
                id: "rejected", role: .sink, factory: TapFactory(.rejected, recording))
        }
    }

    private func pipeline() throws(CommandError) -> PluginPipeline {
        guard let role = target.capability.role else { throw CommandError(.plugins, "it plays no role") }
        var input: [StageConfiguration] = []
        if PluginPipeline.hasInput(role) {
            guard let file = test.input else {
                throw CommandError(
                    .environment, "the case \(test.name.quotedForMessage) has no input", advice: "add 'input.txt'")
            }
            input = [ParserChoice.source([file])]
        }
        if role == .byteSource {
            input = [ParserChoice.stage(ChunkParser.name, .processors, .parser, [])]
        } else if PluginPipeline.needsParser(role) {
            input += [
                ParserChoice.stage(test.inputParser, .processors, .parser, []),
                ParserChoice.stage(TapFactory.Kind.rows.rawValue, .processors, .filter, []),
            ]
        }
        let format = role == .byteSource ? "raw" : test.outputFormat
        let entries = [("path", Self.output), ("format", format)].map {
            ConfigNode.Entry(key: $0.0, value: ConfigNode(.string($0.1)))
        }
        let output = role == .sink ? nil : ParserChoice.stage("file", .sinks, .sink, entries, id: "output")
        return PluginPipeline(target: target, settings: test.settings, input: input, output: output)
    }
}

extension [UInt8] {
    init(copyOf bytes: Bytes) {
        let span = bytes.span
        self = span.indices.map { span[$0] }
    }
}
