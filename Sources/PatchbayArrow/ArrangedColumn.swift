import PatchbayCore

/// A column whose buffers lie as Arrow wants them.
struct ArrangedColumn {
    let column: Column
    /// The words of a dictionary-encoded column, as a text column.
    var words: Column?
    /// Bytes that were copied for it; nil when everything is shared.
    var copiedBytes: Int?
    var hasOverflowed: Bool

    init(_ column: Column, words: Column? = nil, copiedBytes: Int? = nil) {
        self.column = column
        self.words = words
        self.copiedBytes = copiedBytes
        hasOverflowed = column.hasOverflowed
    }
}

extension Column {
    /// This column where it fits Arrow as it is, else a compact copy.
    func arranged() -> ArrangedColumn {
        switch type {
        case .int64, .float64, .bool, .timestamp: return ArrangedColumn(self)
        case .binary: return isContiguous ? ArrangedColumn(self) : compacted()
        case .utf8, .json: return isContiguous && isUTF8 ? ArrangedColumn(self) : compacted()
        case .word: return arrangedWords()
        case .map: return arrangedMap()
        }
    }

    /// A copy of a variable column without gaps, its text repaired; without nulls when `isKey`.
    private func compacted(isKey: Bool = false) -> ArrangedColumn {
        let builder = ColumnBuilder(Field("", type))
        builder.begin(viewing: nil)
        for row in 0..<count {
            if isValid(row) {
                builder.append(copyOf: bytes(row), isText: type != .binary)
            } else if isKey {
                builder.append { _ in }
            } else {
                builder.appendNull()
            }
        }
        let column = builder.finish()
        return ArrangedColumn(column, copiedBytes: column.shownBytes)
    }

    private func arrangedWords() -> ArrangedColumn {
        guard let words else { return ArrangedColumn(self) }
        let (offsets, data) = words.arrowBuffers
        let text = Column(type: .utf8, count: words.count, values: offsets, data: data)
        if text.isUTF8 { return ArrangedColumn(self, words: text) }
        let repaired = text.compacted()
        return ArrangedColumn(self, words: repaired.column, copiedBytes: repaired.copiedBytes)
    }

    private func arrangedMap() -> ArrangedColumn {
        guard let mapKeys, let mapValues else { return ArrangedColumn(self) }
        if !isContiguous { return compactedMap(mapKeys, mapValues) }
        let keys = mapKeys.nullCount > 0 ? mapKeys.compacted(isKey: true) : mapKeys.arranged()
        let values = mapValues.arranged()
        if keys.copiedBytes == nil, values.copiedBytes == nil { return ArrangedColumn(self) }
        let column = Column(
            type: type,
            count: count,
            offset: offset,
            validity: validity,
            values: self.values,
            entries: MapEntries(keys: keys.column, values: values.column),
            hasOverflowed: keys.hasOverflowed || values.hasOverflowed
        )
        return ArrangedColumn(column, copiedBytes: (keys.copiedBytes ?? 0) + (values.copiedBytes ?? 0))
    }

    /// A copy of a map column with the entries of its rows alone, one behind the other.
    private func compactedMap(_ mapKeys: Column, _ mapValues: Column) -> ArrangedColumn {
        let builder = ColumnBuilder(Field("", type))
        builder.begin(viewing: nil)
        guard let (keys, values) = builder.mapBuilders else { return ArrangedColumn(self) }
        for row in 0..<count {
            guard isValid(row) else {
                builder.appendNull()
                continue
            }
            for entry in entryRange(row) {
                keys.append(copyOf: mapKeys.bytes(entry), isText: true)
                if mapValues.isValid(entry) {
                    values.append(copyOf: mapValues.bytes(entry), isText: true)
                } else {
                    values.appendNull()
                }
            }
            builder.endMap()
        }
        let column = builder.finish()
        let bytes = (column.mapKeys?.shownBytes ?? 0) + (column.mapValues?.shownBytes ?? 0)
        return ArrangedColumn(column, copiedBytes: bytes + count * 4)
    }

    /// Whether every value of a contiguous text column is UTF-8: the whole run is, and no value begins inside a scalar.
    private var isUTF8: Bool {
        guard count > 0, let data = dataBuffer else { return true }
        let first = start(0)
        let run = data.bytes(at: first, count: end(count - 1) - first)
        guard (try? UTF8Span(validating: run)) != nil else { return false }
        for row in 1..<max(1, count) {
            let place = start(row) - first
            if place < run.count, run[place] & 0xC0 == 0x80 { return false }
        }
        return true
    }

    private var shownBytes: Int { count > 0 ? end(count - 1) - start(0) : 0 }
}

extension ColumnBuilder {
    /// Appends a copy of `bytes`; text that is not UTF-8 is repaired.
    fileprivate func append(copyOf bytes: Span<UInt8>, isText: Bool) {
        if isText, (try? UTF8Span(validating: bytes)) == nil {
            append(copying: Bytes(String(decoding: bytes)).span)
        } else {
            append(copying: bytes)
        }
    }
}
