import PatchbayCore

/// Tests a JSON column against a text, a number or a truth value.
final class JSONCondition: Condition {
    enum Test {
        case text(TextTest)
        /// Like `text`, and other values are taken as the JSON text that they are.
        case anyText(TextTest)
        case number(ComparisonOperator, Number)
        case truth(Bool)
    }

    private let source: ColumnSource
    private let test: Test
    /// What holds for a value of another kind than the one compared with: true for `!=`.
    private let otherKind: Bool
    private var scratch = ByteBuffer()

    init(_ source: ColumnSource, _ test: Test, otherKind: Bool) {
        self.source = source
        self.test = test
        self.otherKind = otherKind
    }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        guard let column = source.column(batch) else { return rows.reset(count: rows.count, all: false) }
        rows.narrow(toValid: column)
        rows.narrowEach { accepts(column.bytes($0)) }
    }

    private func accepts(_ raw: Span<UInt8>) -> Bool {
        switch (JSONValue.kind(raw), test) {
        case (.missing, _): return false
        case (.text, .text(let test)), (_, .anyText(let test)):
            return JSONValue.read(raw, scratch: &scratch) { test.accepts($0) }
        case (.number, .number(let comparison, let number)):
            guard let value = NumberReader.number(raw) else { return otherKind }
            return comparison.holds(Number.order(value, number))
        case (.truth(let value), .truth(let wanted)): return (value == wanted) != otherKind
        default: return otherKind
        }
    }
}

/// Compares a JSON column with a text for equality, by raw text as far as possible.
///
/// An escape is longer than what it stands for. So a raw text that is as long as the one sought is equal to it only byte
/// by byte, a shorter one never, and a longer one only when it has escapes.
final class JSONEqualityCondition: Condition {
    private let source: ColumnSource
    /// In quotes.
    private let raw: [UInt8]
    private let text: [UInt8]
    private let isNegated: Bool
    private var scratch = ByteBuffer()

    /// Nil when `text` has a backslash itself, which the raw text would show as two.
    init?(_ source: ColumnSource, _ text: [UInt8], isNegated: Bool) {
        guard !text.contains(UInt8(ascii: "\\")) else { return nil }
        self.source = source
        self.text = text
        self.isNegated = isNegated
        raw = [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")]
    }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        guard let column = source.column(batch) else { return rows.reset(count: rows.count, all: false) }
        rows.narrow(toValid: column)
        let raw = raw
        let isNegated = isNegated
        rows.narrowEach { row in
            let bytes = column.bytes(row)
            let isEqual =
                bytes.count == raw.count
                ? bytes.elementsEqual(raw.span) : bytes.count > raw.count && isEqualDecoded(bytes)
            if isEqual || !isNegated { return isEqual != isNegated }
            if case .missing = JSONValue.kind(bytes) { return false }
            return true
        }
    }

    private func isEqualDecoded(_ bytes: Span<UInt8>) -> Bool {
        guard case .text = JSONValue.kind(bytes), !JSONValue.isPlain(bytes) else { return false }
        let text = text
        return JSONValue.read(bytes, scratch: &scratch) { $0.elementsEqual(text.span) }
    }
}
