public import PatchbayCore
public import PatchbayPlugin

/// Makes one record of each line. The value is the line without its newline, shown where it lies in the input.
///
/// A last line without a newline is a record too; an empty line is a record with an empty value.
public struct LineParser: SwiftPlugin, SplittingParserPlugin, RecognizingParserPlugin {
    /// What the parser says of itself.
    public static var manifest: PluginManifest {
        PluginManifest(
            .parser,
            name: "lines",
            summary: "One record per line of text; the value is the line without its newline.",
            configuration: ConfigSchema([
                ConfigOption(
                    "trim_cr",
                    .boolean,
                    default: false,
                    summary: "Leave a carriage return before the newline out of the value."
                )
            ])
        )
    }

    /// Records with a value and no fields.
    public let schema = Schema(fields: [], textTemplate: "{value}", recordSuffix: [0x0A])
    private let trimsCarriageReturn: Bool
    private var ends: [Int32] = []

    /// A parser.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        trimsCarriageReturn = configuration.bool("trim_cr") ?? false
    }

    /// There are no fields to choose from.
    public mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema { schema }

    /// Appends the complete lines of the input, and at the end of the part the rest.
    public mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        var start = input.start
        if input.continuesDiscarded {
            let rest = LineScan.skipDiscarded(input, output)
            if rest.isStillDiscarding || rest.consumed == input.end - input.start { return rest }
            start += rest.consumed
        }
        ends.removeAll(keepingCapacity: true)
        LineScan.findNewlines(in: input.buffer, from: start, to: input.end, limit: output.remaining, into: &ends)
        let next = ends.last.map { Int($0) + 1 } ?? start
        if input.isLast, next < input.end, output.remaining > ends.count { ends.append(Int32(input.end)) }
        append(from: start, of: input, to: output.builder.value)
        let consumed = min(input.end, ends.last.map { Int($0) + 1 } ?? start)
        return ParseResult(consumed: consumed - input.start)
    }

    private func append(from first: Int, of input: ParseInput, to column: ColumnBuilder) {
        var start = first
        column.fill(views: ends.count, of: input.buffer) { row in
            var end = Int(ends[row])
            let next = end + 1
            if trimsCarriageReturn, end > start, input.buffer.load(end - 1, as: UInt8.self) == 0x0D { end -= 1 }
            defer { start = next }
            return start..<end
        }
    }

    /// Behind the last newline, or everything at the end of the part.
    public mutating func boundary(_ input: ParseInput) throws(PluginError) -> ParseResult { LineScan.boundary(input) }

    /// Text without control characters may be lines; every other parser that knows its format is surer.
    public static func recognizes(_ bytes: Span<UInt8>) -> Int {
        guard !bytes.isEmpty else { return 0 }
        for index in bytes.indices {
            switch bytes[index] {
            case 0x09, 0x0A, 0x0D, 0x1B: continue
            case ..<0x20, 0x7F: return 0
            default: continue
            }
        }
        return 5
    }
}
