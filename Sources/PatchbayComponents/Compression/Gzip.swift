import CZlib
import PatchbayCore
import PatchbayPlugin

/// Decodes gzip data (RFC 1952) of any number of members. Zero bytes behind the last one are padding, as on tapes.
@safe
final class GzipDecoder: CompressionDecoder {
    /// 15 bits of window, and 16 for the gzip wrapping (zlib manual, `inflateInit2`).
    fileprivate static let windowBits: CInt = 31

    private let name: String
    // zlib keeps a pointer to the stream, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isBetweenMembers = true
    private var isPadding = false
    private(set) var failure: PluginError?

    init(name: String) throws(PluginError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let size = CInt(unsafe MemoryLayout<z_stream>.size)
        guard unsafe inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size) == Z_OK else {
            unsafe stream.deallocate()
            throw Compression.gzip.noMemory()
        }
        self.name = name
        unsafe self.stream = stream
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    var isAtEnd: Bool { isBetweenMembers }

    func decode(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>) throws(PluginError) -> CompressionStep {
        if isBetweenMembers {
            guard !input.isEmpty else { return CompressionStep(consumed: 0, produced: 0) }
            if let padding = try beginMember(input) { return CompressionStep(consumed: padding, produced: 0) }
        }
        var made = CompressionStep(consumed: 0, produced: 0)
        let status = unsafe input.withUnsafeBufferPointer { from in
            unsafe output.withUnsafeMutableBufferPointer { to in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: from.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(clamping: from.count)
                unsafe stream.pointee.next_out = to.baseAddress
                unsafe stream.pointee.avail_out = UInt32(clamping: to.count)
                let status = unsafe inflate(stream, Z_NO_FLUSH)
                unsafe made.consumed = Int(UInt32(clamping: from.count) - stream.pointee.avail_in)
                unsafe made.produced = Int(UInt32(clamping: to.count) - stream.pointee.avail_out)
                return status
            }
        }
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isBetweenMembers = true
        default:
            let cause = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
            failure = PluginError(.input, "the gzip data of \(name) is damaged", cause: cause)
        }
        if let failure, made.produced == 0 { throw failure }
        return made
    }

    /// Begins the next member; returns how much padding there is instead.
    private func beginMember(_ input: Span<UInt8>) throws(PluginError) -> Int? {
        var zeros = 0
        while zeros < input.count, input[zeros] == 0 { zeros += 1 }
        if zeros > 0, unsafe stream.pointee.total_in > 0 {
            isPadding = true
            return zeros
        }
        if isPadding || (unsafe stream.pointee.total_in > 0 && input[0] != 0x1F) {
            throw PluginError(.input, "there is something else behind the gzip data of \(name)")
        }
        if unsafe stream.pointee.total_in > 0 { unsafe inflateReset2(stream, Self.windowBits) }
        isBetweenMembers = false
        return nil
    }
}

/// Compresses with gzip.
@safe
final class GzipEncoder: CompressionEncoder {
    private let stream: UnsafeMutablePointer<z_stream>
    private var isInMember = false

    init() throws(PluginError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let size = CInt(unsafe MemoryLayout<z_stream>.size)
        let status = unsafe deflateInit2_(
            stream,
            Z_DEFAULT_COMPRESSION,
            Z_DEFLATED,
            GzipDecoder.windowBits,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            size
        )
        guard status == Z_OK else {
            unsafe stream.deallocate()
            throw Compression.gzip.noMemory()
        }
        unsafe self.stream = stream
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    func encode(_ input: Span<UInt8>, into output: inout ByteBuffer) throws(PluginError) {
        guard !input.isEmpty else { return }
        isInMember = true
        var at = 0
        while at < input.count {
            // zlib counts in 32 bits.
            let part = input.extracting(at..<min(input.count, at + 1 << 30))
            unsafe part.withUnsafeBufferPointer { from in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: from.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(from.count)
                run(Z_NO_FLUSH, &output)
            }
            at += part.count
        }
    }

    func finish(into output: inout ByteBuffer) throws(PluginError) {
        guard isInMember else { return }
        unsafe stream.pointee.next_in = nil
        unsafe stream.pointee.avail_in = 0
        run(Z_FINISH, &output)
        unsafe deflateReset(stream)
        isInMember = false
    }

    /// Runs until all input was taken and, at the end, all output was given.
    private func run(_ flush: CInt, _ output: inout ByteBuffer) {
        var isFull = true
        while isFull {
            _ = output.append(upTo: 64 << 10) { (room: inout MutableSpan<UInt8>) in
                unsafe room.withUnsafeMutableBufferPointer { to in
                    unsafe stream.pointee.next_out = to.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(to.count)
                    unsafe deflate(stream, flush)
                    isFull = unsafe stream.pointee.avail_out == 0
                    return unsafe to.count - Int(stream.pointee.avail_out)
                }
            }
        }
    }
}
