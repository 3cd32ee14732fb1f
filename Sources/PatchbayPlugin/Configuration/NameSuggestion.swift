/// Finds the name that a user probably meant.
public enum NameSuggestion {
    /// The one of `names` that is most like `name`; nil when none is close enough to be worth asking.
    public static func closest(to name: String, in names: some Sequence<String>) -> String? {
        let wanted = folded(name)
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in names {
            let other = folded(candidate)
            guard !other.isEmpty, other.count <= 64 else { continue }
            let limit = max(1, min(wanted.count, other.count) / 3)
            // The same letters in another order: `whit` for `with`.
            let isShuffled = wanted.count > 2 && wanted.sorted() == other.sorted()
            guard let distance = isShuffled ? 1 : distance(wanted, other, limit: limit) else { continue }
            if distance < best?.distance ?? Int.max { best = (distance, candidate) }
        }
        return best?.name
    }

    /// The advice `did you mean 'x'?`, nil when no name is close.
    public static func advice(for name: String, in names: some Sequence<String>) -> String? {
        closest(to: name, in: names).map { "did you mean '\($0)'?" }
    }

    /// Upper case, `-` and `_` are what people mix up first: they count for nothing.
    private static func folded(_ name: String) -> [UInt8] {
        name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            case UInt8(ascii: "-"), UInt8(ascii: " "): UInt8(ascii: "_")
            default: byte
            }
        }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that make `a` into `b`; nil when over `limit`.
    /// Optimal string alignment, three rows.
    private static func distance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int? {
        guard abs(a.count - b.count) <= limit else { return nil }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        var row = last
        for i in 0..<a.count {
            row[0] = i + 1
            for j in 0..<b.count {
                let same = a[i] == b[j]
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (same ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
                row[j + 1] = cost
            }
            (beforeLast, last, row) = (last, row, beforeLast)
        }
        return last[b.count] <= limit ? last[b.count] : nil
    }
}
