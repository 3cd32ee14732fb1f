internal import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// A byte source in a process.
public final class ProcessByteSource: ProcessRole, ByteSourcePlugin {
    /// The part that the next bytes come from, as the plugin said last.
    public private(set) var part: String
    /// It is not known.
    public var remainingBytes: UInt64? { nil }

    /// A small target does not make the plugin read in small pieces; a large one needs no answer of its size.
    private static let sizes = 64 << 10...1 << 20
    /// What the plugin delivered and the last target had no room for.
    private var rest: (bytes: Bytes, taken: Int)?
    /// What it said besides, for when the bytes are gone.
    private var pending: ReadResult?

    init(asking session: ProcessSession) throws(PluginError) {
        part = session.capability.name
        super.init(session)
        try session.prepare()
    }

    /// See ``PatchbayPlugin/ByteSourcePlugin/read(into:mayWait:)``.
    public func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginError) -> ReadResult {
        guard buffer.count > 0 else { return .nothingYet }
        if rest != nil { return .bytes(takeRest(into: &buffer)) }
        if let result = pending { return taken(result) }
        let pause = SourcePause()
        let room = min(max(buffer.count, Self.sizes.lowerBound), Self.sizes.upperBound)
        let answer = try session.invoke(
            .readBytes,
            [WireHeader.limit: String(room), WireHeader.flags: mayWait ? WireFlag.mayWait.rawValue : ""])
        do throws(PluginError) {
            guard answer.body.count <= room else {
                throw PluginError(.invalidResult, "\(answer.body.count) bytes where \(room) were asked for")
            }
            note(answer)
            guard answer.body.count > 0 || pending != nil else {
                throw PluginError(
                    .invalidResult, "it gave neither bytes nor 'nothing-yet', 'end-of-part' or 'end'")
            }
        } catch {
            throw session.judged(error, .readBytes)
        }
        if answer.body.count > 0 {
            rest = (answer.body, 0)
            return .bytes(takeRest(into: &buffer))
        }
        let result = taken(pending ?? .nothingYet)
        if result == .nothingYet, mayWait { pause.end() }
        return result
    }

    /// What is said once; the end of everything stays the end.
    private func taken(_ result: ReadResult) -> ReadResult {
        if result != .endOfInput { pending = nil }
        return result
    }

    private func note(_ answer: ProcessAnswer) {
        if let name = answer.fields[WireHeader.part], !name.isEmpty {
            part = PercentEncoding.decode(String(name.prefix(3 * 4096)))
        }
        pending =
            answer.has(.end)
            ? .endOfInput : answer.has(.endOfPart) ? .endOfPart : answer.has(.nothingYet) ? .nothingYet : nil
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
