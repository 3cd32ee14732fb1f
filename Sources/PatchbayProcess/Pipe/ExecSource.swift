internal import PatchbayCore
internal import PatchbayPlugin

/// A program whose standard output is read.
final class ExecSource: ByteSourcePlugin {
    private let options: ExecOptions
    private var program: PipedProgram?
    /// What was read and did not fit.
    private var rest = ByteBuffer()
    private var given = 0

    init(_ options: ExecOptions) { self.options = options }

    var part: String { options.command.joined(separator: " ") }
    var remainingBytes: UInt64? { nil }

    func start(_ context: PluginContext) throws(PluginError) {
        program = try options.start(context, hasInput: false, hasResults: true)
    }

    func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginError) -> ReadResult {
        guard let program else { return .endOfInput }
        if given == rest.count {
            rest.removeAll()
            given = 0
            let isOpen = try program.read(waiting: mayWait ? 100 : 0) { rest.append($0) }
            if rest.count == 0 {
                if isOpen { return .nothingYet }
                try program.finish()
                return .endOfInput
            }
        }
        let count = min(buffer.count, rest.count - given)
        rest.withSpan { bytes in
            for index in 0..<count { buffer[index] = bytes[given + index] }
        }
        given += count
        return .bytes(count)
    }

    func stop() {
        program?.end()
        program = nil
    }
}
