public import PatchbayCore
public import PatchbayPlugin

/// Writes records to a file.
///
/// The file is opened when the run starts. After each flush it can be read up to there, also when it is compressed:
/// every flush ends a gzip member or zstd frame.
public final class FileSink: SwiftPlugin, EncodingSinkPlugin {
    /// What the sink says of itself.
    public static var manifest: PluginManifest {
        PluginManifest(
            .sink,
            name: "file",
            summary: "Writes records to a file.",
            configuration: ConfigSchema(
                [
                    ConfigOption("path", .string(), isRequired: true, path: .output, summary: "The file's path."),
                    ConfigOption(
                        "mode",
                        .string(choices: OpenMode.allCases.map(\.rawValue)),
                        default: "overwrite",
                        summary: "What happens to a file that exists: overwrite it, append to it, or create: an error."
                    ),
                    ConfigOption(
                        "compression",
                        .string(choices: CompressionChoice.names),
                        default: "auto",
                        summary: "How the file is compressed; auto goes by the ending: .gz, .zst."
                    ),
                    ConfigOption(
                        "make_directories",
                        .boolean,
                        default: false,
                        summary: "Make the directories of the path that do not exist."
                    ),
                    ConfigOption(
                        "sync",
                        .boolean,
                        default: false,
                        summary: "Wait at each flush until the device has the data, so that it outlives a power cut."
                    ),
                ] + OutputFormat.options,
                shorthand: "path"
            ),
            permissions: ["file"]
        )
    }

    private let format: OutputFormat
    private let path: String
    private let mode: OpenMode
    private let compression: Compression?
    private let makesDirectories: Bool
    private let isDurable: Bool
    private var writer: OutputWriter?
    private var schema: Schema?

    /// A sink; throws when a template or a time format is not valid.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        path = try configuration.requiredString("path")
        if path.isEmpty {
            throw PluginError(.configuration, "the option 'path' names no file", configuration: configuration.position)
        }
        format = try OutputFormat(configuration, isTerminal: false)
        mode = configuration.string("mode").flatMap(OpenMode.init) ?? .overwrite
        compression =
            switch CompressionChoice(configuration.string("compression")) {
            case .automatic: Compression(suffixOf: path)
            case .none: nil
            case .always(let kind): kind
            }
        makesDirectories = configuration.bool("make_directories") ?? false
        isDurable = configuration.bool("sync") ?? false
    }

    /// Opens the file.
    public func start(_ context: PluginContext) throws(PluginError) {
        if makesDirectories { try FileDescriptor.makeDirectories(of: path) }
        writer = try OutputWriter(.writing(path, mode: mode), compression: compression)
    }

    /// The columns that the format writes.
    public func wanted(from input: Schema) throws(PluginError) -> FieldRequest { try format.wanted(from: input) }

    /// Checks that the format can write records of `input`.
    public func bind(_ input: Schema) throws(PluginError) {
        _ = try format.makeEncoder(for: input)
        writer?.forgetEncoder()
        schema = input
    }

    /// A new encoder.
    public func makeEncoder() throws(PluginError) -> any BatchEncoder {
        guard let schema else { throw Self.misused }
        return try format.makeEncoder(for: schema)
    }

    /// Writes what an encoder made.
    public func write(encoded bytes: Span<UInt8>, records: Int) throws(PluginError) {
        guard writer != nil else { throw Self.misused }
        try writer?.write(bytes)
    }

    /// Encodes and writes.
    public func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        guard let hasEncoder = writer?.hasEncoder else { throw Self.misused }
        if !hasEncoder {
            let encoder = try makeEncoder()
            try writer?.use(encoder)
        }
        try writer?.write(batch)
    }

    /// Makes what was written readable in the file.
    public func flush() throws(PluginError) { try writer?.flush(isDurable: isDurable) }

    /// Closes the file.
    public func stop() { writer = nil }

    private static var misused: PluginError {
        PluginError(.internalError, "the sink was used before it was started and bound")
    }
}

/// What happens to an output file that exists.
enum OpenMode: String, CaseIterable, Sendable {
    case overwrite, append, create
}
