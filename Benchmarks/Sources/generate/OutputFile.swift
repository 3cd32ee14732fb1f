import Glibc

/// What keeps a file from being made.
struct GenerationError: Error, CustomStringConvertible {
    let description: String
}

/// A file that is written in large pieces.
struct OutputFile: ~Copyable {
    private let descriptor: CInt
    private let path: String
    private var pending: [UInt8] = []
    private(set) var written = 0

    init(_ path: String) throws(GenerationError) {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw GenerationError(description: "cannot write \(path)") }
        pending.reserveCapacity(2 << 20)
    }

    deinit { close(descriptor) }

    mutating func append(_ bytes: some Sequence<UInt8>) throws(GenerationError) {
        pending.append(contentsOf: bytes)
        if pending.count > 1 << 20 { try flush() }
    }

    mutating func flush() throws(GenerationError) {
        var start = 0
        while start < pending.count {
            let count = unsafe pending.withUnsafeBytes { memory in
                unsafe write(descriptor, memory.baseAddress.map { unsafe $0 + start }, memory.count - start)
            }
            guard count > 0 else { throw GenerationError(description: "cannot write to \(path)") }
            start += count
        }
        written += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    /// The bytes of a whole file.
    static func read(_ path: String) throws(GenerationError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw GenerationError(description: "cannot read \(path)") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { memory in
                unsafe Glibc.read(descriptor, memory.baseAddress, memory.count)
            }
            guard count >= 0 else { throw GenerationError(description: "cannot read \(path)") }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }
}
