import PatchbayCore

/// Tests the bytes of a `utf8` or `binary` column.
final class TextCondition: Condition {
    private let source: ColumnSource
    private let test: TextTest

    init(_ source: ColumnSource, _ test: TextTest) {
        self.source = source
        self.test = test
    }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        guard let column = source.column(batch) else { return rows.reset(count: rows.count, all: false) }
        rows.narrow(toValid: column)
        let test = test
        rows.narrowEach { test.accepts(column.bytes($0)) }
    }
}

/// Tests a `word` column: every word once, then rows by the number of their word.
final class WordCondition: Condition {
    private let source: ColumnSource
    private let test: TextTest
    private var cache = WordCache<Bool>()

    init(_ source: ColumnSource, _ test: TextTest) {
        self.source = source
        self.test = test
    }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        guard let column = source.column(batch), let words = column.words else {
            return rows.reset(count: rows.count, all: false)
        }
        rows.narrow(toValid: column)
        let test = test
        guard cache.pays(for: words, rows: rows.count) else {
            return rows.narrowEach { test.accepts(column.bytes($0)) }
        }
        let answers = cache.values(for: words) { test.accepts($0) }
        let indices = column.indices
        rows.narrow { row in
            // A row without a value may hold any index.
            let index = Int(truncatingIfNeeded: indices[row])
            return index >= 0 && index < answers.count && answers[index]
        }
    }
}

/// What was computed for the words of a few word lists. Several are in use at a time because every worker of a parser
/// has its own, and a new one appears whenever a word is added.
struct WordCache<Element> {
    private var entries: [(words: WordList, values: [Element])] = []
    private var oldest = 0
    private let limit = 8

    /// Whether computing a value per word costs less than one per row, or was done already.
    func pays(for words: WordList, rows: Int) -> Bool {
        words.count <= rows || entries.contains { $0.words.isIdentical(to: words) }
    }

    /// One value per word of `words`.
    mutating func values(for words: WordList, _ value: (Span<UInt8>) -> Element) -> [Element] {
        for entry in entries where entry.words.isIdentical(to: words) { return entry.values }
        var values: [Element] = []
        values.reserveCapacity(words.count)
        for index in 0..<words.count { values.append(value(words.word(index))) }
        if entries.count < limit {
            entries.append((words, values))
        } else {
            entries[oldest] = (words, values)
            oldest = (oldest + 1) % limit
        }
        return values
    }
}

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
