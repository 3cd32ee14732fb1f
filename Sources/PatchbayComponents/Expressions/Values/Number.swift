/// A number of either kind. Both kinds are compared by their exact values.
enum Number: Equatable {
    case integer(Int64)
    case floating(Double)

    /// The nearest double.
    var double: Double {
        switch self {
        case .integer(let value): Double(value)
        case .floating(let value): value
        }
    }

    /// -1, 0 or 1; nil when one is NaN.
    static func order(_ left: Number, _ right: Number) -> Int? {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): a < b ? -1 : a > b ? 1 : 0
        case (.floating(let a), .floating(let b)): order(a, b)
        case (.integer(let a), .floating(let b)): order(a, b)
        case (.floating(let a), .integer(let b)): order(b, a).map { -$0 }
        }
    }

    static func order(_ left: Double, _ right: Double) -> Int? {
        left < right ? -1 : left > right ? 1 : left == right ? 0 : nil
    }

    static func order(_ left: Int64, _ right: Double) -> Int? {
        guard !right.isNaN else { return nil }
        if right >= 0x1p63 { return -1 }
        if right < -0x1p63 { return 1 }
        let whole = right.rounded(.down)
        let floor = Int64(whole)
        if left != floor { return left < floor ? -1 : 1 }
        return whole < right ? -1 : 0
    }
}
