import PatchbayCore

@testable import PatchbayComponents

/// The language of `docs/expressions.md`, one row at a time and without any cleverness: what the vectorised evaluation
/// is compared with.
struct NaiveInterpreter {
    enum Cell {
        case missing
        case number(Number)
        case truth(Bool)
        case text([UInt8], order: [String])
        case time(Int64)
        case otherJSON([UInt8])
    }

    let batch: Batch
    let row: Int

    func holds(_ tree: Syntax) -> Bool {
        switch tree.kind {
        case .all(let parts): return parts.allSatisfy { holds($0) }
        case .any(let parts): return parts.contains { holds($0) }
        case .not(let part): return !holds(part)
        case .missing(let part, let isNegated): return isMissing(cell(part)) != isNegated
        case .comparison(let comparison, let left, let right): return compare(comparison, cell(left), cell(right))
        case .text(let test, let left, let right, let isNegated):
            guard let a = anyText(left), let b = anyText(right) else { return false }
            return test_(test, a, b) != isNegated
        case .list(let part, let elements, let isNegated):
            let value = cell(part)
            if isMissing(value) { return false }
            return elements.contains { compare(.equal, value, cell($0)) } != isNegated
        case .range(let part, let low, let high, let isNegated):
            let value = cell(part)
            if isMissing(value) { return false }
            return (compare(.greaterOrEqual, value, cell(low)) && compare(.lessOrEqual, value, cell(high))) != isNegated
        case .literal, .name, .negative, .arithmetic:
            if case .truth(true) = cell(tree) { return true }
            return false
        }
    }

    private func isMissing(_ cell: Cell) -> Bool { if case .missing = cell { true } else { false } }

    func cell(_ tree: Syntax) -> Cell {
        switch tree.kind {
        case .literal(.null): return .missing
        case .literal(.bool(let truth)): return .truth(truth)
        case .literal(.number(let number)): return .number(number)
        case .literal(.text(let text)): return .text(text, order: [])
        case .name(let name): return column(name)
        case .negative(let part):
            guard case .number(let number) = number(part) else { return .missing }
            switch number {
            case .integer(let value): return value == .min ? .missing : .number(.integer(-value))
            case .floating(let value): return .number(.floating(-value))
            }
        case .arithmetic(let operation, let left, let right):
            guard case .number(let a) = number(left), case .number(let b) = number(right) else { return .missing }
            return calculate(operation, a, b)
        default: return .truth(holds(tree))
        }
    }

    /// JSON numbers count as float64 in arithmetic.
    private func number(_ tree: Syntax) -> Cell {
        guard case .number(let number) = cell(tree) else { return .missing }
        if case .name(let name) = tree.kind, batch.column(named: name)?.type == .json {
            return .number(.floating(number.double))
        }
        return .number(number)
    }

    private func calculate(_ operation: ArithmeticOperator, _ a: Number, _ b: Number) -> Cell {
        if case (.integer(let x), .integer(let y)) = (a, b), operation != .divide {
            let (value, overflow) =
                switch operation {
                case .add: x.addingReportingOverflow(y)
                case .subtract: x.subtractingReportingOverflow(y)
                case .multiply: x.multipliedReportingOverflow(by: y)
                default: y == -1 ? (0, false) : x.remainderReportingOverflow(dividingBy: y)
                }
            return overflow ? .missing : .number(.integer(value))
        }
        let value =
            switch operation {
            case .add: a.double + b.double
            case .subtract: a.double - b.double
            case .multiply: a.double * b.double
            case .divide: a.double / b.double
            case .remainder: a.double.truncatingRemainder(dividingBy: b.double)
            }
        return value.isFinite ? .number(.floating(value)) : .missing
    }

    private func column(_ name: String) -> Cell {
        guard let column = batch.column(named: name) else { return .missing }
        let order = batch.schema.resolve(name).map { batch.schema.field($0).order } ?? []
        switch column.value(row) {
        case .null, .map: return .missing
        case .int64(let value): return .number(.integer(value))
        case .float64(let value): return .number(.floating(value))
        case .bool(let value): return .truth(value)
        case .timestamp(let value): return .time(value)
        case .utf8(let bytes), .binary(let bytes): return .text(Array(bytes.text.utf8), order: order)
        case .json(let bytes): return json(bytes.text)
        }
    }

