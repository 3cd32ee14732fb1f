public import PatchbayCore

/// Makes one record of each row of a table of comma-separated values (RFC 4180).
///
/// The value is the row as it stands. A column that a later stage names becomes a field with a JSON value: a number where
/// the cell is written like a number of JSON and not quoted, text otherwise, none where it is empty and not quoted. When
/// all fields are wanted the other columns travel in the map field `rest`. A row with another number of cells than there
/// are columns is reported as invalid, and so is one with a quote where none may be.
public struct CSVParser {
    private let options: CSVOptions
    private var names: [String]
    private var wanted: [String] = []
    private var keepsRest = false
    /// Per wanted field the column of the table; -1 when the table has none of that name.
    private var places: [Int] = []
    private var restPlaces: [Int] = []
    private var awaitsHeader: Bool
    private var row = CSVRow()

    /// The records of every table.
    public static var schema: Schema { Schema(fields: [], isOpen: true, recordSuffix: [0x0A]) }

    /// A parser.
    public init(options: CSVOptions = CSVOptions()) {
        self.options = options
        names = options.columns
        awaitsHeader = options.hasHeader
    }

    /// Columns for the names asked for, and `rest` when all are.
    public mutating func bind(_ request: FieldRequest) -> Schema {
        wanted = request.names.filter { !Self.isOwn($0) }
        keepsRest = request.all || request.lists(Schema.restName)
        var fields = wanted.map { Field($0, .json) }
        if keepsRest { fields.append(Field(Schema.restName, .map(json: true), summary: "All other columns.")) }
        place()
        return Self.schema.replacing(fields: fields)
    }

    private static func isOwn(_ name: String) -> Bool {
        [Schema.restName, Schema.valueName].contains { $0.utf8.elementsEqual(name.utf8) }
    }

    /// A new table begins.
    public mutating func reset() {
        awaitsHeader = options.hasHeader
        names = options.columns
        place()
    }

    private mutating func place() {
        places = wanted.map { name in names.firstIndex { $0.utf8.elementsEqual(name.utf8) } ?? -1 }
        restPlaces = names.indices.filter { index in !places.contains(index) }
    }

    /// Appends the rows of `input` that are complete, and at the end of the part the rest.
    public mutating func parse(_ input: ParseInput, into output: ParseOutput) -> ParseResult {
        var at = input.start
        if input.continuesDiscarded {
            var end = at
            while end < input.end, input.buffer.load(end, as: UInt8.self) != 0x0A { end += 1 }
            let isStillDiscarding = end == input.end && !input.isLast
            end = min(input.end, end + 1)
            output.skip(position: input.position, length: end - at, reason: .tooLarge)
            if isStillDiscarding { return ParseResult(consumed: end - at, isStillDiscarding: true) }
            at = end
        }
        if input.position == 0, at == input.start, !skipMark(input, output, &at) { return ParseResult(consumed: 0) }
        while at < input.end, output.remaining > 0 {
            let ending = row.read(input.buffer, from: at, to: input.end, isLast: input.isLast, options)
            let position = input.position + UInt64(at - input.start)
            switch ending {
            case .needMore: return ParseResult(consumed: at - input.start)
            case .truncated:
                output.skip(position: position, length: input.end - at, reason: .truncated)
                at = input.end
            case .damaged(let next):
                output.skip(position: position, length: next - at, reason: .invalid)
                at = next
            case .row(let content, let next):
                take(at..<content, next: next, input.buffer, position, output)
                at = next
            }
        }
        return ParseResult(consumed: at - input.start)
    }

    /// Passes a byte order mark; false when the input is too short to tell.
    private func skipMark(_ input: ParseInput, _ output: ParseOutput, _ at: inout Int) -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        for index in 0..<3 {
            if at + index == input.end { return input.isLast }
            guard input.buffer.load(at + index, as: UInt8.self) == mark[index] else { return true }
        }
        output.skip(position: 0, length: 3, reason: .blank)
        at += 3
        return true
    }

    private mutating func take(
        _ content: Range<Int>, next: Int, _ buffer: Buffer, _ position: UInt64, _ output: ParseOutput
    ) {
        func skip(_ reason: SkipReason) {
            output.skip(position: position, length: next - content.lowerBound, reason: reason)
        }
        guard !content.isEmpty else { return skip(.blank) }
        if awaitsHeader {
            awaitsHeader = false
            if options.columns.isEmpty {
                names = row.cells.map { Self.text($0, buffer, options.quote) }
                place()
            }
            return skip(.header)
        }
        guard row.cells.count == names.count else { return skip(.invalid) }
        let builder = output.builder
        for (index, place) in places.enumerated() {
            if place < 0 {
                builder.fields[index].appendNull()
            } else {
                append(row.cells[place], buffer, to: builder.fields[index])
            }
        }
        if keepsRest, let rest = builder.fields.last, let entries = rest.mapBuilders {
            for place in restPlaces {
                entries.keys.append(copying: names[place].utf8.span)
                append(row.cells[place], buffer, to: entries.values)
            }
            rest.endMap()
        }
        builder.value.append(content, of: buffer)
    }

    private static func text(_ cell: CSVCell, _ buffer: Buffer, _ quote: UInt8) -> String {
        var bytes: [UInt8] = []
        var at = cell.range.lowerBound
        while at < cell.range.upperBound {
            let byte = buffer.load(at, as: UInt8.self)
            bytes.append(byte)
            at += byte == quote && cell.hasDoubledQuotes ? 2 : 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func append(_ cell: CSVCell, _ buffer: Buffer, to column: ColumnBuilder) {
        if cell.range.isEmpty, !cell.isQuoted { return column.appendNull() }
        if !cell.isQuoted, CSVNumber.isNumber(buffer, cell.range) {
            return column.append(copying: buffer.bytes(at: cell.range.lowerBound, count: cell.range.count))
        }
        column.append { text in CSVText.append(cell, buffer, quote: options.quote, to: &text) }
    }
}
