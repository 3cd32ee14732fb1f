import CSimdjson
public import PatchbayCore
public import PatchbayPlugin

/// Makes one record of each line that holds one JSON object (NDJSON, JSON lines).
///
/// A document over several lines is not read: each of its lines is reported as invalid. A member that a later stage
/// names becomes a column with the JSON text of its value; when all fields are wanted, the other members travel in the
/// map field `rest`. Both show the input where it lies. Every line is checked in full against RFC 8259 first, so what
/// is handed on may be written into other JSON as it is.
public struct JSONParser: SwiftPlugin, SplittingParserPlugin, RecognizingParserPlugin {
    /// What the parser says of itself.
    public static var manifest: PluginManifest {
        PluginManifest(
            .parser,
            name: "json",
            summary: "One record per line that holds a JSON object.",
            configuration: ConfigSchema([
                ConfigOption(
                    "fields",
                    .map(of: .string(choices: JSONField.types.map(\.name))),
                    summary:
                        "Types of members, such as {level: word, n: int64}; a value of another type counts as none."
                ),
                ConfigOption(
                    "time",
                    .map(of: .string()),
                    summary: "The member that holds the record's time: {field: NAME, format: rfc3339, s, ms, us or ns}."
                ),
                ConfigOption(
                    "max_depth",
                    .integer(1...100_000),
                    default: 128,
                    summary: "How deep values may be nested; a line with a deeper one is invalid."
                ),
            ])
        )
    }

    /// The declared members; any other may be asked for.
    public let schema: Schema
    private let time: JSONTime?
    private let maximumDepth: Int
    private var scanner: JSONScanner?
    private var columns: [JSONColumn] = []
    private var timeSlot = 0

    /// A parser; throws when the options `fields` and `time` make no sense.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        let fields = try configuration.entries("fields").map { (entry) throws(PluginError) in try JSONField.read(entry)
        }
        time = try configuration["time"].map { (node) throws(PluginError) in try JSONTime(node) }
        maximumDepth = Int(configuration.integer("max_depth") ?? 128)
        schema = Schema(fields: fields, hasTime: time != nil, listsTime: false, isOpen: true, recordSuffix: [0x0A])
    }

    /// Columns for the members asked for, and `rest` when all are.
    public mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema {
        var fields = schema.fields.filter { wanted.wants($0) }
        for name in wanted.names where !fields.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
            if name != Schema.restName, let field = schema.prospectiveField(name), field.type == .json {
                fields.append(field)
            }
        }
        var names = fields.map(\.name)
        timeSlot = names.count
        if let time { names.append(time.field) }
        let keepsRest = wanted.all || wanted.lists(Schema.restName)
        if keepsRest { fields.append(Field(Schema.restName, .map(json: true), summary: "All other members.")) }
        scanner = try JSONScanner(names: names, maximumDepth: maximumDepth, keepsRest: keepsRest)
        columns = fields.enumerated().map { JSONColumn(slot: $0.offset, type: $0.element.type) }
        return schema.replacing(fields: fields)
    }

    /// Appends the lines of the input that are complete, and at the end of the part the rest.
    public mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        guard let scanner else { throw PluginError(.internalError, "the parser was used before it was bound") }
        var start = input.start
        if input.continuesDiscarded {
            let rest = LineScan.skipDiscarded(input, output)
            if rest.isStillDiscarding || rest.consumed == input.end - input.start { return rest }
            start += rest.consumed
        }
        if input.position == 0, start == input.start, ByteOrderMark.begins(input.bytes), LineScan.hasLine(input) {
            output.skip(position: 0, length: ByteOrderMark.length, reason: .blank)
            start += ByteOrderMark.length
        }
        try scanner.scan(input.buffer, from: start, to: input.end, isLast: input.isLast, limit: output.remaining)
        append(scanner, from: input.buffer, to: output.builder)
        let regions = scanner.regions
        for index in regions.indices {
            let region = regions[index]
            output.skip(
                position: input.position + UInt64(Int(region.start) - input.start),
                length: Int(region.end - region.start),
                reason: Self.reasons[Int(region.reason)]
            )
        }
        return ParseResult(consumed: scanner.end - input.start)
    }

    /// In the order of the C header.
    private static let reasons: [SkipReason] = [.blank, .invalid, .truncated]

    private mutating func append(_ scanner: JSONScanner, from input: Buffer, to builder: BatchBuilder) {
        guard scanner.rows > 0 else { return }
        for index in columns.indices { columns[index].append(scanner, from: input, to: builder.fields[index]) }
        if let time, let column = builder.time {
            let values = scanner.values(timeSlot)
            column.fill(optionalInt64s: values.count) { time.nanoseconds(values[$0], in: input) }
        }
        let lines = scanner.lines
        builder.value.fill(views: lines.count, of: input) { Int(lines[$0].start)..<Int(lines[$0].end) }
    }

    /// Behind the last newline, or everything at the end of the part.
    public mutating func boundary(_ input: ParseInput) throws(PluginError) -> ParseResult { LineScan.boundary(input) }

    /// An object that begins and goes on in the first line.
    public static func recognizes(_ bytes: Span<UInt8>) -> Int {
        var at = ByteOrderMark.begins(bytes) ? ByteOrderMark.length : 0
        while at < bytes.count, bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x20 { at += 1 }
        guard at < bytes.count, bytes[at] == UInt8(ascii: "{") else { return 0 }
        at += 1
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
        guard at < bytes.count else { return 0 }
        return bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "}") ? 70 : 0
    }
}
