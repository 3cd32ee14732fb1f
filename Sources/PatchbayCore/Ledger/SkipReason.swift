/// Why bytes or records were left out: an open set, compared by name.
public struct SkipReason: Sendable, Equatable {
    /// The name in the ledger, in `snake_case`.
    public let name: String

    /// A reason of a plugin's own.
    public init(_ name: String) { self.name = name }

    /// Bytes between records that belong to none.
    public static var damage: Self { Self("damage") }
    /// A record that the input's end cut off.
    public static var truncated: Self { Self("truncated") }
    /// A record over the configured size limit.
    public static var tooLarge: Self { Self("too_large") }
    /// A record that its format does not allow.
    public static var invalid: Self { Self("invalid") }
    /// An empty line or padding.
    public static var blank: Self { Self("blank") }
    /// The names of a table's columns.
    public static var header: Self { Self("header") }
    /// A record that a stage with `on_error: skip` failed on.
    public static var failed: Self { Self("failed") }

    /// Equality of the names' bytes.
    public static func == (left: Self, right: Self) -> Bool { left.name.utf8.elementsEqual(right.name.utf8) }
}

/// A run of input bytes that became no record.
public struct SkippedRegion: Sendable {
    /// Position of the first byte in the source part.
    public var position: UInt64
    /// Number of bytes.
    public var length: UInt64
    /// Why.
    public var reason: SkipReason

    /// A region.
    public init(position: UInt64, length: UInt64, reason: SkipReason) {
        self.position = position
        self.length = length
        self.reason = reason
    }
}
