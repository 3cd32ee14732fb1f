internal import Synchronization

/// What goes back to an instance with its next call. Batches end their life on any thread; the instance is used by one.
// Invariant behind @unchecked: the list is touched under the lock alone; the guest is only kept alive, never used.
final class Returns: @unchecked Sendable {
    enum Item {
        case block(UInt64)
        case token(UInt64)
    }

    private let items = Mutex<[Item]>([])
    /// Its memory is what leases and blocks show.
    private let guest: any Guest

    init(_ guest: any Guest) {
        self.guest = guest
    }

    func add(_ item: Item) { items.withLock { $0.append(item) } }

    /// All items so far, which are forgotten here.
    func take() -> [Item] {
        items.withLock { list in
            guard !list.isEmpty else { return [] }
            defer { list.removeAll(keepingCapacity: true) }
            return list
        }
    }
}
