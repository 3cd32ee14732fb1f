/// Keeps the buffers it handed out and hands them out again once nobody else holds them.
///
/// There is no giving back: a buffer is free when the pool is its only owner. So a batch may live as long as it
/// likes, and in steady state nothing is allocated.
public struct BufferPool {
    @usableFromInline var buffers: [Buffer] = []
    private let limit: Int
    private var next = 0

    /// - Parameter limit: how many buffers are remembered; more are allocated when asked for, and forgotten.
    public init(limit: Int = 64) {
        self.limit = limit
    }

    /// A buffer of at least `capacity` bytes that nobody else holds; its content is undefined.
    public mutating func take(capacity: Int) -> Buffer {
        for step in 0..<buffers.count {
            let index = (next + step) % buffers.count
            if fits(buffers[index].capacity, capacity), isKnownUniquelyReferenced(&buffers[index]) {
                next = index + 1
                return buffers[index]
            }
        }
        let fresh = Buffer(capacity: capacity)
        if buffers.count < limit {
            buffers.append(fresh)
        } else if let unfit = smallestFree() {
            buffers[unfit] = fresh
        }
        return fresh
    }

    /// Whether a buffer of `size` serves a request: large enough, and no text buffer of megabytes for a few bits.
    private func fits(_ size: Int, _ requested: Int) -> Bool {
        size >= requested && size / 8 <= max(requested, 512)
    }

    /// A free buffer that did not fit, to be replaced: otherwise sizes that no longer occur would fill the pool.
    private mutating func smallestFree() -> Int? {
        var found: Int?
        for index in buffers.indices where isKnownUniquelyReferenced(&buffers[index]) {
            if let best = found, buffers[best].capacity <= buffers[index].capacity { continue }
            found = index
        }
        return found
    }
}
