import PatchbayCore
import PatchbayPlugin

/// An expression as a column: what `set` makes fields of.
final class ComputedColumn {
    enum Content {
        /// A column that is there already.
        case copy(ColumnSource)
        case number(any NumberOperand)
        case truth(TruthOperand)
        /// The same value for every record.
        case constant(Value)
    }

    /// Name, type and vocabulary.
    let field: Field
    private let content: Content
    private let sources: [ColumnSource]
    private let builder: ColumnBuilder
    private let vector = NumberVector()
    private var rows = Selection(count: 0, all: false)
    private var truth = Selection(count: 0, all: false)
    private var constant: Column?

    init(_ field: Field, _ content: Content, sources: [ColumnSource] = []) {
        self.field = field
        self.content = content
        self.sources = sources
        builder = ColumnBuilder(field)
    }

    /// The column for `batch`; throws when the batch is of another schema than was agreed.
    func column(_ batch: Batch) throws(PluginError) -> Column {
        try sources.check(batch)
        rows.reset(count: batch.count, all: true)
        switch content {
        case .copy(let source): return source.column(batch) ?? nothing(batch.count)
        case .constant(let value): return repeated(value, batch.count)
        case .number(let operand):
            operand.evaluate(batch, rows, into: vector)
            return numbers(operand.isInteger, batch.count)
        case .truth(let operand):
            operand.present?.narrow(batch, &rows)
            truth.assign(rows)
            operand.truth.narrow(batch, &truth)
            builder.begin(viewing: nil)
            for row in 0..<batch.count {
                if rows[row] { builder.append(bool: truth[row]) } else { builder.appendNull() }
            }
            return builder.finish()
        }
    }

    private func numbers(_ isInteger: Bool, _ count: Int) -> Column {
        builder.begin(viewing: nil)
        let vector = vector
        if isInteger {
            builder.fill(optionalInt64s: count) { vector.valid[$0] ? vector.integers[$0] : nil }
        } else {
            for row in 0..<count {
                if vector.valid[row] { builder.append(float64: vector.doubles[row]) } else { builder.appendNull() }
            }
        }
        return builder.finish()
    }

    private func nothing(_ count: Int) -> Column {
        builder.begin(viewing: nil)
        for _ in 0..<count { builder.appendNull() }
        return builder.finish()
    }

    /// Made once for the largest batch so far; smaller ones show a part of it.
    private func repeated(_ value: Value, _ count: Int) -> Column {
        if let constant, constant.count >= count { return constant.slice(0..<count) }
        builder.begin(viewing: nil)
        for _ in 0..<max(count, 1_024) { builder.append(value) }
        let column = builder.finish()
        constant = column
        return column.slice(0..<count)
    }
}

extension Expression {
    /// The expression as a field called `name`.
    func column(named name: String, for schema: Schema) throws(PluginError) -> ComputedColumn {
        var binder = Binder(schema)
        do {
            let operand = try binder.operand(tree)
            return try Self.column(named: name, operand, binder.sources, at: tree.range)
        } catch {
            throw error.located(in: text, at: position)
        }
    }

    private static func column(
        named name: String,
        _ operand: Operand,
        _ sources: [ColumnSource],
        at range: Range<Int>
    ) throws(ExpressionError) -> ComputedColumn {
        func copy(_ source: ColumnSource) -> ComputedColumn {
            var field = source.field
            field.name = name
            field.isOnDemand = false
            return ComputedColumn(field, .copy(source), sources: sources)
        }
        switch operand {
        case .number(let column as ColumnNumber), .time(let column): return copy(column.source)
        case .text(let source), .json(let source), .map(let source): return copy(source)
        case .number(let number):
            return ComputedColumn(
                Field(name, number.isInteger ? .int64 : .float64),
                .number(number),
                sources: sources
            )
        case .truth(let truth): return ComputedColumn(Field(name, .bool), .truth(truth), sources: sources)
        case .literal(.number(.integer(let value))):
            return ComputedColumn(Field(name, .int64), .constant(.int64(value)))
        case .literal(.number(.floating(let value))):
            return ComputedColumn(Field(name, .float64), .constant(.float64(value)))
        case .literal(.bool(let value)): return ComputedColumn(Field(name, .bool), .constant(.bool(value)))
        case .literal(.text(let text)):
            return ComputedColumn(Field(name, .word), .constant(.utf8(Bytes(copying: text.span))))
        case .literal(.null):
            throw ExpressionError("null alone has no type", at: range, advice: "use 'drop' to take a field away")
        }
    }
}
