import PatchbayCore

/// Memory that a frame is written to: every access is checked. The one place of the module that touches raw memory.
@safe
struct FrameRegion {
    private let base: UnsafeMutableRawPointer
    let count: Int

    /// Valid only within the call that gave `memory`.
    init(_ memory: UnsafeMutableRawBufferPointer, base: UnsafeMutableRawPointer) {
        unsafe self.base = base
        count = memory.count
    }

    /// Calls `body` with `span` as a region; nil when the span is empty.
    static func with<Failure: Error>(
        _ span: inout MutableSpan<UInt8>,
        _ body: (FrameRegion) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        try unsafe span.withUnsafeMutableBufferPointer { memory throws(Failure) in
            let raw = UnsafeMutableRawBufferPointer(memory)
            guard let base = raw.baseAddress else { return false }
            try unsafe body(FrameRegion(raw, base: base))
            return true
        }
    }

    @inline(__always)
    func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
        precondition(offset >= 0 && offset <= count - MemoryLayout<T>.size)
        unsafe base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
    }

    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < count)
        return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
    }

    func write(_ bytes: Span<UInt8>, at offset: Int) {
        precondition(offset >= 0 && bytes.count <= count && offset <= count - bytes.count)
        unsafe bytes.withUnsafeBufferPointer { from in
            guard let start = from.baseAddress else { return }
            unsafe (base + offset).copyMemory(from: start, byteCount: from.count)
        }
    }

    func clear(at offset: Int, count length: Int) {
        precondition(offset >= 0 && length >= 0 && length <= count && offset <= count - length)
        unsafe (base + offset).initializeMemory(as: UInt8.self, repeating: 0, count: length)
    }
}
