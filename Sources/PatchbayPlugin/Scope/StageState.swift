/// Values under keys that outlive the instances of a stage and are shared by them.
public final class StageState: Sendable {
    /// What a key costs beyond its own bytes and those of its value.
    public static let bytesPerKey = 64

    private struct Content {
        var values: [[UInt8]: [UInt8]] = [:]
        var size = 0
    }
    private let content = Locked(Content())

    /// Nothing kept.
    public init() {}

    /// The value under `key`; nil when there is none.
    public subscript(key: [UInt8]) -> [UInt8]? { content.with { $0.values[key] } }

    /// The bytes of all keys and values, and ``bytesPerKey`` for each.
    public var size: Int { content.with { $0.size } }

    /// Puts `value` under `key`, in place of what was there. False, and nothing is changed, when ``size`` would be over
    /// `limit` and larger than it is.
    public func set(_ key: [UInt8], _ value: [UInt8], limit: Int) -> Bool {
        content.with { content in
            let old = content.values[key].map { Self.cost(key, $0) } ?? 0
            let (size, overflow) = (content.size - old).addingReportingOverflow(Self.cost(key, value))
            guard !overflow, size <= max(limit, content.size) else { return false }
            content.values[key] = value
            content.size = size
            return true
        }
    }

    /// Takes `key` out.
    public func remove(_ key: [UInt8]) {
        content.with { content in
            if let old = content.values.removeValue(forKey: key) { content.size -= Self.cost(key, old) }
        }
    }

    private static func cost(_ key: [UInt8], _ value: [UInt8]) -> Int { key.count + value.count + bytesPerKey }
}
