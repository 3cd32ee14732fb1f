public import PatchbayCore
internal import PatchbayDLT
public import PatchbayPlugin

/// Makes one record of each message of an AUTOSAR DLT trace.
public struct DLTMessageParser: SwiftPlugin, SplittingParserPlugin, RecognizingParserPlugin {
    /// What the parser says of itself.
    public static var manifest: PluginManifest {
        PluginManifest(
            .parser,
            name: "dlt",
            summary: "AUTOSAR DLT traces: files, serial lines, streams; the value is the message's original bytes.",
            configuration: ConfigSchema([
                ConfigOption(
                    "framing",
                    .string(choices: ["automatic", "storage", "serial", "none"]),
                    default: "automatic",
                    summary: "What stands in front of each message; automatic decides message by message."
                ),
                ConfigOption(
                    "control",
                    .string(choices: ["hex", "decoded"]),
                    default: "hex",
                    summary: "How control messages look: as dlt-convert prints them, or as words and numbers."
                ),
                ConfigOption(
                    "messages",
                    .list(of: .any),
                    summary: "What non-verbose messages mean: a list of {id, name, level, apid, ctid, parts}."
                ),
            ]),
            fields: DLTParser.schema.fields
        )
    }

    /// All fields of a message.
    public let schema = DLTParser.schema
    private var parser: DLTParser

    /// A parser; throws when the table of messages has a mistake.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        var options = DLTOptions(
            framing: configuration.string("framing").flatMap(DLTOptions.Framing.init) ?? .automatic,
            control: configuration.string("control").flatMap(DLTOptions.ControlText.init) ?? .hex
        )
        for node in configuration["messages"]?.elements ?? [] {
            options.descriptions.append(try DLTMessageEntry.read(node))
        }
        parser = DLTParser(options: options)
    }

    /// Reads only the fields asked for.
    public mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema { parser.bind(wanted) }

    /// Appends messages, and reports bytes that belong to none.
    public mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        parser.parse(input, into: output)
    }

    /// Behind the last complete message.
    public mutating func boundary(_ input: ParseInput) throws(PluginError) -> ParseResult { parser.boundary(input) }

    /// By storage or serial headers, else by messages that make sense.
    public static func recognizes(_ bytes: Span<UInt8>) -> Int {
        switch DLTParser.confidence(bytes) {
        case .certain: 95
        case .plausible: 40
        case .none: 0
        }
    }
}
