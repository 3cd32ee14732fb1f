internal import PatchbayPlugin

/// When a plugin that crashes is started again: at once, then after growing pauses, then not for a while.
struct RestartPolicy {
    /// Crashes without an answered call in between after which the circuit opens.
    static let crashLimit = 20
    /// Starts that fail one after the other after which it opens.
    static let failedStartLimit = 5
    /// Nanoseconds for which calls fail at once; then one start is tried.
    static let openTime: UInt64 = 30_000_000_000

    private(set) var crashes = 0
    private(set) var failedStarts = 0
    private var openUntil: UInt64 = 0
    /// What the last crash or start said.
    private(set) var lastError: PluginError?

    /// What a call may do.
    enum Verdict {
        /// Start the program after so many nanoseconds.
        case start(after: UInt64)
        /// Fail: the program is not started for so many nanoseconds.
        case refuse(UInt64)
    }

    /// What a call may do at `now`.
    func verdict(at now: UInt64) -> Verdict {
        now < openUntil ? .refuse(openUntil - now) : .start(after: Self.pause(after: max(crashes, failedStarts)))
    }

    /// Nanoseconds of pause after so many crashes: 0, 0, 10 ms, 20 ms, 40 ms, ... 500 ms.
    static func pause(after crashes: Int) -> UInt64 {
        crashes < 2 ? 0 : min(500, 10 << UInt64(min(crashes - 2, 10))) * 1_000_000
    }

    /// The program ended when it should not have.
    mutating func crashed(at now: UInt64, _ error: PluginError) {
        crashes += 1
        lastError = error
        if crashes >= Self.crashLimit { openUntil = now + Self.openTime }
    }

    /// The program did not become ready.
    mutating func startFailed(at now: UInt64, _ error: PluginError) {
        failedStarts += 1
        lastError = error
        if failedStarts >= Self.failedStartLimit { openUntil = now + Self.openTime }
    }

    /// The program became ready.
    mutating func started() { failedStarts = 0 }

    /// The program answered a call.
    mutating func answered() {
        crashes = 0
        openUntil = 0
    }

    /// The error of a call that is refused.
    func refusal(left: UInt64) -> PluginError {
        let what =
            crashes >= Self.crashLimit
            ? "it crashed \(crashes) times without answering a call" : "\(failedStarts) starts in a row failed"
        var error = PluginError(
            .crashed, "not started again for \(left / 1_000_000_000 + 1) s: \(what)",
            cause: lastError.map { [$0.message, $0.cause].compactMap { $0 }.joined(separator: ": ") })
        error.isFinal = true
        return error
    }
}
