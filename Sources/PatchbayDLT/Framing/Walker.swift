import PatchbayCore

/// What lies at a place of the input.
enum Step {
    /// A message, up to its `end`.
    case message(MessageHeader)
    /// Bytes that become no record.
    case skip(Int, SkipReason)
    /// More bytes are needed to say.
    case needMore
}

/// Finds the messages in a run of bytes. Every decision follows from the bytes alone, never from where the run ends:
/// when bytes behind the end could change it, the answer is ``Step/needMore``, unless the input is over.
///
/// See `docs/dlt.md` for the rules after damage.
struct Walker {
    let buffer: Buffer
    /// Behind the last byte.
    let end: Int
    /// Whether nothing follows.
    let isLast: Bool
    let allowsStorage: Bool
    let allowsSerial: Bool
    let allowsRaw: Bool
    /// Whether messages without any header in front were promised, so that a good header needs no further proof.
    let expectsRaw: Bool

    /// The largest standard and extended header.
    static let longestHeader = 26
    /// Storage header, serial header and headers.
    static let longestPrefix = 20 + longestHeader

    init(_ buffer: Buffer, end: Int, isLast: Bool, framing: DLTOptions.Framing) {
        self.buffer = buffer
        self.end = end
        self.isLast = isLast
        allowsStorage = framing == .automatic || framing == .storage
        allowsSerial = framing == .automatic || framing == .serial
        allowsRaw = framing == .automatic || framing == .none
        expectsRaw = framing == .none
    }

    /// Whether a pattern in front of a message stands at `position`, where four bytes are readable.
    @inline(__always)
    func isPattern(_ position: Int) -> Bool {
        let word = buffer.little32(position)
        if word == Pattern.storage || word == Pattern.storage2 { return allowsStorage }
        return word == Pattern.serial && allowsSerial
    }

    /// The undamaged message with a storage header at `position` that another one, or the end, follows: the way
    /// almost every message takes. Nil for all others.
    @inline(__always)
    func plainMessage(_ position: Int) -> MessageHeader? {
        guard end &- position >= 20, allowsStorage, buffer.little32(position) == Pattern.storage else { return nil }
        let standard = position &+ 16
        let word = buffer.big32(standard)
        let htyp = UInt8(truncatingIfNeeded: word >> 24)
        let length = Int(word & 0xFFFF)
        let next = standard &+ length
        guard length >= HeaderType.size(htyp), htyp != UInt8(ascii: "D") else { return nil }
        if next &+ 4 <= end ? isPattern(next) : isLast && next == end {
            return MessageHeader(
                version1: buffer, start: position, standard: standard, end: next, htyp: htyp,
                flags: MessageHeader.hasStorage)
        }
        return nil
    }

    /// What lies at `position`, which is before the end.
    func step(_ position: Int) -> Step {
        let left = end &- position
        if left < 4 {
            if !isLast { return .needMore }
            return .skip(left, startsPattern(position) ? .truncated : .damage)
        }
        switch buffer.little32(position) {
        case Pattern.storage where allowsStorage:
            guard left >= 20 else { return isLast ? .skip(left, .truncated) : .needMore }
            let hasSerial = buffer.little32(position &+ 16) == Pattern.serial
            return framed(position, standard: position &+ (hasSerial ? 20 : 16), flags: MessageHeader.hasStorage)
        case Pattern.serial where allowsSerial:
            return framed(position, standard: position &+ 4, flags: 0)
        case Pattern.storage2 where allowsStorage:
            return version2(position)
        default:
            guard allowsRaw else { return scan(position) }
            var memo = SearchMemo()
            switch raw(position, &memo) {
            case .accept(let message): return .message(message)
            case .needMore: return .needMore
            case .truncated: return .skip(left, .truncated)
            case .reject: return scan(position)
            }
        }
    }

    /// Whether the few bytes left at `position` may be the beginning of a pattern or of a bare header.
    private func startsPattern(_ position: Int) -> Bool {
        let mask: UInt32 = 0xFFFF_FFFF >> UInt32(8 &* (4 &- (end &- position)))
        let word = buffer.little32(position) & mask
        return (allowsStorage && (word == Pattern.storage & mask || word == Pattern.storage2 & mask))
            || (allowsSerial && word == Pattern.serial & mask)
            || (expectsRaw && HeaderType.version(buffer.byte(position)) == 1)
    }

    /// The region from `position` on that holds no start of a message.
    func scan(_ position: Int) -> Step {
        var at = position &+ 1
        var memo = SearchMemo()
        // The last three bytes are too few for a pattern: they are judged on their own, when there are no more.
        let last = end &- 3
        while at < last {
            if isPattern(at) { break }
            if allowsRaw, HeaderType.version(buffer.byte(at)) == 1, isRawCandidate(at, &memo) { break }
            at &+= 1
        }
        at = max(at, position &+ 1)
        return .skip(min(at, end) &- position, .damage)
    }

    private func isRawCandidate(_ position: Int, _ memo: inout SearchMemo) -> Bool {
        if case .reject = raw(position, &memo) { return false }
        return true
    }
}
