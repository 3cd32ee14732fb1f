import PatchbayCore
import PatchbayPlugin

/// Reads one open file and decodes it when it is compressed.
final class FileReader {
    /// What is known about the beginning of the file.
    private enum State {
        case undecided
        case plain
        case compressed(any CompressionDecoder)
    }

    /// Bytes that are read at once from a compressed file, and from any file before it is known what it is.
    private static let portion = 64 << 10

    private let descriptor: FileDescriptor
    private var state: State
    /// Bytes taken from the file and not yet delivered or decoded: `start ..< end`.
    private let held = Buffer(capacity: portion)
    private var start = 0
    private var end = 0
    private var hasEnded = false
    /// Bytes of the file that were delivered; for a compressed one those that were decoded.
    private(set) var bytesRead: UInt64 = 0

    /// - Parameter compression: nil to see by the first bytes.
    init(_ descriptor: consuming FileDescriptor, compression: CompressionChoice) throws(PluginError) {
        switch compression {
        case .automatic: state = .undecided
        case .none: state = .plain
        case .always(let kind): state = .compressed(try kind.makeDecoder(name: descriptor.name))
        }
        self.descriptor = descriptor
    }

    /// Puts the next bytes at the start of `buffer`; waits `wait` ms at most.
    func read(into buffer: inout MutableSpan<UInt8>, wait: CInt) throws(PluginError) -> FileDescriptor.Arrival {
        guard !buffer.isEmpty else { return .nothing }
        if case .undecided = state, let early = try decide(wait: wait) { return early }
        if case .compressed(let decoder) = state { return try decode(with: decoder, into: &buffer, wait: wait) }
        if start < end { return deliverHeld(into: &buffer) }
        if hasEnded { return .end }
        let arrival = try descriptor.read(into: &buffer, limit: buffer.count, wait: wait)
        if case .bytes(let count) = arrival { bytesRead += UInt64(count) }
        return arrival
    }

    /// Reads until the first bytes say what the file is; returns what to say while they do not.
    private func decide(wait: CInt) throws(PluginError) -> FileDescriptor.Arrival? {
        let held = held
        while !hasEnded, Compression.mayBegin(with: held.bytes(at: 0, count: end)) {
            if try fill(wait: wait) == .nothing { return .nothing }
        }
        if let compression = Compression(magic: held.bytes(at: 0, count: end)) {
            state = .compressed(try compression.makeDecoder(name: descriptor.name))
        } else {
            state = .plain
        }
        return nil
    }

    /// Reads once behind the bytes held; the end is noted in `hasEnded`.
    private func fill(wait: CInt) throws(PluginError) -> FileDescriptor.Arrival {
        let held = held
        var room = held.mutableSpan(of: UInt8.self, at: end, count: held.capacity - end)
        let arrival = try descriptor.read(into: &room, limit: room.count, wait: wait)
        switch arrival {
        case .bytes(let count): end += count
        case .end: hasEnded = true
        case .nothing: break
        }
        return arrival
    }

    private func deliverHeld(into buffer: inout MutableSpan<UInt8>) -> FileDescriptor.Arrival {
        let count = min(buffer.count, end - start)
        for index in 0..<count { buffer[index] = held.load(start + index, as: UInt8.self) }
        start += count
        bytesRead += UInt64(count)
        return .bytes(count)
    }

    private func decode(
        with decoder: any CompressionDecoder,
        into buffer: inout MutableSpan<UInt8>,
        wait: CInt
    ) throws(PluginError) -> FileDescriptor.Arrival {
        if let failure = decoder.failure { throw failure }
        let held = held
        while true {
            let step = try decoder.decode(held.bytes(at: start, count: end - start), into: &buffer)
            start += step.consumed
            bytesRead += UInt64(step.consumed)
            if step.produced > 0 { return .bytes(step.produced) }
            if start < end {
                if step.consumed == 0 { throw damaged("is damaged") }
                continue
            }
            start = 0
            end = 0
            if hasEnded {
                if decoder.isAtEnd { return .end }
                throw damaged("ends in the middle")
            }
            if try fill(wait: wait) == .nothing { return .nothing }
        }
    }

    private func damaged(_ what: String) -> PluginError {
        PluginError(.input, "the compressed data of \(descriptor.name) \(what)")
    }
}

/// Whether a file is taken for compressed.
enum CompressionChoice: Sendable {
    /// As its first bytes say.
    case automatic
    /// It is not.
    case none
    /// It is.
    case always(Compression)

    /// The names in configurations.
    static var names: [String] { ["auto", "none"] + Compression.allCases.map(\.rawValue) }

    /// The choice with a name.
    init(_ name: String?) {
        switch name {
        case "none": self = .none
        case let name?: self = Compression(rawValue: name).map { .always($0) } ?? .automatic
        case nil: self = .automatic
        }
    }
}
