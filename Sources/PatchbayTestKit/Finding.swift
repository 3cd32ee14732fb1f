/// One promise of a plugin contract that was not kept.
public struct Finding: Sendable, CustomStringConvertible {
    /// The promise, a few words: `chunk borders change nothing`.
    public let promise: String
    /// With which input, and how it was given.
    public let input: String
    /// What was expected and what came.
    public let message: String

    /// A finding.
    public init(_ promise: String, input: String, _ message: String) {
        self.promise = promise
        self.input = input
        self.message = message
    }

    /// One line: promise, input, message.
    public var description: String { "\(promise): \(input): \(message)" }
}

/// Collects what a suite finds out.
struct Findings {
    private(set) var all: [Finding] = []
    /// A broken plugin breaks most promises at most inputs: the first few of each say it.
    private static let limitPerPromise = 3

    mutating func add(_ promise: String, _ input: String, _ message: @autoclosure () -> String) {
        guard all.count(where: { $0.promise == promise }) < Self.limitPerPromise else { return }
        all.append(Finding(promise, input: input, message()))
    }

    mutating func expect(_ holds: Bool, _ promise: String, _ input: String, _ message: @autoclosure () -> String) {
        if !holds { add(promise, input, message()) }
    }

    /// Expects that `actual` tells the same as `expected`.
    mutating func expect(_ actual: Transcript, equals expected: Transcript, _ promise: String, _ input: String) {
        if let difference = actual.difference(from: expected) { add(promise, input, difference) }
    }

    mutating func append(_ others: [Finding]) { all += others }
}