    private func json(_ raw: String) -> Cell {
        switch raw {
        case "null": return .missing
        case "true": return .truth(true)
        case "false": return .truth(false)
        case "\"a\\u0062c\"": return .text(Array("abc".utf8), order: [])
        case "\"\\ud83d\\ude00\"": return .text(Array("😀".utf8), order: [])
        default:
            if raw.hasPrefix("\"") { return .text(Array(raw.dropFirst().dropLast().utf8), order: []) }
            if let whole = Int64(raw) { return .number(.integer(whole)) }
            if let number = Double(raw), number.isFinite { return .number(.floating(number)) }
            return .otherJSON(Array(raw.utf8))
        }
    }

    /// What text tests look at: texts, and other JSON values as they are written.
    private func anyText(_ tree: Syntax) -> [UInt8]? {
        if case .text(let text, _) = cell(tree) { return text }
        if isMissing(cell(tree)) { return nil }
        if case .name(let name) = tree.kind, case .json(let raw)? = batch.column(named: name)?.value(row) {
            return Array(raw.text.utf8)
        }
        return nil
    }

    private func test_(_ test: TextOperator, _ a: [UInt8], _ b: [UInt8]) -> Bool {
        switch test {
        case .startsWith: return a.starts(with: b)
        case .endsWith: return a.reversed().starts(with: b.reversed())
        case .contains: return b.isEmpty || a.indices.contains { a[$0...].starts(with: b) }
        case .matches:
            return Self.fits(Array(String(decoding: b, as: UTF8.self))[...], String(decoding: a, as: UTF8.self)[...])
        }
    }

    static func fits(_ pattern: ArraySlice<Character>, _ text: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        switch first {
        case "*": return (0...text.count).contains { fits(rest, text.dropFirst($0)) }
        case "?": return !text.isEmpty && fits(rest, text.dropFirst())
        case "\\":
            guard let escaped = rest.first else { return text == "\\" }
            return text.first == escaped && fits(rest.dropFirst(), text.dropFirst())
        default: return text.first == first && fits(rest, text.dropFirst())
        }
    }

    private func compare(_ comparison: ComparisonOperator, _ a: Cell, _ b: Cell) -> Bool {
        switch (a, b) {
        case (.missing, _), (_, .missing): return false
        case (.number(let x), .number(let y)): return comparison.holds(exactOrder(x, y))
        case (.truth(let x), .truth(let y)): return comparison.isEquality && (x == y) == (comparison == .equal)
        case (.time(let x), .time(let y)): return comparison.holds(x < y ? -1 : x > y ? 1 : 0)
        case (.time(let x), .text(let text, _)):
            return compare(comparison, .time(x), .time(TimeText.nanoseconds(text.span) ?? 0))
        case (.text, .time): return compare(comparison.exchanged, b, a)
        case (.text(let x, let order), .text(let y, let otherOrder)):
            let order = order.isEmpty ? otherOrder : order
            if !order.isEmpty, !comparison.isEquality,
                let i = order.firstIndex(where: { Array($0.utf8) == x }),
                let j = order.firstIndex(where: { Array($0.utf8) == y })
            {
                return comparison.holds(i - j)
            }
            return comparison.holds(x == y ? 0 : x.lexicographicallyPrecedes(y) ? -1 : 1)
        case (.otherJSON(let x), .otherJSON(let y)): return comparison.isEquality && (x == y) == (comparison == .equal)
        default: return comparison == .notEqual
        }
    }

    /// By way of 80-bit or decimal thinking: the whole part decides, then the fraction.
    private func exactOrder(_ x: Number, _ y: Number) -> Int? {
        switch (x, y) {
        case (.integer(let a), .integer(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.floating(let a), .floating(let b)): return a.isNaN || b.isNaN ? nil : a < b ? -1 : a > b ? 1 : 0
        case (.integer(let a), .floating(let b)):
            if b.isNaN { return nil }
            if b >= 0x1p64 { return -1 }
            if b <= -0x1p64 { return 1 }
            let whole = Int128(b.rounded(.towardZero))
            if Int128(a) != whole { return Int128(a) < whole ? -1 : 1 }
            let fraction = b - b.rounded(.towardZero)
            return fraction > 0 ? -1 : fraction < 0 ? 1 : 0
        case (.floating, .integer): return exactOrder(y, x).map { -$0 }
        }
    }
}
