import PatchbayCore
import PatchbayPlugin

/// Collects small writes to a file into large ones, and encodes batches for those who have not done it themselves.
struct OutputWriter: ~Copyable {
    /// Bytes that are collected before they are written.
    private static let capacity = 64 << 10

    private let file: FileDescriptor
    private var pending = ByteBuffer(capacity: capacity)
    private var encoder: (any BatchEncoder)?

    init(_ file: consuming FileDescriptor) {
        self.file = file
    }

    /// Whether the file is a terminal.
    var isTerminal: Bool { file.isTerminal }
    /// Whether batches can be written.
    var hasEncoder: Bool { encoder != nil }

    /// Encodes the next batches with `fresh`, from what stands before the first record on.
    mutating func use(_ fresh: any BatchEncoder) throws(PluginError) {
        encoder = fresh
        try encoder?.encodeHeader(into: &pending)
    }

    /// The next batch has another schema.
    mutating func forgetEncoder() { encoder = nil }

    /// Encodes and writes a batch.
    mutating func write(_ batch: Batch) throws(PluginError) {
        try encoder?.encode(batch, into: &pending)
        if pending.count >= Self.capacity { try flush() }
    }

    /// Writes bytes that an encoder made.
    mutating func write(_ bytes: Span<UInt8>) throws(PluginError) {
        if pending.count + bytes.count > Self.capacity { try flush() }
        if bytes.count >= Self.capacity {
            try file.write(bytes)
        } else {
            pending.append(bytes)
        }
    }

    /// Hands everything to the operating system.
    mutating func flush() throws(PluginError) {
        guard pending.count > 0 else { return }
        // What failed once is not written again: the error ends the run, and a part of it may be out already.
        defer { pending.removeAll() }
        try file.write(pending.span)
    }
}
