import PatchbayCore
import PatchbayPlugin

/// A way to compress a file.
enum Compression: String, Sendable, CaseIterable {
    case gzip, zstd

    /// Bytes that are enough to recognise one.
    static let magicLength = 4

    /// The compression of data that begins with `bytes` (RFC 1952 and RFC 8878, with skippable frames).
    init?(magic bytes: Span<UInt8>) {
        if bytes.count >= 2, bytes[0] == 0x1F, bytes[1] == 0x8B {
            self = .gzip
        } else if bytes.count >= 4, bytes[1] == 0xB5, bytes[0] == 0x28, bytes[2] == 0x2F, bytes[3] == 0xFD {
            self = .zstd
        } else if bytes.count >= 4, bytes[0] & 0xF0 == 0x50, bytes[1] == 0x2A, bytes[2] == 0x4D, bytes[3] == 0x18 {
            self = .zstd
        } else {
            return nil
        }
    }

    /// Whether `bytes` may be the beginning of a magic number that is not complete.
    static func mayBegin(with bytes: Span<UInt8>) -> Bool {
        guard bytes.count < magicLength else { return false }
        if bytes.isEmpty { return true }
        func fits(_ magic: InlineArray<4, UInt8>, _ mask: UInt8 = 0xFF) -> Bool {
            for index in bytes.indices where bytes[index] & (index == 0 ? mask : 0xFF) != magic[index] { return false }
            return true
        }
        return bytes.count == 1 && bytes[0] == 0x1F || fits([0x28, 0xB5, 0x2F, 0xFD])
            || fits([0x50, 0x2A, 0x4D, 0x18], 0xF0)
    }

    /// The compression that a file name's ending stands for.
    init?(suffixOf path: String) {
        if path.hasSuffix(".gz") {
            self = .gzip
        } else if path.hasSuffix(".zst") || path.hasSuffix(".zstd") {
            self = .zstd
        } else {
            return nil
        }
    }

    /// A decoder for the data of the file `name`.
    func makeDecoder(name: String) throws(PluginError) -> any CompressionDecoder {
        switch self {
        case .gzip: try GzipDecoder(name: name)
        case .zstd: try ZstandardDecoder(name: name)
        }
    }

    /// An encoder.
    func makeEncoder() throws(PluginError) -> any CompressionEncoder {
        switch self {
        case .gzip: try GzipEncoder()
        case .zstd: try ZstandardEncoder()
        }
    }

    /// The error for an encoder or decoder that could not be made.
    func noMemory() -> PluginError { PluginError(.internalError, "there is no memory for \(rawValue)") }
}

/// Bytes taken and bytes made by one step.
struct CompressionStep: Equatable {
    var consumed: Int
    var produced: Int
}

/// Turns compressed bytes back, with as many members or frames one after the other as there are.
protocol CompressionDecoder: AnyObject {
    /// Whether the data may end here.
    var isAtEnd: Bool { get }
    /// Decodes a part of `input`. Takes or makes at least one byte when both have room.
    func decode(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>) throws(PluginError) -> CompressionStep
    /// What was wrong with the last step although it made bytes.
    var failure: PluginError? { get }
}

/// Compresses bytes.
protocol CompressionEncoder: AnyObject {
    /// Appends the compressed form of `input`, or keeps it for later.
    func encode(_ input: Span<UInt8>, into output: inout ByteBuffer) throws(PluginError)
    /// Appends what was kept and ends the member or frame; the next bytes begin another one.
    func finish(into output: inout ByteBuffer) throws(PluginError)
}
