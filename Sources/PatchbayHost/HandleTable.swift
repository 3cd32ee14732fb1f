/// The files and connections that one instance has open, by handle. Handles count from 1; a closed one is used again.
struct HandleTable: ~Copyable {
    private final class Slot {
        let file: HostFile
        init(_ file: consuming HostFile) { self.file = file }
    }
    private var slots: [Slot?] = []
    private let limit: Int

    /// No open files; at most `limit` at once.
    init(limit: Int) { self.limit = max(0, min(limit, Int(Int32.max))) }

    /// Whether one more may be opened.
    var hasRoom: Bool { slots.count < limit || slots.contains { $0 == nil } }

    /// A handle for an open file. Without room the file is closed, and there is none.
    mutating func insert(_ file: consuming HostFile) -> Int32? {
        let slot = Slot(file)
        if let free = slots.firstIndex(where: { $0 == nil }) {
            slots[free] = slot
            return Int32(free + 1)
        }
        guard slots.count < limit else { return nil }
        slots.append(slot)
        return Int32(slots.count)
    }

    /// Runs `body` on the file behind a handle; nil when there is none.
    func with<Result>(_ handle: Int32, _ body: (borrowing HostFile) -> Result) -> Result? {
        guard let slot = slot(handle) else { return nil }
        return body(slot.file)
    }

    /// Closes the file behind a handle; does nothing when there is none.
    mutating func remove(_ handle: Int32) {
        if slot(handle) != nil { slots[Int(handle) - 1] = nil }
    }

    /// Closes all.
    mutating func removeAll() { slots.removeAll() }

    private func slot(_ handle: Int32) -> Slot? {
        guard handle > 0, Int(handle) <= slots.count else { return nil }
        return slots[Int(handle) - 1]
    }
}
