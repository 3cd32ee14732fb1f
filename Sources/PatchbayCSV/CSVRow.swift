internal import PatchbayCore

/// A field of a row, as a range of the input.
struct CSVCell {
    /// What is between delimiters, or between the quotes.
    var range: Range<Int>
    /// Whether it stood in quotes: then it is text, whatever it looks like.
    var isQuoted: Bool
    /// Whether quotes in it are written twice.
    var hasDoubledQuotes: Bool
}

/// Finds the end of a row and its fields (RFC 4180; a lone newline ends a row as well).
struct CSVRow {
    /// What lies at the beginning of the bytes that are left.
    enum Ending {
        /// A row; the next one begins at the offset.
        case row(content: Int, next: Int)
        /// The row goes on behind the end of the input.
        case needMore
        /// A quote stands where none may be; the row ends at the offset, as far as can be told.
        case damaged(next: Int)
        /// The input ends within quotes.
        case truncated
    }

    private(set) var cells: [CSVCell] = []

    /// Reads the row that begins at `start`.
    mutating func read(_ buffer: Buffer, from start: Int, to end: Int, isLast: Bool, _ options: CSVOptions) -> Ending {
        cells.removeAll(keepingCapacity: true)
        var at = start
        while true {
            if at < end, buffer.load(at, as: UInt8.self) == options.quote {
                guard let close = closingQuote(buffer, from: at + 1, to: end, options.quote) else {
                    return isLast ? .truncated : .needMore
                }
                // What follows a closing quote decides whether it was one.
                if close.next == end, !isLast { return .needMore }
                cells.append(
                    CSVCell(range: at + 1..<close.next - 1, isQuoted: true, hasDoubledQuotes: close.hasDoubled))
                at = close.next
            } else {
                let first = at
                while at < end, !isEnding(buffer.load(at, as: UInt8.self), options) { at += 1 }
                if at == end, !isLast { return .needMore }
                cells.append(CSVCell(range: first..<at, isQuoted: false, hasDoubledQuotes: false))
            }
            guard at < end else { return .row(content: at, next: at) }
            let byte = buffer.load(at, as: UInt8.self)
            if byte == options.delimiter {
                at += 1
                if at == end, !isLast { return .needMore }
                continue
            }
            if byte == 0x0A { return .row(content: finish(buffer, at), next: at + 1) }
            if byte == 0x0D {
                if at + 1 == end { return isLast ? .row(content: at, next: end) : .needMore }
                if buffer.load(at + 1, as: UInt8.self) == 0x0A { return .row(content: at, next: at + 2) }
            }
            return damaged(buffer, at, end, isLast)
        }
    }

    private func isEnding(_ byte: UInt8, _ options: CSVOptions) -> Bool { byte == options.delimiter || byte == 0x0A }

    /// A carriage return before the newline belongs to the line's end.
    private mutating func finish(_ buffer: Buffer, _ newline: Int) -> Int {
        guard let last = cells.last, !last.isQuoted, last.range.upperBound > last.range.lowerBound,
            buffer.load(newline - 1, as: UInt8.self) == 0x0D
        else { return newline }
        cells[cells.count - 1].range = last.range.lowerBound..<newline - 1
        return newline - 1
    }

    private func closingQuote(
        _ buffer: Buffer, from start: Int, to end: Int, _ quote: UInt8
    ) -> (next: Int, hasDoubled: Bool)? {
        var at = start
        var hasDoubled = false
        while at < end {
            if buffer.load(at, as: UInt8.self) == quote {
                guard at + 1 < end, buffer.load(at + 1, as: UInt8.self) == quote else { return (at + 1, hasDoubled) }
                hasDoubled = true
                at += 1
            }
            at += 1
        }
        return nil
    }

    private func damaged(_ buffer: Buffer, _ start: Int, _ end: Int, _ isLast: Bool) -> Ending {
        var at = start
        while at < end, buffer.load(at, as: UInt8.self) != 0x0A { at += 1 }
        if at == end { return isLast ? .damaged(next: end) : .needMore }
        return .damaged(next: at + 1)
    }
}
