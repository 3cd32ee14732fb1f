import CSimdjson
import PatchbayCore

/// Fills one column with the values of one member, or with the members that have no column.
struct JSONColumn {
    private let slot: Int
    private let type: FieldType
    private var numbers: [Double] = []
    private var valid: [UInt8] = []

    init(slot: Int, type: FieldType) {
        self.slot = slot
        self.type = type
    }

    /// Appends what `scanner` found in `input`.
    mutating func append(_ scanner: JSONScanner, from input: Buffer, to column: ColumnBuilder) {
        switch type {
        case .map: Self.appendRest(scanner, from: input, to: column)
        case .float64: appendNumbers(scanner, from: input, to: column)
        default: append(scanner.values(slot), from: input, to: column)
        }
    }

    private func append(_ values: Span<patchbay_json_value>, from input: Buffer, to column: ColumnBuilder) {
        switch type {
        case .json:
            column.fill(optionalViews: values.count, of: input) {
                values[$0].type == .absent ? nil : values[$0].range
            }
        case .utf8: Self.appendText(values, from: input, to: column)
        case .word: Self.appendWords(values, from: input, to: column)
        case .int64:
            column.fill(optionalInt64s: values.count) { row in
                guard values[row].type == .number else { return nil }
                return Self.integer(input.bytes(at: Int(values[row].start), count: values[row].range.count))
            }
        case .bool:
            for row in values.indices {
                switch values[row].type {
                case .true: column.append(bool: true)
                case .false: column.append(bool: false)
                default: column.appendNull()
                }
            }
        default: break
        }
    }

    /// Strings without escapes are shown where they lie; one with escapes makes this batch's column a copy.
    private static func appendText(_ values: Span<patchbay_json_value>, from input: Buffer, to column: ColumnBuilder) {
        var hasEscapes = false
        for row in values.indices where values[row].type == .escapedString { hasEscapes = true }
        guard hasEscapes else {
            return column.fill(optionalViews: values.count, of: input) {
                values[$0].type == .string ? values[$0].content : nil
            }
        }
        column.fill(writing: values.count) { row, text in
            write(values[row], from: input, to: &text)
        }
    }

    private static func write(_ value: patchbay_json_value, from input: Buffer, to text: inout ByteBuffer) -> Bool {
        switch value.type {
        case .string: text.append(input.bytes(at: value.content.lowerBound, count: value.content.count))
        case .escapedString:
            text.append(unescapingJSON: input.bytes(at: value.content.lowerBound, count: value.content.count))
        default: return false
        }
        return true
    }

    private static func appendWords(_ values: Span<patchbay_json_value>, from input: Buffer, to column: ColumnBuilder) {
        var text = ByteBuffer()
        for row in values.indices {
            let value = values[row]
            switch value.type {
            case .string: column.append(word: input.bytes(at: value.content.lowerBound, count: value.content.count))
            case .escapedString:
                text.removeAll()
                _ = write(value, from: input, to: &text)
                column.append(word: text.span)
            default: column.appendNull()
            }
        }
    }

    private mutating func appendNumbers(_ scanner: JSONScanner, from input: Buffer, to column: ColumnBuilder) {
        scanner.doubles(slot, in: input, into: &numbers, valid: &valid)
        for row in numbers.indices {
            if valid[row] != 0 { column.append(float64: numbers[row]) } else { column.appendNull() }
        }
    }

    private static func appendRest(_ scanner: JSONScanner, from input: Buffer, to column: ColumnBuilder) {
        guard let entries = column.mapBuilders else { return }
        let members = scanner.members
        var hasEscapes = false
        for index in members.indices where members[index].key_has_escapes != 0 { hasEscapes = true }
        if hasEscapes {
            entries.keys.fill(writing: members.count) { index, text in
                let key = Int(members[index].key_start)..<Int(members[index].key_end)
                text.append(unescapingJSON: input.bytes(at: key.lowerBound, count: key.count))
                return true
            }
        } else {
            entries.keys.fill(views: members.count, of: input) {
                Int(members[$0].key_start)..<Int(members[$0].key_end)
            }
        }
        entries.values.fill(views: members.count, of: input) { members[$0].value.range }
        let ends = scanner.memberEnds
        column.fill(mapEnds: ends.count) { Int(ends[$0]) }
    }

    /// A whole number without fraction and exponent that fits 64 bits.
    static func integer(_ text: Span<UInt8>) -> Int64? {
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        var value: Int64 = 0
        for index in (isNegative ? 1 : 0)..<text.count {
            let digit = text[index] &- 48
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowToo) = product.subtractingReportingOverflow(Int64(digit))
            if overflow || overflowToo { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == Int64.min ? nil : -value
    }
}
