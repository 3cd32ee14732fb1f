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
