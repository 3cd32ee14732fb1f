/// What a scan already knows about the bytes in front of it. Without it, bytes made to look like one long message after
/// the other would be searched again from each of them.
struct SearchMemo {
    /// A good header with a pattern in front, the first one behind the places asked about so far.
    private var pattern: Int?
    /// Up to here there is no other one.
    private var searched = 0
    /// A bare message that proves itself.
    private var message: Int?

    /// Whether a good header with a pattern in front begins in `start ..< limit`. Starts never go back.
    mutating func hasPattern(_ walker: Walker, from start: Int, before limit: Int) -> Bool {
        if let pattern, start <= pattern { return pattern < limit }
        let first = max(start, searched)
        guard first < limit else { return false }
        pattern = walker.firstStart(first, before: limit)
        searched = pattern.map { $0 &+ 1 } ?? limit
        return pattern != nil
    }

    /// Whether a bare message that proves itself begins at `start` or later. Starts never go back.
    mutating func hasMessage(_ walker: Walker, from start: Int) -> Bool {
        if let message, start <= message { return true }
        message = walker.firstSelfEvident(start)
        return message != nil
    }
}
