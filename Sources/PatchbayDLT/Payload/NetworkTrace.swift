import PatchbayCore

/// The forms in which network messages are traced (COVESA dlt-user): whole, truncated, or in segments. The first
/// argument of all but whole ones says which.
enum NetworkTrace {
    case whole, truncated, start, chunk, end

    init(_ buffer: Buffer, _ first: Argument) {
        self = .whole
        guard first.kind == .text, first.size >= 4 else { return }
        switch buffer.little32(first.value) {
        case 0x5254_574E: self = .truncated  // NWTR
        case 0x5453_574E: self = .start  // NWST
        case 0x4843_574E: self = .chunk  // NWCH
        case 0x4E45_574E: self = .end  // NWEN
        default: return
        }
    }

    /// What the argument at `index` is.
    func name(_ index: Int) -> StaticString? {
        switch (self, index) {
        case (.whole, 0): "header"
        case (.whole, 1): "payload"
        case (.whole, _): nil
        case (_, 0): "form"
        case (.truncated, 1): "header"
        case (.truncated, 2): "original_size"
        case (.truncated, 3): "payload"
        case (.start, 1), (.chunk, 1), (.end, 1): "handle"
        case (.start, 2): "header"
        case (.start, 3): "size"
        case (.start, 4): "segments"
        case (.start, 5): "segment_size"
        case (.chunk, 2): "segment"
        case (.chunk, 3): "payload"
        default: nil
        }
    }
}
