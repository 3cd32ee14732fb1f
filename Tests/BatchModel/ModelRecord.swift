public import PatchbayCore

/// A record as plain values: what a batch is compared with.
public struct ModelRecord: Sendable {
    /// The key; `.null` when it has none.
    public var key: ModelValue = .null
    /// The value.
    public var value: ModelValue = .null
    /// The time.
    public var time: ModelValue = .null
    /// One value per field.
    public var fields: [ModelValue] = []

    /// A record without values.
    public init() {}
}

/// A value that shares nothing.
public enum ModelValue: Sendable, Equatable {
    /// No value.
    case null
    /// A number or a time.
    case int64(Int64)
    /// The bits of a floating-point number.
    case float64(UInt64)
    /// A truth value.
    case bool(Bool)
    /// The bytes of text, a word, JSON or binary.
    case bytes([UInt8])
    /// Keys and values; a value may be missing.
    case map([Entry])

    /// One entry of a map.
    public struct Entry: Sendable, Equatable {
        /// The key.
        public var key: [UInt8]
        /// The value, if there is one.
        public var value: [UInt8]?

        /// An entry.
        public init(key: [UInt8], value: [UInt8]?) {
            self.key = key
            self.value = value
        }
    }
}

extension ModelValue {
    /// What `column` shows in `row`, read through its fast accessors.
    public init(_ column: Column, _ row: Int) {
        guard column.isValid(row) else {
            self = .null
            return
        }
        switch column.type {
        case .int64, .timestamp: self = .int64(column.int64s[row])
        case .float64: self = .float64(column.float64s[row].bitPattern)
        case .bool: self = .bool(column.bool(row))
        case .utf8, .binary, .json, .word: self = .bytes(Self.copy(column.bytes(row)))
        case .map:
            guard let keys = column.mapKeys, let values = column.mapValues else {
                self = .null
                return
            }
            self = .map(
                column.entryRange(row).map { entry in
                    Entry(
                        key: Self.copy(keys.bytes(entry)),
                        value: values.isValid(entry) ? Self.copy(values.bytes(entry)) : nil
                    )
                }
            )
        }
    }

    /// What a value that may be kept shows.
    public init(_ value: Value) {
        switch value {
        case .null: self = .null
        case .int64(let number), .timestamp(let number): self = .int64(number)
        case .float64(let number): self = .float64(number.bitPattern)
        case .bool(let truth): self = .bool(truth)
        case .utf8(let bytes), .binary(let bytes), .json(let bytes): self = .bytes(Self.copy(bytes.span))
        case .map(let entries):
            self = .map(
                entries.map {
                    Entry(
                        key: $0.key.bytes.map { Self.copy($0.span) } ?? [],
                        value: $0.value.bytes.map { Self.copy($0.span) })
                }
            )
        }
    }

    private static func copy(_ span: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(span.count)
        for index in 0..<span.count { bytes.append(span[index]) }
        return bytes
    }
}

extension Batch {
    /// The first difference between the batch and `records`; nil when there is none. Reads every value.
    public func difference(from records: [ModelRecord]) -> String? {
        guard count == records.count else { return "\(count) rows instead of \(records.count)" }
        if let key, let text = key.difference("key", records.map(\.key)) { return text }
        if let text = value.difference("value", records.map(\.value)) { return text }
        if let time, let text = time.difference("time", records.map(\.time)) { return text }
        for (index, column) in fields.enumerated() {
            if let text = column.difference(schema.fields[index].name, records.map { $0.fields[index] }) { return text }
        }
        return nil
    }
}

extension Column {
    func difference(_ name: String, _ expected: [ModelValue]) -> String? {
        guard count == expected.count else { return "\(name): \(count) rows instead of \(expected.count)" }
        let nulls = expected.filter { $0 == .null }.count
        if nullCount != nulls { return "\(name): \(nullCount) nulls instead of \(nulls)" }
        for row in 0..<count {
            let fast = ModelValue(self, row)
            if fast != expected[row] { return "\(name)[\(row)]: \(fast) instead of \(expected[row])" }
            let kept = ModelValue(value(row))
            if kept != expected[row] { return "\(name)[\(row)]: value \(kept) instead of \(expected[row])" }
        }
        return nil
    }
}
