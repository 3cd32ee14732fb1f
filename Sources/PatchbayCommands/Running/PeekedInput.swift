import Patchbay

/// Inputs whose first bytes were read already, to see what they are. Delivers them again, then what follows.
///
/// A pipe cannot be read twice, and a compressed one cannot even be read in part; so the source that was asked stays in
/// use.
final class PeekedInput: PluginFactory, @unchecked Sendable {
    // Invariant behind @unchecked: the source is used by the thread that peeks, then by the one thread that the engine
    // reads a source with; instances made on trial do not touch it before `start`.
    private let source: any ByteSourcePlugin
    private let file: any PluginFactory

    /// The bytes read, about ``size`` at most.
    let beginning: [UInt8]
    /// The part that they come from.
    private let part: String
    /// What the source said behind them, when it was an end.
    private let end: ReadResult?

    /// How many bytes are looked at.
    static let size = 64 << 10

    /// How long more is waited for once something has come, in nanoseconds: a slow stream is not to be held up.
    private static let patience: UInt64 = 250_000_000

    /// Reads the beginning of the first of `paths`. Waits for a stream until something has come; nil when a signal ended
    /// the wait.
    init?(_ paths: [String], _ registry: PluginRegistry) throws(PluginError) {
        guard let file = registry.find(.byteSource, "file") else {
            throw PluginError(.unsupported, "there is no source 'file'")
        }
        let list = ConfigNode(.list(paths.map { ConfigNode(.string($0)) }))
        let options = PluginConfiguration(checked: ["path": list])
        let instance = try file.makeInstance(for: Capability(.byteSource, name: "file"), configuration: options)
        guard case .byteSource(var source) = instance else {
            throw PluginError(.invalidResult, "the plugin 'file' is no byte source")
        }
        try source.start(PluginContext(stage: "file"))
        part = source.part
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: Self.size)
        var end: ReadResult?
        var came: UInt64?
        reading: while bytes.count < Self.size {
            let now = MonotonicClock.nanoseconds
            if let came, now - came > Self.patience { break }
            if came == nil, !bytes.isEmpty { came = now }
            var memory = room.mutableSpan
            let result = try source.read(into: &memory, mayWait: true)
            switch result {
            case .bytes(let count): bytes += room.prefix(count)
            case .nothingYet:
                if Signals.stopped != nil { return nil }
            case .endOfPart, .endOfInput:
                end = result
                break reading
            }
        }
        beginning = bytes
        self.end = end
        self.source = source
        self.file = file
    }

    var manifest: PluginManifest { file.manifest }
    var origin: String { file.origin }

    func makeInstance(
        for capability: Capability,
        configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance {
        .byteSource(Replay(input: self))
    }

    /// The source as the engine sees it.
    private final class Replay: ByteSourcePlugin {
        private let input: PeekedInput
        private var given = 0
        private var end: ReadResult?
        private var source: (any ByteSourcePlugin)?

        init(input: PeekedInput) {
            self.input = input
            end = input.end
        }

        func start(_ context: PluginContext) { source = input.source }

        func stop() { source?.stop() }

        private var isReplaying: Bool { given < input.beginning.count || end != nil }

        var part: String { isReplaying ? input.part : source?.part ?? input.part }

        var remainingBytes: UInt64? {
            source?.remainingBytes.map { $0 + UInt64(input.beginning.count - given) }
        }

        func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginError) -> ReadResult {
            let count = min(buffer.count, input.beginning.count - given)
            if count > 0 {
                for index in 0..<count { buffer[index] = input.beginning[given + index] }
                given += count
                return .bytes(count)
            }
            if let end {
                if end == .endOfPart { self.end = nil }
                return end
            }
            return try source?.read(into: &buffer, mayWait: mayWait) ?? .endOfInput
        }
    }
}
