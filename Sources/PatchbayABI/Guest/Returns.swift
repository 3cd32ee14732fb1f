internal import CPatchbay
internal import PatchbayPlugin
internal import Synchronization

/// What goes back to an instance with its next call. Batches end their life on any thread; the instance is used by one.
///
/// The instance lives as long as anything that shows its memory, and is told to end (DESTROY) only after that.
// Invariant behind @unchecked: the lists are touched under the lock alone; the guest is only kept alive, and used once more
// when nobody else can.
final class Returns: @unchecked Sendable {
    /// What goes back.
    struct Items {
        var blocks: [UInt64] = []
        var tokens: [UInt64] = []
        var isEmpty: Bool { blocks.isEmpty && tokens.isEmpty }
    }

    private struct State {
        var items = Items()
        /// Leases per token: several results may carry the same one.
        var leases: [UInt64: Int] = [:]
        /// The frame for DESTROY, once the instance was stopped in good order.
        var ending: (frame: UInt64, instance: UInt64)?
    }

    private let state = Mutex(State())
    /// Whether anything waits to go back: most calls find nothing and need no lock.
    private let isPending = Atomic<Bool>(false)
    /// Its memory is what leases and blocks show.
    private let guest: any Guest

    init(_ guest: any Guest) {
        self.guest = guest
    }

    deinit {
        guard let ending = state.withLock({ $0.ending }) else { return }
        var frame = patchbay_call_frame()
        frame.size = UInt32(MemoryLayout<patchbay_call_frame>.size)
        frame.instance = ending.instance
        do throws(PluginError) {
            try guest.memory.store(frame, at: ending.frame, Place("the call frame"))
            _ = try guest.call(PATCHBAY_DESTROY, frame: ending.frame)
        } catch {
            // There is nobody left to fail, and nothing left to lose.
        }
    }

    /// A block of memory is no longer used.
    func add(block address: UInt64) {
        state.withLock { $0.items.blocks.append(address) }
        isPending.store(true, ordering: .releasing)
    }

    /// One more result that carries `token` is read.
    func lease(_ token: UInt64) -> GuestLease {
        state.withLock { state in
            if state.leases[token] == nil { state.items.tokens.removeAll { $0 == token } }
            state.leases[token, default: 0] += 1
        }
        return GuestLease(token: token, returns: self)
    }

    /// One result less is read; the token goes back with the last one.
    func end(_ token: UInt64) {
        state.withLock { state in
            let count = state.leases[token] ?? 0
            if count > 1 {
                state.leases[token] = count - 1
            } else {
                state.leases[token] = nil
                state.items.tokens.append(token)
            }
        }
        isPending.store(true, ordering: .releasing)
    }

    /// Whether something may wait to go back.
    @inline(__always)
    var hasItems: Bool { isPending.load(ordering: .relaxed) }

    /// All items so far, which are forgotten here.
    func take() -> Items {
        guard isPending.load(ordering: .relaxed), isPending.exchange(false, ordering: .acquiringAndReleasing) else {
            return Items()
        }
        return state.withLock { state in
            defer { if !state.items.isEmpty { state.items = Items() } }
            return state.items
        }
    }

    /// Once nothing of the instance is used any more, it gets DESTROY.
    func destroyAtEnd(_ instance: UInt64, frame: UInt64) { state.withLock { $0.ending = (frame, instance) } }
}
