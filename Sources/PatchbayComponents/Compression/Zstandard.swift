import CZstd
import PatchbayCore
import PatchbayPlugin

/// Decodes Zstandard data (RFC 8878) of any number of frames.
@safe
final class ZstandardDecoder: CompressionDecoder {
    private let name: String
    private let context: OpaquePointer
    private(set) var isAtEnd = true
    private(set) var failure: PluginError?

    init(name: String) throws(PluginError) {
        guard let context = unsafe ZSTD_createDCtx() else { throw Compression.zstd.noMemory() }
        self.name = name
        unsafe self.context = context
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    func decode(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>) throws(PluginError) -> CompressionStep {
        if isAtEnd, input.isEmpty { return CompressionStep(consumed: 0, produced: 0) }
        var made = CompressionStep(consumed: 0, produced: 0)
        let status = unsafe input.withUnsafeBufferPointer { from in
            unsafe output.withUnsafeMutableBufferPointer { to in
                var source = unsafe ZSTD_inBuffer(src: from.baseAddress, size: from.count, pos: 0)
                var target = unsafe ZSTD_outBuffer(dst: to.baseAddress, size: to.count, pos: 0)
                let status = unsafe ZSTD_decompressStream(context, &target, &source)
                unsafe made = CompressionStep(consumed: source.pos, produced: target.pos)
                return status
            }
        }
        if ZSTD_isError(status) != 0 {
            let cause = unsafe ZSTD_getErrorName(status).map { unsafe String(cString: $0) }
            let error = PluginError(.input, "the zstd data of \(name) is damaged", cause: cause)
            failure = error
            if made.produced == 0 { throw error }
            return made
        }
        isAtEnd = status == 0
        return made
    }
}

/// Compresses with Zstandard.
@safe
final class ZstandardEncoder: CompressionEncoder {
    private let context: OpaquePointer
    private var isInFrame = false

    init() throws(PluginError) {
        guard let context = unsafe ZSTD_createCCtx() else { throw Compression.zstd.noMemory() }
        unsafe self.context = context
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    }

    deinit { unsafe ZSTD_freeCCtx(context) }

    func encode(_ input: Span<UInt8>, into output: inout ByteBuffer) throws(PluginError) {
        guard !input.isEmpty else { return }
        isInFrame = true
        try run(input, ZSTD_e_continue, &output)
    }

    func finish(into output: inout ByteBuffer) throws(PluginError) {
        guard isInFrame else { return }
        try run(Span(), ZSTD_e_end, &output)
        isInFrame = false
    }

    private func run(
        _ input: Span<UInt8>,
        _ directive: ZSTD_EndDirective,
        _ output: inout ByteBuffer
    ) throws(PluginError) {
        var at = 0
        var left = 1
        while left > 0 {
            _ = try output.append(upTo: 64 << 10) { (room: inout MutableSpan<UInt8>) throws(PluginError) in
                var target = 0
                left = unsafe input.withUnsafeBufferPointer { from in
                    unsafe room.withUnsafeMutableBufferPointer { to in
                        var source = unsafe ZSTD_inBuffer(src: from.baseAddress, size: from.count, pos: at)
                        var made = unsafe ZSTD_outBuffer(dst: to.baseAddress, size: to.count, pos: 0)
                        let status = unsafe ZSTD_compressStream2(context, &made, &source, directive)
                        at = unsafe source.pos
                        target = unsafe made.pos
                        return status
                    }
                }
                if ZSTD_isError(left) != 0 {
                    let cause = unsafe ZSTD_getErrorName(left).map { unsafe String(cString: $0) }
                    throw PluginError(.internalError, "zstd cannot compress", cause: cause)
                }
                return target
            }
            // Until the end of the frame it is enough that all input was taken.
            if directive == ZSTD_e_continue { left = input.count - at }
        }
    }
}
