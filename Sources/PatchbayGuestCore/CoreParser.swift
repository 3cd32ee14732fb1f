public import PatchbayCore

/// A parser written against `PatchbayCore` that runs behind the plugin ABI: the same type in the program and in a module.
public protocol CoreParser {
    /// A parser with these options.
    init(_ options: GuestOptions) throws(GuestFailure)
    /// The records it can make.
    var schema: Schema { get }
    /// Says which columns will be read; the schema that batches will have.
    mutating func bind(_ wanted: FieldRequest) -> Schema
    /// Appends records and skipped regions to `output`.
    mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(GuestFailure) -> ParseResult
    /// What ``parse(_:into:)`` would consume with no limit on records.
    mutating func boundary(_ input: ParseInput) -> ParseResult
    /// A new part begins.
    mutating func reset()
    /// Whether ``boundary(_:)`` can tell, and nothing is kept from call to call.
    static var splits: Bool { get }
    /// How sure it is that an input beginning with `bytes` is for it: 0 not at all, 100 certain.
    static func recognizes(_ bytes: Span<UInt8>) -> Int
}

extension CoreParser {
    /// Nothing consumed: it cannot tell.
    public mutating func boundary(_ input: ParseInput) -> ParseResult { ParseResult(consumed: 0) }
    /// Nothing to forget.
    public mutating func reset() {}
    /// It cannot tell.
    public static var splits: Bool { false }
    /// It cannot tell.
    public static func recognizes(_ bytes: Span<UInt8>) -> Int { 0 }
}

/// Why a plugin cannot go on.
public struct GuestFailure: Error {
    /// The status of the ABI.
    let status: Int32
    /// What to say.
    let message: String

    /// Options that do not fit together; `advice` says what to write.
    public static func options(_ message: String, advice: String? = nil) -> GuestFailure {
        GuestFailure(status: -3, message: advice.map { "\(message); \($0)" } ?? message)
    }
    /// Input that the plugin cannot read.
    public static func input(_ message: String) -> GuestFailure { GuestFailure(status: -5, message: message) }
    /// Anything else.
    public static func failed(_ message: String) -> GuestFailure { GuestFailure(status: -1, message: message) }
}
