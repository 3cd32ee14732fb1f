import PatchbayCore
import PatchbayPlugin

/// Turns one column into another type. Values that do not fit are reported by row and have no value then.
final class CastColumn {
    let target: CastTarget
    private let builder: ColumnBuilder
    private var times = TimeFormatter(.internet, zone: .utc)
    private var scratch = ByteBuffer()
    private var decoded = ByteBuffer()

    init(_ name: String, _ target: CastTarget) {
        self.target = target
        builder = ColumnBuilder(Field(name, target.type))
    }

    /// The column; calls `failed` with each row that does not fit, in order.
    func cast(_ column: Column, failed: (Int) -> Void) -> Column {
        builder.begin(viewing: nil)
        for row in 0..<column.count {
            if !column.isValid(row) {
                builder.appendNull()
            } else if !append(column, row) {
                builder.appendNull()
                failed(row)
            }
        }
        return builder.finish()
    }

    /// Appends one value; false when it does not fit, and nothing was appended then.
    private func append(_ column: Column, _ row: Int) -> Bool {
        switch column.type {
        case .int64: return append(.integer(column.int64s[row]))
        case .float64: return append(.floating(column.float64s[row]))
        case .bool: return append(truth: column.bool(row))
        case .timestamp: return append(time: column.int64s[row])
        case .utf8, .word: return append(text: column.bytes(row))
        case .binary:
            let bytes = column.bytes(row)
            guard (try? UTF8Span(validating: bytes)) != nil else { return false }
            return append(text: bytes)
        case .json: return append(json: column.bytes(row))
        case .map: return false
        }
    }

    private func append(_ number: Number) -> Bool {
        switch target {
        case .int64:
            guard let value = Self.whole(number) else { return false }
            builder.append(int64: value)
        case .float64: builder.append(float64: number.double)
        case .bool:
            guard let value = Self.whole(number), value == 0 || value == 1 else { return false }
            builder.append(bool: value == 1)
        case .utf8, .word:
            switch number {
            case .integer(let value): append { $0.append(decimal: value) }
            case .floating(let value): append { $0.append(shortest: value) }
            }
        case .time, .seconds, .milliseconds, .microseconds, .nanoseconds:
            guard let value = nanoseconds(number) else { return false }
            builder.append(int64: value)
        }
        return true
    }

    private static func whole(_ number: Number) -> Int64? {
        switch number {
        case .integer(let value): value
        case .floating(let value): Int64(exactly: value)
        }
    }

    private func nanoseconds(_ number: Number) -> Int64? {
        switch number {
        case .integer(let value):
            let (product, overflow) = value.multipliedReportingOverflow(by: target.unit)
            return overflow ? nil : product
        case .floating(let value): return Int64(exactly: (value * Double(target.unit)).rounded())
        }
    }

    private func append(truth: Bool) -> Bool {
        switch target {
        case .int64: builder.append(int64: truth ? 1 : 0)
        case .float64: builder.append(float64: truth ? 1 : 0)
        case .bool: builder.append(bool: truth)
        case .utf8, .word:
            append { if truth { $0.append(literal: "true") } else { $0.append(literal: "false") } }
        case .time, .seconds, .milliseconds, .microseconds, .nanoseconds: return false
        }
        return true
    }

    private func append(time: Int64) -> Bool {
        switch target {
        case .int64, .time, .seconds, .milliseconds, .microseconds, .nanoseconds: builder.append(int64: time)
        case .float64: builder.append(float64: Double(time))
        case .bool: return false
        case .utf8, .word:
            append { times.append(time, to: &$0) }
        }
        return true
    }

    private func append(text: Span<UInt8>) -> Bool {
        switch target {
        case .utf8, .word: return append(text)
        case .bool:
            if text.equals("true") || text.equals("1") { return append(truth: true) }
            return text.equals("false") || text.equals("0") ? append(truth: false) : false
        case .time:
            guard let value = TimeText.nanoseconds(text) else { return false }
            builder.append(int64: value)
            return true
        default:
            guard let number = NumberReader.number(text) else { return false }
            return append(number)
        }
    }

    private func append(json raw: Span<UInt8>) -> Bool {
        switch JSONValue.kind(raw) {
        case .missing:
            builder.appendNull()
            return true
        case .truth(let value): return append(truth: value)
        case .text: return JSONValue.read(raw, scratch: &decoded) { append(text: $0) }
        case .number:
            if target == .utf8 || target == .word { return append(raw) }
            guard let number = NumberReader.number(raw) else { return false }
            return append(number)
        case .other: return target == .utf8 || target == .word ? append(raw) : false
        }
    }

    /// Appends what `body` writes.
    private func append(writing body: (inout ByteBuffer) -> Void) {
        if target == .word {
            Self.append(to: builder, by: &scratch, body)
        } else {
            builder.append(writing: body)
        }
    }

    private static func append(
        to builder: ColumnBuilder,
        by scratch: inout ByteBuffer,
        _ body: (inout ByteBuffer) -> Void
    ) {
        scratch.removeAll()
        body(&scratch)
        builder.append(word: scratch.span)
    }

    private func append(_ text: Span<UInt8>) -> Bool {
        if target == .word { builder.append(word: text) } else { builder.append(copying: text) }
        return true
    }
}
