internal import CPatchbay
internal import PatchbayCore
public import PatchbayPlugin

/// A byte source behind the ABI. It fills memory of its own, which is copied out, or has the host forward bytes of a file
/// or connection, which then never pass through its memory.
public final class GuestByteSource: GuestRole, ByteSourcePlugin {
    /// The part that the next bytes come from, as the plugin said last.
    public private(set) var part: String
    /// It is not known.
    public var remainingBytes: UInt64? { nil }

    /// A small target does not make the plugin read in small pieces; a large one needs no second buffer of its size.
    private static let sizes = 64 << 10...1 << 20
    private var block: (block: GuestBlock, generation: Int)?
    /// What the plugin delivered and the last target had no room for.
    private var rest: (bytes: Bytes, taken: Int)?
    /// What it said besides, for when the bytes are gone.
    private var pending: ReadResult?

    init(asking session: GuestSession) throws(PluginError) {
        part = session.capability.name
        super.init(session)
    }

    /// See ``PatchbayPlugin/ByteSourcePlugin/read(into:mayWait:)``.
    public func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginError) -> ReadResult {
        do throws(PluginError) {
            guard buffer.count > 0 else { return .nothingYet }
            if rest != nil { return .bytes(takeRest(into: &buffer)) }
            if let result = pending {
                // The end of everything stays the end.
                if result != .endOfInput { pending = nil }
                return result
            }
            try session.renew()
            let pause = Pause()
            let (answer, count) = try call(into: &buffer, mayWait: mayWait)
            try note(answer)
            if count > 0 { return .bytes(count) }
            guard let result = pending else {
                throw Place("READ_BYTES").wrong("it gave neither bytes nor NOTHING_YET, END_OF_PART or END")
            }
            if result != .endOfInput { pending = nil }
            if result == .nothingYet, mayWait { pause.end() }
            return result
        } catch {
            throw error.during(PATCHBAY_READ_BYTES)
        }
    }

    private func call(
        into buffer: inout MutableSpan<UInt8>, mayWait: Bool
    ) throws(PluginError) -> (answer: GuestAnswer, count: Int) {
        let room = min(max(buffer.count, Self.sizes.lowerBound), Self.sizes.upperBound)
        let block = try memory(room)
        var answer: GuestAnswer?
        let forwarded = try session.forwarding(into: &buffer) { () throws(PluginError) in
            answer = try session.invoke(PATCHBAY_READ_BYTES) { frame in
                frame.input = patchbay_bytes(address: block.address, length: UInt64(room))
                frame.flags = mayWait ? UInt32(PATCHBAY_MAY_WAIT) : 0
            }
        }
        guard let answer, forwarded >= 0, forwarded <= buffer.count else {
            throw PluginError(.internalError, "\(forwarded) bytes were forwarded into \(buffer.count)")
        }
        let filled = answer.frame.consumed
        guard filled <= UInt64(room) else {
            throw Place("READ_BYTES").wrong("\(filled) bytes in a buffer of \(room)")
        }
        let place = Place("the bytes read")
        let fitting = min(Int(filled), buffer.count - forwarded)
        let memory = try session.memory()
        try memory.copy(at: block.address, count: fitting, to: &buffer, at: forwarded, place)
        if Int(filled) > fitting {
            // Kept, because the next call may write over it.
            let left = UInt64(fitting)
            rest = (try memory.bytes(at: block.address + left, count: filled - left, place), 0)
        }
        return (answer, forwarded + fitting)
    }

    private func memory(_ room: Int) throws(PluginError) -> GuestBlock {
        // Makes the instance, if there is none: only then is the generation known.
        _ = try session.memory()
        if let block, block.generation == session.generation, block.block.capacity >= room { return block.block }
        block = nil
        let fresh = try session.allocate(room)
        block = (fresh, session.generation)
        return fresh
    }

    private func note(_ answer: GuestAnswer) throws(PluginError) {
        let name = answer.frame.output
        if name.length > 0 {
            part = try session.memory().text(at: name.address, count: min(name.length, 4096), Place("a part's name"))
        }
        pending =
            answer.has(PATCHBAY_END)
            ? .endOfInput
            : answer.has(PATCHBAY_END_OF_PART) ? .endOfPart : answer.has(PATCHBAY_NOTHING_YET) ? .nothingYet : nil
    }

    /// Hands over what was left; how many bytes.
    private func takeRest(into buffer: inout MutableSpan<UInt8>) -> Int {
        guard let (bytes, taken) = rest else { return 0 }
        let count = min(bytes.count - taken, buffer.count)
        let span = bytes.span
        for index in 0..<count { buffer[index] = span[taken + index] }
        rest = taken + count == bytes.count ? nil : (bytes, taken + count)
        return count
    }
}
