import PatchbayCore

extension Walker {
    /// The first place from `position` on where a message is, or may be once more bytes are there; else the end.
    func firstMessage(from position: Int) -> Int {
        var at = position
        while at < end {
            switch step(at) {
            case .message, .needMore: return at
            case .skip(let length, _): at &+= length
            }
        }
        return end
    }

    /// Whether a message is at `position`.
    func isMessage(_ position: Int) -> Bool {
        if position < end, case .message = step(position) { return true }
        return false
    }
}
