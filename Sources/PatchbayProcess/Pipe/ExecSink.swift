internal import PatchbayCore
internal import PatchbayPlugin

/// A program that records are written to, one line each. They are written when it has exited with 0.
final class ExecSink: SinkPlugin {
    private let options: ExecOptions
    private var program: PipedProgram?
    private var lines: RecordLines

    init(_ options: ExecOptions) {
        self.options = options
        lines = RecordLines(options.format)
    }

    func wanted(from input: Schema) -> FieldRequest { lines.wanted }
    func bind(_ input: Schema) { lines.bind(input) }

    func start(_ context: PluginContext) throws(PluginError) {
        program = try options.start(context, hasInput: true, hasResults: false)
    }

    func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        guard let program else { return }
        guard program.takesInput else { throw program.brokenOff() }
        try lines.with(batch, &rejections) { (bytes) throws(PluginError) in
            try program.write(bytes) { _ in }
            if !program.takesInput { throw program.brokenOff() }
        }
    }

    func flush() {}
    func finish() throws(PluginError) { try program?.finish() }

    func stop() {
        program?.end()
        program = nil
    }
}
