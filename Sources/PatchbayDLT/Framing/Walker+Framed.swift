import PatchbayCore

// Messages with a storage or serial header, and what to believe when their length looks wrong.
extension Walker {
    /// The message at `position` whose standard header is at `standard`.
    func framed(_ position: Int, standard: Int, flags: UInt8) -> Step {
        guard end &- standard >= 4 else { return isLast ? .skip(end &- position, .truncated) : .needMore }
        let htyp = buffer.byte(standard)
        let length = Int(buffer.big16(standard &+ 2))
        guard length >= HeaderType.size(htyp) else { return scan(position) }
        let next = standard &+ length
        guard next <= end else { return isLast ? cutOff(position, standard: standard, flags: flags) : .needMore }
        let message = MessageHeader(
            version1: buffer, start: position, standard: standard, end: next, htyp: htyp, flags: flags)
        if next == end, isLast { return .message(message) }
        if end &- next >= 4, isPattern(next) { return .message(message) }
        if isSelfEvident(message) { return .message(message) }
        // Something else follows, or cannot be seen yet. Only a whole header behind the message settles it.
        guard isLast || end &- next >= Self.longestPrefix else { return .needMore }
        return believe(message, upTo: next, otherwise: .message(message))
    }

    /// A message that the end of the input cuts off, unless its length is what is wrong.
    private func cutOff(_ position: Int, standard: Int, flags: UInt8) -> Step {
        let left = end &- position
        let htyp = buffer.byte(standard)
        guard standard &+ HeaderType.size(htyp) <= end else { return .skip(left, .truncated) }
        let message = MessageHeader(
            version1: buffer, start: position, standard: standard, end: end, htyp: htyp, flags: flags)
        return believe(message, upTo: end, otherwise: .skip(left, .truncated))
    }

    /// Decides about a message whose length may be wrong: when a good header begins inside it, that one counts, and
    /// the message keeps what is in front of it if that makes sense. Without one, `otherwise` holds.
    private func believe(_ message: MessageHeader, upTo limit: Int, otherwise: Step) -> Step {
        let start = Int(message.start)
        guard let inner = firstStart(start &+ 4, before: limit) else { return otherwise }
        guard let end = plausibleEnd(message, before: inner) else { return .skip(inner &- start, .damage) }
        var cut = message
        cut.end = Int32(truncatingIfNeeded: end)
        return .message(cut)
    }

    /// Where the message ends when it must end before `limit`; nil when it makes no sense there.
    private func plausibleEnd(_ message: MessageHeader, before limit: Int) -> Int? {
        guard HeaderType.version(message.htyp) == 1, Int(message.payload) <= limit, hasGoodIdentifiers(message) else {
            return nil
        }
        guard message.isVerbose else { return limit &- Int(message.payload) >= 4 ? limit : nil }
        var reader = ArgumentReader(
            buffer, Int(message.payload)..<limit, isBigEndian: message.isBigEndian)
        return reader.skip(Int(message.argumentCount)) ? reader.position : nil
    }

    /// The first place in `start ..< limit` where a pattern stands in front of a good header.
    func firstStart(_ start: Int, before limit: Int) -> Int? {
        var at = start
        let last = min(limit, end &- 3)
        while at < last {
            if isPattern(at), isGoodStart(at) { return at }
            at &+= 1
        }
        return nil
    }

    private func isGoodStart(_ position: Int) -> Bool {
        let pattern = buffer.little32(position)
        if pattern == Pattern.storage2 {
            if case .header = Version2Header.read(buffer, position, end) { return true }
            return false
        }
        var standard = position &+ (pattern == Pattern.storage ? 16 : 4)
        if pattern == Pattern.storage, end &- standard >= 4, buffer.little32(standard) == Pattern.serial {
            standard &+= 4
        }
        // A header that the end of the input cuts off proves nothing against it.
        guard end &- standard >= 4 else { return true }
        let htyp = buffer.byte(standard)
        return HeaderType.version(htyp) == 1 && Int(buffer.big16(standard &+ 2)) >= HeaderType.size(htyp)
    }

    /// Whether the message proves by itself that its length is right.
    func isSelfEvident(_ message: MessageHeader) -> Bool {
        guard HeaderType.version(message.htyp) == 1, message.hasExtended, hasGoodIdentifiers(message) else {
            return false
        }
        let payload = message.payloadRange
        guard message.isVerbose else {
            return message.isControl && message.info.subtype == ControlService.time && payload.isEmpty
        }
        var reader = ArgumentReader(buffer, payload, isBigEndian: message.isBigEndian)
        return reader.skip(Int(message.argumentCount)) && reader.position == payload.upperBound
    }

    /// Whether the ids in the headers are printable ASCII and NULs.
    func hasGoodIdentifiers(_ message: MessageHeader) -> Bool {
        if message.htyp & HeaderType.ecu != 0, !isIdentifier(Int(message.standard) &+ 4) { return false }
        guard message.hasExtended else { return true }
        return isIdentifier(Int(message.payload) &- 8) && isIdentifier(Int(message.payload) &- 4)
    }

    private func isIdentifier(_ position: Int) -> Bool {
        for index in 0..<4 {
            let byte = buffer.byte(position &+ index)
            if byte != 0, byte < 0x20 || byte > 0x7E { return false }
        }
        return true
    }
}
