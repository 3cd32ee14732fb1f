import PatchbayCore

/// A question about every row of a batch.
protocol Condition: AnyObject {
    /// Takes the rows out of `rows` for which it does not hold.
    func narrow(_ batch: Batch, _ rows: inout Selection)
}

/// A column that an expression reads.
struct ColumnSource {
    /// Where it stands; nil for a field of an open schema that nobody asked for, which has no values then.
    let reference: ColumnReference?
    let field: Field

    func column(_ batch: Batch) -> Column? { reference.map { batch.column($0) } }

    /// Whether `batch` has the column that was agreed.
    func fits(_ batch: Batch) -> Bool {
        switch reference {
        case nil, .value: true
        case .key: batch.key != nil
        case .time: batch.time != nil
        case .field(let index): index < batch.fields.count && batch.fields[index].type == field.type
        }
    }
}

/// Holds for all rows or for none.
final class ConstantCondition: Condition {
    let holds: Bool
    init(_ holds: Bool) { self.holds = holds }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        if !holds { rows.reset(count: rows.count, all: false) }
    }
}

/// Holds where all its parts hold. Each part sees only the rows that the parts before it left.
final class AllCondition: Condition {
    private let parts: [any Condition]
    init(_ parts: [any Condition]) { self.parts = parts }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        for part in parts {
            if rows.isEmpty { return }
            part.narrow(batch, &rows)
        }
    }
}

/// Holds where one of its parts holds. Each part sees only the rows that no part before it took.
final class AnyCondition: Condition {
    private let parts: [any Condition]
    private var rest = Selection(count: 0, all: false)
    private var taken = Selection(count: 0, all: false)
    private var found = Selection(count: 0, all: false)

    init(_ parts: [any Condition]) { self.parts = parts }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        rest.assign(rows)
        taken.reset(count: rows.count, all: false)
        for part in parts {
            if rest.isEmpty { break }
            found.assign(rest)
            part.narrow(batch, &found)
            taken.formUnion(found)
            rest.subtract(found)
        }
        rows.formIntersection(taken)
    }
}

/// Holds where the other one does not.
final class NotCondition: Condition {
    private let other: any Condition
    private var found = Selection(count: 0, all: false)

    init(_ other: any Condition) { self.other = other }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        found.assign(rows)
        other.narrow(batch, &found)
        rows.subtract(found)
    }
}

/// Holds where a column has a value; JSON's `null` is none.
final class PresentCondition: Condition {
    private let source: ColumnSource
    init(_ source: ColumnSource) { self.source = source }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        guard let column = source.column(batch) else { return rows.reset(count: rows.count, all: false) }
        rows.narrow(toValid: column)
        guard column.type == .json else { return }
        rows.narrowEach { row in
            if case .missing = JSONValue.kind(column.bytes(row)) { false } else { true }
        }
    }
}

/// Holds where a `bool` column is true, or where a JSON column says `true`.
final class TruthCondition: Condition {
    private let source: ColumnSource
    init(_ source: ColumnSource) { self.source = source }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        guard let column = source.column(batch) else { return rows.reset(count: rows.count, all: false) }
        rows.narrow(toValid: column)
        if column.type == .json {
            rows.narrowEach { column.bytes($0).equals("true") }
        } else {
            rows.narrow { column.bool($0) }
        }
    }
}
