internal import PatchbayCSV
public import PatchbayCore
public import PatchbayPlugin

/// Makes one record of each row of a table of comma-separated values.
public struct CSVTableParser: SwiftPlugin, ParserPlugin {
    /// What the parser says of itself.
    public static var manifest: PluginManifest {
        PluginManifest(
            .parser,
            name: "csv",
            summary: "One record per row of a table (RFC 4180); columns are fields.",
            configuration: ConfigSchema([
                ConfigOption(
                    "delimiter", .string(), default: ",",
                    summary: "One character between fields; 'tab' for tables of tabs."
                ),
                ConfigOption("quote", .string(), default: "\"", summary: "The character that encloses fields."),
                ConfigOption("header", .boolean, default: true, summary: "Whether the first row names the columns."),
                ConfigOption(
                    "columns", .list(of: .string()),
                    summary: "Names of the columns, in order; in place of the header's."),
            ])
        )
    }

    /// Any column may be asked for.
    public let schema = CSVParser.schema
    private var parser: CSVParser

    /// A parser; throws when options are no single characters, or nothing names the columns.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        let options = CSVOptions(
            delimiter: try Self.character("delimiter", configuration),
            quote: try Self.character("quote", configuration),
            hasHeader: configuration.bool("header") ?? true, columns: configuration.strings("columns"))
        guard options.delimiter != options.quote else {
            throw PluginError(
                .configuration, "'delimiter' and 'quote' are the same character", configuration: configuration.position)
        }
        guard options.hasHeader || !options.columns.isEmpty else {
            throw PluginError(
                .configuration, "a table without a header needs 'columns'", configuration: configuration.position)
        }
        parser = CSVParser(options: options)
    }

    private static func character(
        _ name: String, _ configuration: PluginConfiguration
    ) throws(PluginError) -> UInt8 {
        let text = configuration.string(name) ?? (name == "quote" ? "\"" : ",")
        if text == "tab" { return 0x09 }
        guard let byte = text.utf8.first, text.utf8.count == 1, byte < 0x80, byte != 0x0A, byte != 0x0D else {
            throw PluginError(
                .configuration, "'\(name)' must be one character of ASCII, and no line end",
                configuration: configuration[name]?.position ?? configuration.position)
        }
        return byte
    }

    /// Reads only the columns asked for.
    public mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema { parser.bind(wanted) }

    /// Appends rows, and reports those that fit no table.
    public mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        parser.parse(input, into: output)
    }

    /// Another table, with a header of its own.
    public mutating func reset() { parser.reset() }
}
