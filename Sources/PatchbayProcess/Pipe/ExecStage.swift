internal import PatchbayCore
internal import PatchbayPlugin

/// A program between other stages: each record is a line for it, each line of it a new record.
///
/// Which line came of which record nobody can know, so the account says that all records were taken in, and that new ones
/// were made. To the engine it is an aggregate that gives results before the end.
final class ExecStage: AggregatePlugin {
    private let options: ExecOptions
    private var program: PipedProgram?
    private var lines: RecordLines
    private var results: LineBatches
    private var isFinished = false

    init(_ options: ExecOptions) {
        self.options = options
        lines = RecordLines(options.format)
        results = LineBatches(lineLimit: options.configuration.limits.outputBytesPerCall)
    }

    var wanted: FieldRequest { lines.wanted }
    func outputSchema(for input: Schema) -> Schema { LineBatches.schema }

    func bind(_ input: Schema) -> Schema {
        lines.bind(input)
        return LineBatches.schema
    }

    func start(_ context: PluginContext) throws(PluginError) {
        program = try options.start(context, hasInput: true, hasResults: true)
    }

    func accumulate(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        // One that reads no more has what it wants, as 'head' has.
        guard let program, program.takesInput else { return }
        try lines.with(batch, &rejections) { (bytes) throws(PluginError) in
            try program.write(bytes) { (piece) throws(PluginError) in try take(piece) }
        }
        _ = try program.read(waiting: 0) { (piece) throws(PluginError) in try take(piece) }
    }

    private func take(_ piece: Span<UInt8>) throws(PluginError) {
        try results.feed(piece)
        let limit = options.configuration.limits.outputBytesPerCall
        guard results.size <= limit else {
            var error = PluginError(
                .output, "the program wrote more than \(limit) bytes while it was given one batch",
                advice: "raise 'output' in 'limits' of the stage")
            error.isFinal = true
            throw error
        }
    }

    func results(isLast: Bool) throws(PluginError) -> [Batch] {
        guard isLast else { return results.take() }
        guard let program, !isFinished else { return [] }
        program.closeInput()
        while true {
            let made = results.take()
            if !made.isEmpty { return made }
            let isOpen = try program.read(waiting: nil) { (piece) throws(PluginError) in try results.feed(piece) }
            if isOpen { continue }
            results.finish()
            isFinished = true
            try program.finish()
            return results.take()
        }
    }

    func finish() throws(PluginError) -> [Batch] { [] }

    func stop() {
        program?.end()
        program = nil
    }
}
