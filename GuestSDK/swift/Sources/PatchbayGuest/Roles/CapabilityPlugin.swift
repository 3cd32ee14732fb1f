public import CPatchbayGuest

/// A capability of a type that a host application defines: answers operations.
public protocol CapabilityPlugin: Plugin {
    /// The type of the capability.
    static var type: StaticString { get }
    /// Appends the answer to `output`.
    mutating func answer(
        _ operation: Span<UInt8>, _ input: Span<UInt8>, into output: inout ByteWriter
    ) throws(PluginFailure)
}

/// Registers a capability with options or state.
@inlinable
public func export<P: CapabilityPlugin>(_ type: P.Type, as name: StaticString = "") {
    register(P.type, named: name) { options throws(PluginFailure) in CapabilityInstance(try P(options)) }
}

/// Registers a capability, by its type (before a slash) and name: `body` appends the answer to its output.
///
///     capability("greeting/polite") { operation, input, output in
///         output.append("Good day, ")
///         output.append(input)
///     }
@inlinable
public func capability(
    _ capability: StaticString,
    _ body: @escaping (Span<UInt8>, Span<UInt8>, inout ByteWriter) throws(PluginFailure) -> Void
) {
    register(capability) { _ throws(PluginFailure) in CapabilityInstance(ClosureCapability(body)) }
}

/// A closure as a capability.
@usableFromInline
struct ClosureCapability: CapabilityPlugin {
    @usableFromInline static var type: StaticString { "" }
    let body: (Span<UInt8>, Span<UInt8>, inout ByteWriter) throws(PluginFailure) -> Void

    @usableFromInline
    init(_ body: @escaping (Span<UInt8>, Span<UInt8>, inout ByteWriter) throws(PluginFailure) -> Void) {
        self.body = body
    }

    @usableFromInline
    init(_ options: Options) throws(PluginFailure) { throw PluginFailure("a closure takes no options") }

    @usableFromInline
    mutating func answer(
        _ operation: Span<UInt8>, _ input: Span<UInt8>, into output: inout ByteWriter
    ) throws(PluginFailure) { try body(operation, input, &output) }
}

@safe
@usableFromInline
final class CapabilityInstance<P: CapabilityPlugin>: PluginInstance<P> {
    @usableFromInline
    override func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        guard operation == PATCHBAY_ANSWER else { return try unsafe super.call(operation, frame) }
        text.removeAll()
        let name = unsafe Span<UInt8>(_unsafeBytes: frame.pointee.name)
        try plugin.answer(name, unsafe Span(_unsafeBytes: frame.pointee.input), into: &text)
        unsafe frame.pointee.output = patchbay_bytes(text.start, text.count)
        return PATCHBAY_OK.rawValue
    }
}
