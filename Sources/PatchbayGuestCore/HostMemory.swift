internal import CPatchbay
internal import PatchbayCore

/// Reading what the host wrote, and giving it addresses: the one place of the module that handles raw memory. The host is
/// trusted.
enum HostMemory {
    // No constraint on structures of the ABI: the compiler does not find conformances of C types of another module.
    static func load<T>(_ address: UInt64, _ index: Int) -> T {
        guard let start = unsafe UnsafeRawPointer(bitPattern: UInt(truncatingIfNeeded: address)) else {
            fatalError("no address")
        }
        return unsafe start.load(fromByteOffset: index &* MemoryLayout<T>.stride, as: T.self)
    }

    /// Writes a structure for the host at an offset of `buffer`, which has room for it.
    static func store<T>(_ value: T, in buffer: Buffer, at offset: Int) {
        unsafe buffer.withUnsafeBytes {
            guard let start = $0.baseAddress else { return }
            unsafe (start + offset).initializeMemory(as: T.self, to: value)
        }
    }

    static func bytes(_ bytes: patchbay_bytes) -> [UInt8] {
        guard let start = unsafe UnsafePointer<UInt8>(bitPattern: UInt(truncatingIfNeeded: bytes.address)) else {
            return []
        }
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(truncatingIfNeeded: bytes.length)))
    }

    static func text(_ bytes: patchbay_bytes) -> String { String(decoding: self.bytes(bytes), as: UTF8.self) }

    static func equal(_ bytes: patchbay_bytes, _ name: StaticString) -> Bool {
        guard Int(truncatingIfNeeded: bytes.length) == name.utf8CodeUnitCount,
            let start = unsafe UnsafePointer<UInt8>(bitPattern: UInt(truncatingIfNeeded: bytes.address))
        else { return name.utf8CodeUnitCount == 0 && bytes.length == 0 }
        let literal = unsafe name.utf8Start
        for index in 0..<name.utf8CodeUnitCount where unsafe start[index] != literal[index] { return false }
        return true
    }

    /// The input of a call as a buffer, which shows it where it lies. `keeper` only has to live as long as the memory,
    /// which the host sees to.
    static func buffer(_ input: patchbay_bytes, keeper: AnyObject) -> Buffer {
        guard let start = unsafe UnsafeMutableRawPointer(bitPattern: UInt(truncatingIfNeeded: input.address)) else {
            return Buffer(capacity: 0)
        }
        return unsafe Buffer(
            unsafeMemory: start, capacity: Int(truncatingIfNeeded: input.length), keeping: keeper)
    }

    /// Where a buffer begins.
    static func address(_ buffer: Buffer) -> UInt64 {
        unsafe buffer.withUnsafeBytes { UInt64(UInt(bitPattern: $0.baseAddress)) }
    }
}
