import PatchbayCore

/// What `cast` turns values into.
enum CastTarget: String, CaseIterable {
    case int64
    case float64
    case bool
    case utf8
    case word
    /// From text: RFC 3339. From numbers: nanoseconds.
    case time
    case seconds = "time_s"
    case milliseconds = "time_ms"
    case microseconds = "time_us"
    case nanoseconds = "time_ns"

    var type: FieldType {
        switch self {
        case .int64: .int64
        case .float64: .float64
        case .bool: .bool
        case .utf8: .utf8
        case .word: .word
        case .time, .seconds, .milliseconds, .microseconds, .nanoseconds: .timestamp
        }
    }

    /// Nanoseconds that one unit of a number stands for.
    var unit: Int64 {
        switch self {
        case .seconds: 1_000_000_000
        case .milliseconds: 1_000_000
        case .microseconds: 1_000
        default: 1
        }
    }

    /// Whether some value of `type` could be turned into this.
    func accepts(_ type: FieldType) -> Bool {
        switch type {
        case .map: false
        case .bool: self.type != .timestamp
        case .timestamp: self != .bool
        default: true
        }
    }
}
