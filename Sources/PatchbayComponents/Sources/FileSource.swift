public import PatchbayPlugin

/// Delivers the bytes of files, one after the other, straight into the reader's memory.
///
/// Each file is a part. Named pipes, terminals and standard input (`-`) are waited for 100 ms at most.
public final class FileSource: SwiftPlugin, ByteSourcePlugin {
    /// What the source says of itself.
    public static var manifest: PluginManifest {
        PluginManifest(
            .byteSource,
            name: "file",
            summary: "Reads files, one after the other, or standard input.",
            configuration: ConfigSchema(
                [
                    ConfigOption(
                        "path",
                        .list(of: .string()),
                        isRequired: true,
                        path: .input,
                        summary:
                            "Path, shell pattern (`logs/*.dlt`, sorted), or `-` for standard input; or a list."
                    ),
                    ConfigOption(
                        "compression",
                        .string(choices: CompressionChoice.names),
                        default: "auto",
                        summary: "How the files are compressed; auto sees it by their first bytes."
                    ),
                ],
                shorthand: "path"
            ),
            permissions: ["file"]
        )
    }

    /// How long a read waits for a stream, in milliseconds.
    private static let patience: CInt = 100

    private let patterns: [String]
    private let position: ConfigPosition?
    private let compression: CompressionChoice
    private var files: [InputFile] = []
    private var index = 0
    private var reader: FileReader?

    /// A source; throws when there is no path.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        patterns = configuration.strings("path")
        compression = CompressionChoice(configuration.string("compression"))
        position = configuration["path"]?.position ?? configuration.position
        if patterns.isEmpty || patterns.contains("") {
            throw PluginError(.configuration, "the option 'path' names no file", configuration: position)
        }
    }

    /// Finds the files and looks at each, so that what is missing is known before the first byte is read.
    public func start(_ context: PluginContext) throws(PluginError) {
        do {
            files = try InputFile.find(patterns, compression: compression)
        } catch {
            var placed = error
            placed.configuration = placed.configuration ?? position
            throw placed
        }
        index = 0
        reader = nil
    }

    /// The present file's path as it was found, or `standard input`.
    public var part: String {
        files.indices.contains(index) ? files[index].name : patterns[0]
    }

    /// What is left in this file and the later ones; nil when one of them is a stream or compressed.
    public var remainingBytes: UInt64? {
        guard files.indices.contains(index) else { return 0 }
        var total: UInt64 = 0
        for file in files[index...] {
            guard let size = file.size else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(size)
            total = overflow ? UInt64.max : sum
        }
        return total - min(total, reader?.bytesRead ?? 0)
    }

    /// Reads from the present file. At its end the next one is taken with the next call.
    public func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginError) -> ReadResult {
        guard files.indices.contains(index) else { return .endOfInput }
        let reader: FileReader
        if let present = self.reader {
            reader = present
        } else {
            reader = try files[index].open()
            self.reader = reader
        }
        switch try reader.read(into: &buffer, wait: mayWait ? Self.patience : 0) {
        case .bytes(let count): return .bytes(count)
        case .nothing: return .nothingYet
        case .end:
            self.reader = nil
            index += 1
            return index < files.count ? .endOfPart : .endOfInput
        }
    }

    /// Closes the present file.
    public func stop() { reader = nil }
}
