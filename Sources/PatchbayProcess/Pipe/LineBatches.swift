internal import PatchbayCore
internal import PatchbayPlugin

/// Makes records of lines: the value is the line, without its line feed.
struct LineBatches: ~Copyable {
    /// What its records look like.
    static let schema = Schema(fields: [])
    /// Most records in a batch.
    private static let batchLimit = 4096

    /// The longest line, in bytes.
    private let lineLimit: Int
    private let builder = BatchBuilder(schema: LineBatches.schema)
    private var partial = ByteBuffer()
    /// Finished batches.
    private var batches: [Batch] = []
    private var isOpen = false
    /// Bytes of the records that were not taken yet.
    private(set) var size = 0

    init(lineLimit: Int) { self.lineLimit = lineLimit }

    /// Takes bytes in.
    mutating func feed(_ bytes: Span<UInt8>) throws(PluginError) {
        var start = 0
        for index in 0..<bytes.count where bytes[index] == UInt8(ascii: "\n") {
            let line = bytes.extracting(start..<index)
            if partial.count == 0 {
                add(line)
            } else {
                partial.append(line)
                addPartial()
            }
            start = index + 1
        }
        partial.append(bytes.extracting(start..<bytes.count))
        guard partial.count <= lineLimit else {
            throw PluginError(
                .input, "a line of the program is longer than \(lineLimit) bytes",
                advice: "raise 'output' in 'limits' of the stage")
        }
    }

    /// The rest behind the last line feed is a line too.
    mutating func finish() {
        if partial.count > 0 { addPartial() }
    }

    private mutating func addPartial() {
        var line = ByteBuffer()
        swap(&line, &partial)
        line.withSpan { add($0) }
        line.removeAll()
        swap(&line, &partial)
    }

    private mutating func add(_ line: Span<UInt8>) {
        if !isOpen {
            builder.begin()
            isOpen = true
        }
        builder.value.append(copying: line)
        size += line.count
        if builder.count >= Self.batchLimit { close() }
    }

    private mutating func close() {
        guard isOpen else { return }
        batches.append(builder.finish())
        isOpen = false
    }

    /// The records so far.
    mutating func take() -> [Batch] {
        close()
        size = 0
        defer { batches.removeAll() }
        return batches
    }
}
