import Glibc
import PatchbayCore

// Searching with the C library's vector code; the one place where expressions touch raw memory.
extension Span where Element == UInt8 {
    /// Whether `other` occurs in these bytes: candidates by its first byte (`memchr`), then compared (`memcmp`).
    func contains(_ other: Span<UInt8>) -> Bool {
        guard other.count > 0 else { return true }
        guard count >= other.count else { return false }
        let first = Int32(other[0])
        return unsafe withUnsafeBufferPointer { text in
            unsafe other.withUnsafeBufferPointer { word in
                guard var at = unsafe text.baseAddress.map({ unsafe UnsafeRawPointer($0) }),
                    let wanted = word.baseAddress
                else { return false }
                // Behind `end` no candidate has room for the whole word.
                let end = unsafe at + (text.count - word.count + 1)
                while unsafe at < end, let hit = unsafe memchr(at, first, at.distance(to: end)) {
                    if unsafe memcmp(hit, wanted, word.count) == 0 { return true }
                    unsafe at = UnsafeRawPointer(hit) + 1
                }
                return false
            }
        }
    }

    /// Position of the first `byte`.
    func position(of byte: UInt8) -> Int? {
        unsafe withUnsafeBufferPointer { text in
            guard let start = text.baseAddress, let hit = unsafe memchr(start, Int32(byte), text.count) else {
                return nil
            }
            return unsafe UnsafeRawPointer(start).distance(to: UnsafeRawPointer(hit))
        }
    }
}
