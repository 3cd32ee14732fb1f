import PatchbayCore

extension Walker {
    /// The version 2 message whose storage header is at `position`.
    func version2(_ position: Int) -> Step {
        switch Version2Header.read(buffer, position, end) {
        case .header(let header):
            return .message(header.message)
        case .incomplete:
            guard isLast else { return .needMore }
            if let inner = firstStart(position &+ 4, before: end) { return .skip(inner &- position, .damage) }
            return .skip(end &- position, .truncated)
        case .invalid:
            return scan(position)
        }
    }
}
