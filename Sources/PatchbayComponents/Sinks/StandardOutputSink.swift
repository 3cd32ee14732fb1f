public import PatchbayCore
public import PatchbayPlugin

/// Writes records to standard output.
///
/// When the reader of a pipe has gone, the error has the code `closed`: that is how `head` ends a command line.
public final class StandardOutputSink: SwiftPlugin, EncodingSinkPlugin {
    /// What the sink says of itself.
    public static var manifest: PluginManifest {
        PluginManifest(
            .sink,
            name: "stdout",
            summary: "Writes records to standard output.",
            configuration: ConfigSchema(OutputFormat.options, shorthand: "format")
        )
    }

    private let format: OutputFormat
    private var writer: OutputWriter
    private var schema: Schema?

    /// A sink; throws when a template or a time format is not valid.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        writer = try OutputWriter(.standardOutput())
        format = try OutputFormat(configuration, isTerminal: writer.isTerminal)
    }

    /// The columns that the format writes.
    public func wanted(from input: Schema) throws(PluginError) -> FieldRequest { try format.wanted(from: input) }

    /// Checks that the format can write records of `input`.
    public func bind(_ input: Schema) throws(PluginError) {
        _ = try format.makeEncoder(for: input)
        writer.forgetEncoder()
        schema = input
    }

    /// A new encoder.
    public func makeEncoder() throws(PluginError) -> any BatchEncoder { try format.makeEncoder(for: bound()) }

    /// Writes what an encoder made.
    public func write(encoded bytes: Span<UInt8>, records: Int) throws(PluginError) { try writer.write(bytes) }

    /// Encodes and writes.
    public func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        if !writer.hasEncoder { try writer.use(makeEncoder()) }
        try writer.write(batch)
    }

    /// Hands what was collected to the operating system.
    public func flush() throws(PluginError) { try writer.flush() }

    private func bound() throws(PluginError) -> Schema {
        guard let schema else { throw PluginError(.internalError, "the sink was used before it was bound") }
        return schema
    }
}
