/// Rows in columns for a terminal.
enum TextTable {
    /// One line per row; each column as wide as its widest cell. The columns of `numeric` are aligned to the right.
    static func text(_ rows: [[String]], numeric: Set<Int> = []) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                if column > 0 { line += "  " }
                if numeric.contains(column) {
                    line += cell.rightAligned(to: widths[column])
                } else {
                    line += column == row.count - 1 ? cell : cell.padded(to: widths[column])
                }
            }
            return line + "\n"
        }.joined()
    }
}
