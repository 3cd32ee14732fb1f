import PatchbayCore

/// A part of an expression with its type known.
enum Operand {
    case literal(Literal)
    case number(any NumberOperand)
    /// A `timestamp` column, in nanoseconds.
    case time(ColumnNumber)
    /// A `utf8`, `binary` or `word` column.
    case text(ColumnSource)
    case truth(TruthOperand)
    case json(ColumnSource)
    /// A map column: it can only be asked whether it is there.
    case map(ColumnSource)

    /// How messages call its type.
    var typeName: String {
        switch self {
        case .literal(.null): "null"
        case .literal(.bool), .truth: "a truth value"
        case .literal(.number), .number: "a number"
        case .literal(.text), .text: "a text"
        case .time: "a time"
        case .json: "a JSON value"
        case .map: "a map"
        }
    }
}
