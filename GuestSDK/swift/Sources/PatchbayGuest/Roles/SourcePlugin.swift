public import CPatchbayGuest

/// What a source says after a call.
public enum SourceStatus: Sendable {
    /// There are more records: ask again.
    case more
    /// Nothing has come yet: ask again later.
    case nothingYet
    /// There will be no more.
    case end
}

/// Brings records.
public protocol SourcePlugin: Plugin {
    /// The records that it makes.
    static var made: MadeFields { get }
    /// Emits the next records.
    mutating func read(into output: Output) throws(PluginFailure) -> SourceStatus
}

/// What a byte source says after a call.
public enum ByteSourceStatus: Sendable {
    /// So many bytes were written to the buffer.
    case bytes(Int)
    /// Nothing has come yet: ask again later.
    case nothingYet
    /// The part (file) ends; another may follow.
    case endOfPart
    /// There will be no more.
    case end
}

/// Brings bytes.
public protocol ByteSourcePlugin: Plugin {
    /// Fills the buffer from its beginning; may wait for at most 100 ms if `mayWait`.
    mutating func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginFailure) -> ByteSourceStatus
    /// Appends the name of the part (file) that the bytes of the latest read belong to; nothing when it is the same as
    /// before.
    mutating func nameNewPart(into name: inout ByteWriter)
}

extension ByteSourcePlugin {
    /// Parts without names.
    @inlinable public mutating func nameNewPart(into name: inout ByteWriter) {}
}

/// Registers a source with options or state.
@inlinable
public func export<P: SourcePlugin>(_ type: P.Type, as name: StaticString = "") {
    register("source", named: name) { options throws(PluginFailure) in SourceInstance(try P(options), P.made) }
}

/// Registers a source: `body` emits the next records whenever it is asked.
@inlinable
public func source(
    making fields: FieldSpec..., hasKey: Bool = false, hasTime: Bool = false,
    by body: @escaping (Output) throws(PluginFailure) -> SourceStatus
) {
    register("source") { _ throws(PluginFailure) in
        SourceInstance(ClosureSource(body), MadeFields(fields, hasKey: hasKey, hasTime: hasTime))
    }
}

/// Registers a byte source with options or state.
@inlinable
public func export<P: ByteSourcePlugin>(_ type: P.Type, as name: StaticString = "") {
    register("byte_source", named: name) { options throws(PluginFailure) in ByteSourceInstance(try P(options)) }
}

/// Registers a byte source: `body` fills the buffer whenever it is asked.
@inlinable
public func byteSource(
    _ body: @escaping (inout MutableSpan<UInt8>) throws(PluginFailure) -> ByteSourceStatus
) {
    register("byte_source") { _ throws(PluginFailure) in ByteSourceInstance(ClosureByteSource(body)) }
}

/// A closure as a source.
@usableFromInline
struct ClosureSource: SourcePlugin {
    @usableFromInline static var made: MadeFields { MadeFields([]) }
    let body: (Output) throws(PluginFailure) -> SourceStatus

    @usableFromInline
    init(_ body: @escaping (Output) throws(PluginFailure) -> SourceStatus) {
        self.body = body
    }

    @usableFromInline
    init(_ options: Options) throws(PluginFailure) { throw PluginFailure("a closure takes no options") }

    @usableFromInline
    mutating func read(into output: Output) throws(PluginFailure) -> SourceStatus { try body(output) }
}

/// A closure as a byte source.
@usableFromInline
struct ClosureByteSource: ByteSourcePlugin {
    let body: (inout MutableSpan<UInt8>) throws(PluginFailure) -> ByteSourceStatus

    @usableFromInline
    init(_ body: @escaping (inout MutableSpan<UInt8>) throws(PluginFailure) -> ByteSourceStatus) {
        self.body = body
    }

    @usableFromInline
    init(_ options: Options) throws(PluginFailure) { throw PluginFailure("a closure takes no options") }

    @usableFromInline
    mutating func read(
        into buffer: inout MutableSpan<UInt8>, mayWait: Bool
    ) throws(PluginFailure) -> ByteSourceStatus { try body(&buffer) }
}

@safe
@usableFromInline
final class SourceInstance<P: SourcePlugin>: OutputInstance<P> {
    @usableFromInline
    init(_ plugin: P, _ made: MadeFields) {
        super.init(plugin, made, hasInput: false)
    }

    @usableFromInline
    override func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        guard operation == PATCHBAY_READ_BATCH, let result = unsafe begin() else {
            return try unsafe super.call(operation, frame)
        }
        let status = try plugin.read(into: unsafe Output(result))
        try unsafe Output(result).check()
        unsafe finish(result)
        switch status {
        case .more: break
        case .nothingYet: unsafe frame.pointee.flags |= PATCHBAY_NOTHING_YET
        case .end: unsafe frame.pointee.flags |= PATCHBAY_END
        }
        return PATCHBAY_OK.rawValue
    }
}

@safe
@usableFromInline
final class ByteSourceInstance<P: ByteSourcePlugin>: PluginInstance<P> {
    @usableFromInline
    override func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        guard operation == PATCHBAY_READ_BYTES else { return try unsafe super.call(operation, frame) }
        let start = unsafe UnsafeMutablePointer(mutating: patchbay_guest_input(frame))
        let size = unsafe start == nil ? 0 : Int(truncatingIfNeeded: frame.pointee.input.length)
        var span = unsafe MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(start: start, count: size))
        let mayWait = unsafe frame.pointee.flags & PATCHBAY_MAY_WAIT != 0
        switch try plugin.read(into: &span, mayWait: mayWait) {
        case .bytes(let count): unsafe frame.pointee.consumed = UInt64(max(0, min(count, size)))
        case .nothingYet: unsafe frame.pointee.flags |= PATCHBAY_NOTHING_YET
        case .endOfPart: unsafe frame.pointee.flags |= PATCHBAY_END_OF_PART
        case .end: unsafe frame.pointee.flags |= PATCHBAY_END
        }
        text.removeAll()
        plugin.nameNewPart(into: &text)
        if text.count > 0 { unsafe frame.pointee.output = patchbay_bytes(text.start, text.count) }
        return PATCHBAY_OK.rawValue
    }
}
