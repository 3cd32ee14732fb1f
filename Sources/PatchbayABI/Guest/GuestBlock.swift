internal import PatchbayCore
internal import PatchbayPlugin

/// Memory in a plugin that the host asked for. It keeps the instance alive, and goes back with the next call after the
/// last owner let go of it, on whatever thread that was.
final class GuestBlock: Sendable {
    let address: UInt64
    let capacity: Int
    private let returns: Returns

    init(address: UInt64, capacity: Int, returns: Returns) {
        self.address = address
        self.capacity = capacity
        self.returns = returns
    }

    deinit { returns.add(block: address) }
}

/// Results of a call that are still read where they lie. The plugin is told with its next call when nobody does any more.
final class GuestLease: Sendable {
    private let token: UInt64
    private let returns: Returns

    /// For ``Returns/lease(_:)``, which counts it.
    init(token: UInt64, returns: Returns) {
        self.token = token
        self.returns = returns
    }

    deinit { returns.end(token) }
}
