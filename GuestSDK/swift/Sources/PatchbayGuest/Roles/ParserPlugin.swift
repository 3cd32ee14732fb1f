public import CPatchbayGuest

/// Cuts bytes into records.
public protocol ParserPlugin: Plugin {
    /// The records that it makes.
    static var made: MadeFields { get }
    /// Emits the records at the beginning of `input`, consumes their bytes, and reports bytes that are none. Consuming
    /// nothing means that more bytes are needed. Stops when ``Output/isFull``.
    mutating func parse(_ input: inout ParserInput, into output: Output) throws(PluginFailure)
    /// A new part (file) begins.
    mutating func reset()
    /// Consumes what ``parse(_:into:)`` would with no limit on records, and makes none. Asked when ``splits``.
    func boundary(_ input: inout ParserInput)
    /// Whether ``boundary(_:)`` can tell and nothing is kept from call to call, so that chunks are parsed side by side.
    static var splits: Bool { get }
    /// How sure it is, from 0 to 100, that an input that begins so is its own.
    static func recognizes(_ bytes: Span<UInt8>) -> Int
}

extension ParserPlugin {
    /// Nothing is kept between parts.
    @inlinable public mutating func reset() {}
    /// Nothing consumed.
    @inlinable public func boundary(_ input: inout ParserInput) {}
    /// It cannot tell.
    @inlinable public static var splits: Bool { false }
    /// No idea.
    @inlinable public static func recognizes(_ bytes: Span<UInt8>) -> Int { 0 }
}

/// Registers a parser with options or state.
@inlinable
public func export<P: ParserPlugin>(_ type: P.Type, as name: StaticString = "") {
    register("parser", named: name, reading: .everything, recognize: { P.recognizes($0) }) {
        options throws(PluginFailure) in
        ParserInstance(try P(options), P.made)
    }
}

/// Registers a parser.
///
///     parser { input, output in
///         while !output.isFull, let line = input.nextLine() {
///             output.set("value", line)
///             output.emit()
///         }
///     }
@inlinable
public func parser(
    making fields: FieldSpec..., hasKey: Bool = false, hasTime: Bool = false,
    by body: @escaping (inout ParserInput, Output) throws(PluginFailure) -> Void
) {
    register("parser") { _ throws(PluginFailure) in
        ParserInstance(ClosureParser(body), MadeFields(fields, hasKey: hasKey, hasTime: hasTime))
    }
}

/// A closure as a parser.
@usableFromInline
struct ClosureParser: ParserPlugin {
    @usableFromInline static var made: MadeFields { MadeFields([]) }
    let body: (inout ParserInput, Output) throws(PluginFailure) -> Void

    @usableFromInline
    init(_ body: @escaping (inout ParserInput, Output) throws(PluginFailure) -> Void) {
        self.body = body
    }

    @usableFromInline
    init(_ options: Options) throws(PluginFailure) { throw PluginFailure("a closure takes no options") }

    @usableFromInline
    mutating func parse(_ input: inout ParserInput, into output: Output) throws(PluginFailure) {
        try body(&input, output)
    }
}

@safe
@usableFromInline
final class ParserInstance<P: ParserPlugin>: OutputInstance<P> {
    private var regions = RegionList()

    @usableFromInline
    init(_ plugin: P, _ made: MadeFields) {
        super.init(plugin, made, hasInput: false)
    }

    @usableFromInline
    override func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        if operation == PATCHBAY_RESET {
            plugin.reset()
            return PATCHBAY_OK.rawValue
        }
        if operation == PATCHBAY_BOUNDARY, P.splits {
            regions.removeAll()
            var input = unsafe ParserInput(frame, regions)
            plugin.boundary(&input)
            unsafe finish(input, frame)
            return PATCHBAY_OK.rawValue
        }
        guard operation == PATCHBAY_PARSE, let result = unsafe begin() else {
            return try unsafe super.call(operation, frame)
        }
        regions.removeAll()
        unsafe result.pointee.limit = Int(truncatingIfNeeded: min(frame.pointee.limit, 1 << 30))
        unsafe result.pointee.input = patchbay_guest_input(frame)
        unsafe result.pointee.input_size = Int(truncatingIfNeeded: frame.pointee.input.length)
        var input = unsafe ParserInput(frame, regions)
        try plugin.parse(&input, into: unsafe Output(result))
        try unsafe Output(result).check()
        unsafe finish(result)
        unsafe finish(input, frame)
        unsafe frame.pointee.regions = regions.list
        return PATCHBAY_OK.rawValue
    }

    @unsafe
    private func finish(_ input: borrowing ParserInput, _ frame: Frame) {
        unsafe frame.pointee.consumed = UInt64(input.consumed)
        if input.isStillDiscarding { unsafe frame.pointee.flags |= PATCHBAY_STILL_DISCARDING }
    }
}
