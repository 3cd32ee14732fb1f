import PatchbayCore

// Messages with nothing in front of the standard header: there is no pattern to find, so the bytes have to convince.
// A message convinces by itself when its arguments end exactly where its length says. Others need company: messages
// that follow one another without a gap, up to something certain or until there is evidence enough.
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

    /// A standard header without a pattern in front.
    private enum Candidate {
        case message(MessageHeader)
        /// A good header whose message ends behind the input.
        case incomplete(MessageHeader)
        /// The header itself is not whole.
        case tooShort
        case none
    }

    /// Evidence that makes a chain of messages certain. A header with an extended header counts 4: one of about
    /// sixteen places in text looks like it. Without one a header counts 1: every other place does.
    private var enoughEvidence: Int { expectsRaw ? 2 : 24 }
    /// Bare messages without an extended header are believed up to this length only: two printable characters where
    /// the length stands mean more.
    private static let longestWeak = 0x1FFF

    /// Judges `position`, from where at least one byte is left.
    func raw(_ position: Int, _ memo: inout SearchMemo) -> Verdict {
        switch candidate(position) {
        case .none: return .reject
        case .tooShort: return isLast ? .reject : .needMore
        case .incomplete(let message):
            guard isLast else { return .needMore }
            guard message.hasExtended, !memo.hasPattern(self, from: position &+ 4, before: end) else { return .reject }
            return memo.hasMessage(self, from: position &+ 1) ? .reject : .truncated
        case .message(let message):
            if expectsRaw, message.hasExtended { return .accept(message) }
            if isSelfEvident(message) { return .accept(message) }
            return chain(from: message, &memo)
        }
    }

    /// Judges a message by those that follow it.
    private func chain(from first: MessageHeader, _ memo: inout SearchMemo) -> Verdict {
        var evidence = Self.evidence(first)
        var at = Int(first.end)
        while evidence < enoughEvidence {
            if at == end {
                if isLast { break }
                return .needMore
            }
            if end &- at < 4, !isLast { return .needMore }
            if end &- at >= 4, isPattern(at) { break }
            switch candidate(at) {
            case .none: return .reject
            case .tooShort, .incomplete:
                guard isLast else { return .needMore }
                guard evidence >= enoughEvidence * 2 / 3 else { return .reject }
                evidence = enoughEvidence
            case .message(let next):
                if isSelfEvident(next) { evidence = enoughEvidence }
                evidence &+= Self.evidence(next)
                at = Int(next.end)
            }
        }
        let hidesPattern = memo.hasPattern(self, from: Int(first.start) &+ 4, before: Int(first.end))
        return hidesPattern ? .reject : .accept(first)
    }

    private static func evidence(_ message: MessageHeader) -> Int { message.hasExtended ? 4 : 1 }

    /// The first place from `position` on where a bare message proves itself.
    func firstSelfEvident(_ position: Int) -> Int? {
        var at = position
        while at < end {
            if HeaderType.version(buffer.byte(at)) == 1, case .message(let inner) = candidate(at), isSelfEvident(inner)
            {
                return at
            }
            at &+= 1
        }
        return nil
    }

    private func candidate(_ position: Int) -> Candidate {
        let left = end &- position
        let htyp = buffer.byte(position)
        let size = HeaderType.size(htyp)
        guard HeaderType.version(htyp) == 1 else { return .none }
        guard left >= size else { return .tooShort }
        let length = Int(buffer.big16(position &+ 2))
        guard length >= size else { return .none }
        let message = MessageHeader(
            version1: buffer, start: position, standard: position, end: min(end, position &+ length), htyp: htyp,
            flags: 0)
        guard hasGoodHeader(message, length: length) else { return .none }
        return length <= left ? .message(message) : .incomplete(message)
    }

    /// Whether a header looks like one that a logger wrote: printable ids, known type and subtype, room for what
    /// the payload must at least hold.
    private func hasGoodHeader(_ message: MessageHeader, length: Int) -> Bool {
        guard hasGoodIdentifiers(message) else { return false }
        let room = length &- HeaderType.size(message.htyp)
        guard message.hasExtended else { return room >= 4 && (expectsRaw || length <= Self.longestWeak) }
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
