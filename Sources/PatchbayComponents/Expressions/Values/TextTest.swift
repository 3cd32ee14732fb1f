import PatchbayCore

/// A question about the bytes of one text.
enum TextTest {
    case compare(ComparisonOperator, [UInt8])
    /// One of a list, which is sorted.
    case anyOf([[UInt8]])
    case contains([UInt8])
    case startsWith([UInt8])
    case endsWith([UInt8])
    case matches(Glob)

    init(_ test: TextOperator, _ text: [UInt8]) {
        self =
            switch test {
            case .contains: .contains(text)
            case .startsWith: .startsWith(text)
            case .endsWith: .endsWith(text)
            case .matches: .matches(Glob(text))
            }
    }

    static func oneOf(_ texts: [[UInt8]]) -> TextTest {
        .anyOf(texts.sorted { $0.lexicographicallyPrecedes($1) })
    }

    func accepts(_ text: Span<UInt8>) -> Bool {
        switch self {
        case .compare(.equal, let other): return text.elementsEqual(other.span)
        case .compare(.notEqual, let other): return !text.elementsEqual(other.span)
        case .compare(let comparison, let other): return comparison.holds(text.order(other.span))
        case .contains(let part): return text.contains(part.span)
        case .startsWith(let part): return text.starts(with: part.span)
        case .endsWith(let part): return text.ends(with: part.span)
        case .matches(let glob): return glob.fits(text)
        case .anyOf(let list):
            var low = 0
            var high = list.count
            while low < high {
                let middle = (low + high) / 2
                let candidate = list[middle]
                let order = text.order(candidate.span)
                if order == 0 { return true }
                if order < 0 { high = middle } else { low = middle + 1 }
            }
            return false
        }
    }
}
