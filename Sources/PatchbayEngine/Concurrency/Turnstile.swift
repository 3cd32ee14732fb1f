/// Lets workers through in the order of their tickets and hands each the state behind it: what was done in parallel
/// comes out in order.
///
/// A ticket must not wait for a later one, so the smallest ticket in work never waits.
final class Turnstile<State>: Sendable {
    private struct Gate {
        var state: State
        var next = 0
        var isClosed = false
    }
    private let gate: Monitor<Gate>

    init(_ state: sending State) {
        gate = Monitor(Gate(state: state))
    }

    /// Waits for the turn of `ticket`, runs `body`, lets the next one in. Nil when the turnstile was closed meanwhile.
    func pass<Result, Failure: Error>(
        _ ticket: Int, _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        try gate.wait(until: { $0.next == ticket || $0.isClosed }) { (gate) throws(Failure) -> Result? in
            if gate.isClosed { return nil }
            defer { gate.next = ticket + 1 }
            return try body(&gate.state)
        }
    }

    /// Lets nobody through any more; who waits gets nil.
    func close() {
        gate.update { $0.isClosed = true }
    }

    /// The state, outside of any turn: before the first and after the last worker.
    func withState<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try gate.read { (gate) throws(Failure) in try body(&gate.state) }
    }
}
