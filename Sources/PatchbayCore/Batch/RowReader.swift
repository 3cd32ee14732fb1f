/// The values of some columns of a batch, row by row: for encoders, which need all columns of a row at once.
///
/// A ``Column`` costs a reference count for every buffer whenever it is taken out of an array, which is more than reading
/// a value. This holds the addresses instead; the batch keeps the memory alive for as long as a reader of it exists.
/// Every access is checked against the column's and the buffer's size.
public struct RowReader: ~Escapable {
    @usableFromInline let cells: [CellAddress]

    /// The columns that `references` name, numbered in that order.
    @_lifetime(borrow batch)
    public init(_ batch: borrowing Batch, _ references: [ColumnReference]) {
        var cells: [CellAddress] = []
        var entries: [CellAddress] = []
        cells.reserveCapacity(references.count)
        for reference in references {
            let column = batch.column(reference)
            if let keys = column.mapKeys, let values = column.mapValues {
                cells.append(CellAddress(column, keys: references.count + entries.count))
                entries.append(CellAddress(keys, keys: 0))
                entries.append(CellAddress(values, keys: 0))
            } else {
                cells.append(CellAddress(column, keys: 0))
            }
        }
        cells.append(contentsOf: entries)
        self.cells = cells
    }

    /// The type of a column.
    @inlinable
    @inline(__always)
    public func type(_ column: Int) -> FieldType { cells[column].type }

    /// Whether `row` has a value in a column.
    @inlinable
    @inline(__always)
    public func isValid(_ column: Int, _ row: Int) -> Bool { cells[column].isValid(row) }

    /// The number of an `int64` or `timestamp` column; unspecified where there is no value.
    @inlinable
    @inline(__always)
    public func int64(_ column: Int, _ row: Int) -> Int64 { cells[column].number(row) }

    /// The number of a `float64` column; unspecified where there is no value.
    @inlinable
    @inline(__always)
    public func float64(_ column: Int, _ row: Int) -> Double { cells[column].number(row) }

    /// The truth value of a `bool` column; unspecified where there is no value.
    @inlinable
    @inline(__always)
    public func bool(_ column: Int, _ row: Int) -> Bool { cells[column].bool(row) }

    /// The entries of a row of a map column: rows of the columns ``keys(_:)`` and ``values(_:)``. None where there is no
    /// value.
    @inlinable
    @inline(__always)
    public func entries(_ column: Int, _ row: Int) -> Range<Int> {
        guard cells[column].keys > 0 else { return 0..<0 }
        let range = cells[column].range(row)
        return range.start..<range.start &+ range.count
    }

    /// The number of the column with the keys of all entries of a map column; only for such.
    @inlinable
    public func keys(_ column: Int) -> Int { cells[column].keys }

    /// The number of the column with the values of all entries of a map column; only for such.
    @inlinable
    public func values(_ column: Int) -> Int { cells[column].keys &+ 1 }

    /// The bytes of a variable or `word` column; empty where there is no value.
    @inlinable
    @inline(__always)
    @_lifetime(copy self)
    public func bytes(_ column: Int, _ row: Int) -> Span<UInt8> {
        let range = unsafe cells[column].bytes(row)
        let span = unsafe Span<UInt8>(_unsafeStart: range.start, count: range.count)
        return unsafe _overrideLifetime(span, copying: self)
    }

    /// Appends the bytes of a variable or `word` column to `output`; none where there is no value.
    @inlinable
    @inline(__always)
    public func append(_ column: Int, _ row: Int, to output: inout ByteBuffer) {
        let range = unsafe cells[column].bytes(row)
        unsafe output.append(padded: range.start, count: range.count)
    }
}

/// Where the values of a column lie. Plain numbers, so that copying it costs no reference counts; which buffers are long
/// enough for which rows is checked when it is made.
@safe
@usableFromInline
struct CellAddress: BitwiseCopyable {
    /// What `values` holds.
    @usableFromInline
    enum Layout: BitwiseCopyable {
        case numbers, bits
        /// Indices of ranges.
        case words
        /// Starts of ranges.
        case ranges
    }

