import PatchbayCore

// Messages with nothing in front of the standard header: there is no pattern to find, so the header has to convince.
extension Walker {
    /// What a place without a pattern is.
    enum Verdict {
        /// A message.
        case accept(MessageHeader)
        /// No message.
        case reject
        /// Perhaps a message; more bytes are needed.
        case needMore
        /// A message that the end of the input cuts off.
        case truncated
    }

    /// Judges `position`, from where at least one byte is left.
    func raw(_ position: Int) -> Verdict {
        let left = end &- position
        let htyp = buffer.byte(position)
        guard HeaderType.version(htyp) == 1 else { return .reject }
        guard left >= HeaderType.size(htyp) else { return isLast ? .reject : .needMore }
        let length = Int(buffer.big16(position &+ 2))
        guard length >= HeaderType.size(htyp) else { return .reject }
        guard length <= left else {
            let whole = MessageHeader(
                version1: buffer, start: position, standard: position, end: end, htyp: htyp, flags: 0)
            guard hasGoodHeader(whole, length: length) else { return .reject }
            return isLast ? cutOff(whole) : .needMore
        }
        let next = position &+ length
        let message = MessageHeader(
            version1: buffer, start: position, standard: position, end: next, htyp: htyp, flags: 0)
        guard hasGoodHeader(message, length: length) else { return .reject }
        if next == end, isLast { return .accept(message) }
        if expectsRaw, message.hasExtended { return .accept(message) }
        if isSelfEvident(message) { return .accept(message) }
        guard isLast || end &- next >= Self.longestHeader else { return .needMore }
        return isStart(next) ? .accept(message) : .reject
    }

    /// A good header whose message is longer than the input: cut off, unless an undamaged message begins in it.
    private func cutOff(_ message: MessageHeader) -> Verdict {
        var at = Int(message.payload)
        while at < end {
            if HeaderType.version(buffer.byte(at)) == 1, isWhole(at) { return .reject }
            at &+= 1
        }
        return .truncated
    }

    /// Whether a message that proves itself, or that ends with the input, is at `position`.
    private func isWhole(_ position: Int) -> Bool {
        let htyp = buffer.byte(position)
        guard end &- position >= HeaderType.size(htyp) else { return false }
        let length = Int(buffer.big16(position &+ 2))
        guard length >= HeaderType.size(htyp), length <= end &- position else { return false }
        let message = MessageHeader(
            version1: buffer, start: position, standard: position, end: position &+ length, htyp: htyp, flags: 0)
        return hasGoodHeader(message, length: length) && isSelfEvident(message)
    }

    /// Whether a message may begin at `position`, judged by its header alone.
    private func isStart(_ position: Int) -> Bool {
        let left = end &- position
        if left >= 4, isPattern(position) { return true }
        guard left > 0 else { return true }
        let htyp = buffer.byte(position)
        guard HeaderType.version(htyp) == 1 else { return false }
        guard left >= HeaderType.size(htyp) else { return true }
        let length = Int(buffer.big16(position &+ 2))
        guard length >= HeaderType.size(htyp) else { return false }
        let message = MessageHeader(
            version1: buffer, start: position, standard: position, end: min(end, position &+ length), htyp: htyp,
            flags: 0)
        return hasGoodHeader(message, length: length)
    }

    /// Whether a header looks like one that a logger wrote: printable ids, known type and subtype, room for what
    /// the payload must at least hold.
    private func hasGoodHeader(_ message: MessageHeader, length: Int) -> Bool {
        guard hasGoodIdentifiers(message) else { return false }
        let room = length &- HeaderType.size(message.htyp)
        guard message.hasExtended else { return room >= 4 }
        let subtype = message.info.subtype
        switch message.info.type {
        case 0: guard subtype <= 6 else { return false }
        case 1: guard subtype >= 1, subtype <= 5 else { return false }
        case 2: break
        case 3: guard subtype >= 1, subtype <= 3 else { return false }
        default: return false
        }
        if message.isVerbose { return room >= Int(message.argumentCount) &* 4 }
        return room >= 4 || (room == 0 && message.info.type == 3)
    }
}
