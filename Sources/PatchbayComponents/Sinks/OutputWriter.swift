import PatchbayCore
import PatchbayPlugin

/// Collects small writes to a file into large ones, and encodes batches for those who have not done it themselves.
struct OutputWriter: ~Copyable {
    /// Bytes that are collected before they are written.
    private static let capacity = 64 << 10

    private let file: FileDescriptor
    private var pending = ByteBuffer(capacity: capacity)
    private var encoder: (any BatchEncoder)?
    private let compressor: (any CompressionEncoder)?
    private var compressed = ByteBuffer()

    init(_ file: consuming FileDescriptor, compression: Compression? = nil) throws(PluginError) {
        compressor = if let compression { try compression.makeEncoder() } else { nil }
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
        if pending.count >= Self.capacity { try drain() }
    }

    /// Writes bytes that an encoder made.
    mutating func write(_ bytes: Span<UInt8>) throws(PluginError) {
        if pending.count + bytes.count > Self.capacity { try drain() }
        if bytes.count >= Self.capacity, compressor == nil {
            try file.write(bytes)
        } else {
            pending.append(bytes)
            if pending.count >= Self.capacity { try drain() }
        }
    }

    /// Hands everything to the operating system, and compressed data so that it can be read up to here. With
    /// `isDurable` waits until the device has it.
    mutating func flush(isDurable: Bool = false) throws(PluginError) {
        try drain()
        if let compressor {
            compressed.removeAll()
            try compressor.finish(into: &compressed)
            try file.write(compressed.span)
        }
        if isDurable { try file.synchronize() }
    }

    private mutating func drain() throws(PluginError) {
        guard pending.count > 0 else { return }
        // What failed once is not written again: the error ends the run, and a part of it may be out already.
        defer { pending.removeAll() }
        guard let compressor else { return try file.write(pending.span) }
        // Taken out, since one of two buffers of a value cannot be read while the other changes.
        var output = ByteBuffer()
        swap(&output, &compressed)
        output.removeAll()
        try compressor.encode(pending.span, into: &output)
        try file.write(output.span)
        swap(&output, &compressed)
    }
}
