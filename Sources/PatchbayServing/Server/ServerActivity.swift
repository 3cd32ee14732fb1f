internal import PatchbayPlugin

/// How many requests are under way, and when the last one ended. Safe to use from any thread.
final class ServerActivity: Sendable {
    private struct Content {
        var requests = 0
        var connections = 0
        var last = MonotonicClock.nanoseconds
    }
    private let content = Locked(Content())

    /// A request has begun.
    func begin() { content.with { $0.requests += 1 } }

    /// A request was answered.
    func end() {
        content.with { content in
            content.requests -= 1
            content.last = MonotonicClock.nanoseconds
        }
    }

    /// A connection was made; false when there are too many.
    func connect(limit: Int) -> Bool {
        content.with { content in
            guard content.connections < limit else { return false }
            content.connections += 1
            return true
        }
    }

    /// A connection has ended.
    func disconnect() { content.with { $0.connections -= 1 } }

    /// Milliseconds since the last request ended; nil while there are any.
    var idleMilliseconds: UInt64? {
        content.with { content in
            content.requests > 0 ? nil : (MonotonicClock.nanoseconds &- content.last) / 1_000_000
        }
    }
}
