internal import PatchbayCore

/// Structures and texts side by side, to be copied into a plugin's memory as a whole. Places count from its beginning; 0
/// is no place.
struct ImageBytes {
    private var buffer = Buffer(capacity: 1024)
    private(set) var count = 16
    /// Where structures hold places, which become addresses.
    private var places: [Int] = []

    /// What was written.
    var bytes: Bytes { Bytes(buffer, at: 0, count: count) }

    private mutating func grow(by extra: Int) {
        guard buffer.capacity - count < extra else { return }
        let larger = Buffer(capacity: max(count + extra, buffer.capacity * 2))
        larger.copy(from: buffer, at: 0, count: count, to: 0)
        buffer = larger
    }

    /// Room of `size` zeros at a multiple of 8.
    mutating func reserve(_ size: Int) -> Int {
        let place = (count + 7) & ~7
        grow(by: place - count + size)
        buffer.fill(0, at: count, count: place - count + size)
        count = place + size
        return place
    }

    /// Appends text; its place and length.
    mutating func append(_ text: String) -> (place: UInt64, length: UInt64) {
        var text = text
        return text.withUTF8 { utf8 in
            append(unsafe Span(_unsafeElements: utf8))
        }
    }

    /// Appends bytes; their place and length.
    mutating func append(_ bytes: Span<UInt8>) -> (place: UInt64, length: UInt64) {
        grow(by: bytes.count)
        buffer.write(bytes, at: count)
        defer { count += bytes.count }
        return (UInt64(count), UInt64(bytes.count))
    }

    /// Puts a structure at `place`; at the offsets `addresses` it holds places that become addresses.
    mutating func put<T: BitwiseCopyable>(_ value: T, at place: Int, addresses: [Int?]) {
        buffer.storeUnaligned(value, at: place)
        places += addresses.map { place + ($0 ?? 0) }
    }

    /// Turns places into addresses, the beginning being at `base`.
    func relocate(to base: UInt64) {
        for place in places {
            let value = buffer.loadUnaligned(at: place, as: UInt64.self)
            if value != 0 { buffer.storeUnaligned(value &+ base, at: place) }
        }
    }
}
