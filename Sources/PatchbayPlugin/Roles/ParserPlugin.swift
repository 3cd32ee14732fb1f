public import PatchbayCore

/// Makes records of bytes.
///
/// The same bytes give the same records, wherever chunks end. See ``PatchbayCore/ParseInput``,
/// ``PatchbayCore/ParseOutput`` and ``PatchbayCore/ParseResult``.
public protocol ParserPlugin: Plugin {
    /// The records it can make.
    var schema: Schema { get }
    /// Says which columns will be read; returns the schema that its batches will have: those fields alone, in the
    /// order of ``schema`` for known fields, then the others in the order asked for. Called once, before parsing.
    mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema
    /// Appends records and skipped regions to `output`. Records parsed before an error was met are delivered.
    mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult
    /// A new part (file) begins: forget what was learnt about the last one.
    mutating func reset()
}

extension ParserPlugin {
    /// Nothing to forget.
    public mutating func reset() {}
}

/// A parser that keeps nothing from call to call and can tell cheaply where it would stop: chunks are then parsed in
/// parallel, and the records put in order again.
public protocol SplittingParserPlugin: ParserPlugin {
    /// What ``ParserPlugin/parse(_:into:)`` would return for this input with no limit on records.
    mutating func boundary(_ input: ParseInput) throws(PluginError) -> ParseResult
}

/// A parser that can tell from the first bytes whether an input is its own.
public protocol RecognizingParserPlugin: SwiftPlugin, ParserPlugin {
    /// How sure it is that an input beginning with `bytes` is for it: 0 not at all, 100 certain.
    static func recognizes(_ bytes: Span<UInt8>) -> Int
    /// The options that fit an input beginning with `bytes`, for inputs that describe themselves.
    static func options(for bytes: Span<UInt8>) -> [ConfigNode.Entry]
}

extension RecognizingParserPlugin {
    /// The defaults fit.
    public static func options(for bytes: Span<UInt8>) -> [ConfigNode.Entry] { [] }
}

/// A parser that has memory of its own for its input: a source then reads straight into it.
public protocol InputMemoryPlugin: AnyObject, ParserPlugin {
    /// A buffer of at least `capacity` bytes that nobody else holds; nil when there is none to be had.
    func takeInputBuffer(capacity: Int) throws(PluginError) -> Buffer?
}
