public import PatchbayCore
import PatchbayDLT
public import PatchbayPlugin

/// The DLT parser as a plugin.
public struct DLTComponent: SplittingParserPlugin, RecognizingParserPlugin {
    /// What the parser says of itself.
    public static var manifest: PluginManifest {
        PluginManifest(
            .parser,
            name: "dlt",
            summary: "One record per AUTOSAR DLT message.",
            configuration: ConfigSchema([
                ConfigOption(
                    "framing",
                    .string(choices: framings.map(\.name)),
                    default: "auto",
                    summary: "What stands before each message: a storage header, a serial header, none; auto sees it."
                ),
                ConfigOption(
                    "control",
                    .string(choices: DLTOptions.ControlText.allCases.map(\.rawValue)),
                    default: "hex",
                    summary: "How bodies of control messages look: hex as dlt-convert prints them, or decoded."
                ),
                ConfigOption(
                    "messages",
                    .list(of: .any),
                    summary: "What non-verbose messages mean: a list of {id, level, apid, ctid, parts}."
                ),
            ]),
            fields: DLTParser.schema.fields
        )
    }

    private static let framings: [(name: String, framing: DLTOptions.Framing)] = [
        ("auto", .automatic), ("storage", .storage), ("serial", .serial), ("none", .none),
    ]

    /// The fields of DLT messages.
    public var schema: Schema { DLTParser.schema }
    private var parser: DLTParser

    /// A parser; throws when the table of messages has a mistake.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        var options = DLTOptions()
        if let name = configuration.string("framing"), let known = Self.framings.first(where: { $0.name == name }) {
            options.framing = known.framing
        }
        options.control = configuration.string("control").flatMap(DLTOptions.ControlText.init) ?? .hex
        for node in configuration["messages"]?.elements ?? [] {
            options.descriptions.append(try DLTMessageEntry.read(node))
        }
        parser = DLTParser(options: options)
    }

    /// Only the fields asked for are read.
    public mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema { parser.bind(wanted) }

    /// Appends the complete messages of the input, and reports the bytes between them.
    public mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        parser.parse(input, into: output)
    }

    /// Behind the last complete message.
    public mutating func boundary(_ input: ParseInput) throws(PluginError) -> ParseResult { parser.boundary(input) }

    /// Storage and serial headers are certain, messages without them plausible.
    public static func recognizes(_ bytes: Span<UInt8>) -> Int {
        switch DLTParser.confidence(bytes) {
        case .none: 0
        case .plausible: 60
        case .certain: 100
        }
    }
}
