import PatchbayCore
import PatchbayPlugin

/// How a sink writes records: the options `format` and those that belong to a format.
struct OutputFormat: Sendable {
    /// The formats.
    enum Kind: String, CaseIterable, Sendable {
        case text, json, csv, raw, frames
    }

    private let kind: Kind
    private let template: TextTemplate?
    private let time: TimeFormat
    private let zone: TimeZoneRules
    private let style: TextStyle
    private let csv: CSVEncoder.Layout

    /// The options of a sink that writes in a format.
    static var options: [ConfigOption] {
        [
            ConfigOption(
                "format",
                .string(choices: Kind.allCases.map(\.rawValue)),
                default: "text",
                summary: "How records are written."
            ),
            ConfigOption(
                "template",
                .string(),
                summary: "For text: the line of a record, such as '{time:%H:%M:%S.%f} {level:<5} {payload|-}'."
            ),
            ConfigOption(
                "time_format",
                .string(),
                summary: "How times are written where nothing else says so: strftime directives; RFC 3339 by default."
            ),
            ConfigOption(
                "time_zone",
                .string(),
                default: "UTC",
                summary: "The zone of times: UTC, local, +02:00, Europe/Berlin."
            ),
            ConfigOption(
                "color",
                .string(choices: ["auto", "always", "never"]),
                default: "auto",
                summary: "For text: colour lines by the field 'level'; auto does so on a terminal."
            ),
            ConfigOption(
                "escape_control",
                .string(choices: ["auto", "always", "never"]),
                default: "auto",
                summary: "For text: write control characters inside values as \\n, \\x1b; auto does so on a terminal."
            ),
            ConfigOption(
                "delimiter",
                .string(),
                default: ",",
                summary: "For csv: what stands between values, one ASCII character or 'tab'."
            ),
            ConfigOption("header", .boolean, default: true, summary: "For csv: begin with the names of the columns."),
            ConfigOption("crlf", .boolean, default: false, summary: "For csv: end lines as RFC 4180 does."),
        ]
    }

    /// The format that `configuration` asks for; `isTerminal` decides what `auto` means.
    init(_ configuration: PluginConfiguration, isTerminal: Bool) throws(PluginError) {
        kind = configuration.string("format").flatMap(Kind.init) ?? .text
        template = try configuration.string("template").map { (text) throws(PluginError) in try TextTemplate(text) }
        time =
            try configuration.string("time_format").map { (text) throws(PluginError) in try TimeFormat(text) }
            ?? .internet
        do {
            zone = try TimeZoneRules(named: configuration.string("time_zone") ?? "UTC")
        } catch {
            var placed = error
            placed.configuration = configuration["time_zone"]?.position ?? configuration.position
            throw placed
        }
        func decide(_ option: String) -> Bool {
            switch configuration.string(option) {
            case "always": true
            case "never": false
            default: isTerminal
            }
        }
        csv = CSVEncoder.Layout(
            delimiter: try Self.delimiter(configuration),
            hasHeader: configuration.bool("header") ?? true,
            endsInCRLF: configuration.bool("crlf") ?? false
        )
        style = TextStyle(isColored: decide("color"), escapesControl: decide("escape_control"))
    }

    private static func delimiter(_ configuration: PluginConfiguration) throws(PluginError) -> UInt8 {
        let text = configuration.string("delimiter") ?? ","
        if text == "tab" { return 0x09 }
        guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, !"\"\r\n".utf8.contains(byte) else {
            throw PluginError(
                .configuration,
                "the delimiter '\(text)' is not one ASCII character",
                configuration: configuration["delimiter"]?.position,
                advice: "write a character other than the quote, or 'tab'"
            )
        }
        return byte
    }

    /// The columns that are written when records of `schema` arrive.
    func wanted(from schema: Schema) throws(PluginError) -> FieldRequest {
        switch kind {
        case .raw: return .none
        case .json, .csv, .frames: return .everything
        case .text: break
        }
        var request = FieldRequest(names: try template(for: schema).names)
        if style.isColored, schema.prospectiveField("level") != nil { request.insert("level") }
        return request
    }

    /// A new encoder for records of `schema`.
    func makeEncoder(for schema: Schema) throws(PluginError) -> any BatchEncoder {
        switch kind {
        case .text: try TextEncoder(template(for: schema), schema: schema, time: time, zone: zone, style: style)
        case .json: JSONEncoder(schema, time: time, zone: zone)
        case .csv: CSVEncoder(schema, layout: csv, time: time, zone: zone)
        case .raw: RawEncoder(schema)
        case .frames: FramesEncoder()
        }
    }

    /// The template of the configuration, else of the schema, else all its fields, else the value.
    private func template(for schema: Schema) throws(PluginError) -> TextTemplate {
        if let template { return template }
        if let text = schema.textTemplate { return try TextTemplate(text) }
        if schema.isOpen || schema.fields.isEmpty { return try TextTemplate("{value}") }
        return TextTemplate(spaced: schema.fields.filter { !$0.isOnDemand }.map(\.name))
    }
}