    @usableFromInline let type: FieldType
    @usableFromInline let layout: Layout
    @usableFromInline let count: Int
    @usableFromInline let offset: Int
    @usableFromInline let validity: UnsafeRawPointer?
    @usableFromInline let values: UnsafeRawPointer
    /// The ranges of `data` that are values, or words.
    @usableFromInline let starts: UnsafeRawPointer
    @usableFromInline let ends: UnsafeRawPointer
    @usableFromInline let data: UnsafeRawPointer
    @usableFromInline let dataCount: Int
    @usableFromInline let rangeCount: Int
    /// Number of the column with the keys of a map's entries, which the one with their values follows; 0 for no map.
    @usableFromInline let keys: Int

    init(_ column: Column, keys: Int) {
        let end = column.offset + column.count
        type = column.type
        count = column.count
        offset = column.offset
        self.keys = keys
        unsafe validity = column.validity.map { unsafe UnsafeRawPointer($0.base) }
        unsafe values = UnsafeRawPointer(column.values.base)
        precondition(
            column.offset >= 0 && column.count >= 0 && end <= (column.validity?.capacity ?? Int(Int32.max)) * 8)
        var ranges = column.values
        var lastRanges = column.ends
        switch column.type {
        case .int64, .timestamp, .float64:
            layout = .numbers
            rangeCount = 0
            precondition(end <= column.values.capacity / 8)
        case .bool:
            layout = .bits
            rangeCount = 0
            precondition((end + 7) / 8 <= column.values.capacity)
        case .word:
            layout = .words
            rangeCount = column.words?.count ?? 0
            ranges = column.words?.starts ?? column.values
            lastRanges = nil
            precondition(end <= column.values.capacity / 4)
        case .utf8, .binary, .json, .map:
            layout = .ranges
            rangeCount = end
        }
        precondition(rangeCount + (lastRanges == nil && rangeCount > 0 ? 1 : 0) <= ranges.capacity / 4)
        precondition(rangeCount <= (lastRanges ?? ranges).capacity / 4)
        unsafe starts = UnsafeRawPointer(ranges.base)
        unsafe ends = lastRanges.map { unsafe UnsafeRawPointer($0.base) } ?? starts + 4
        let bytes = column.words?.data ?? column.data
        unsafe data = bytes.map { unsafe UnsafeRawPointer($0.base) } ?? values
        dataCount = bytes?.capacity ?? 0
    }

    @inlinable
    @inline(__always)
    func isValid(_ row: Int) -> Bool {
        precondition(row >= 0 && row < count)
        guard let validity = unsafe validity else { return true }
        let bit = offset &+ row
        let byte = unsafe validity.load(fromByteOffset: bit >> 3, as: UInt8.self)
        return byte & (1 << UInt8(truncatingIfNeeded: bit & 7)) != 0
    }

    @inlinable
    @inline(__always)
    func number<T: BitwiseCopyable>(_ row: Int) -> T {
        precondition(row >= 0 && row < count && layout == .numbers && MemoryLayout<T>.size == 8)
        return unsafe values.load(fromByteOffset: (offset &+ row) &* 8, as: T.self)
    }

    @inlinable
    @inline(__always)
    func bool(_ row: Int) -> Bool {
        precondition(row >= 0 && row < count && layout == .bits)
        let bit = offset &+ row
        let byte = unsafe values.load(fromByteOffset: bit >> 3, as: UInt8.self)
        return byte & (1 << UInt8(truncatingIfNeeded: bit & 7)) != 0
    }

    /// A range of ``data``, or of the entries of a map.
    @inlinable
    @inline(__always)
    func range(_ row: Int) -> (start: Int, count: Int) {
        guard isValid(row) else { return (0, 0) }
        var index = offset &+ row
        if layout == .words { index = Int(unsafe values.load(fromByteOffset: index &* 4, as: Int32.self)) }
        precondition(index >= 0 && index < rangeCount)
        let start = Int(unsafe starts.load(fromByteOffset: index &* 4, as: Int32.self))
        let end = Int(unsafe ends.load(fromByteOffset: index &* 4, as: Int32.self))
        precondition(start >= 0 && start <= end)
        return (start, end &- start)
    }

    @inlinable
    @inline(__always)
    func bytes(_ row: Int) -> (start: UnsafePointer<UInt8>, count: Int) {
        let range = range(row)
        precondition(range.start &+ range.count <= dataCount)
        return unsafe ((data + range.start).assumingMemoryBound(to: UInt8.self), range.count)
    }
}
