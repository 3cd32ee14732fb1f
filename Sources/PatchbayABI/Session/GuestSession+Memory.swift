internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

extension GuestSession {
    // MARK: Statistics

    /// What the calls have cost so far.
    var statistics: GuestStatistics {
        var statistics = counters
        if let current { statistics.memory = max(statistics.memory, current.memory.size) }
        return statistics
    }

    /// A call whose frame has so many bytes.
    @inline(__always)
    func count(callWith size: Int) {
        counters.calls &+= 1
        counters.bytesIn &+= UInt64(size)
        counters.bytesOut &+= UInt64(size)
    }

    /// Bytes were written into the plugin's memory.
    func count(written bytes: Int) { counters.bytesIn &+= UInt64(bytes) }

    /// Bytes were copied out of the plugin's memory.
    func count(copied bytes: UInt64) { counters.bytesOut &+= bytes }

    // MARK: Memory

    /// The plugin's memory as far as it reaches now.
    func memory() throws(PluginError) -> GuestMemory { try live().memory }

    /// Memory of the plugin for the host to write `capacity` bytes to.
    func allocate(_ capacity: Int) throws(PluginError) -> GuestBlock {
        let live = try live()
        do throws(PluginError) {
            // More than was asked for, so that vector code may read on behind the end.
            let address = try reserve(capacity + 2 * Buffer.padding, live.guest)
            return GuestBlock(address: address, capacity: capacity, returns: live.returns)
        } catch {
            throw fault(error)
        }
    }

    /// Memory that lies inside of what the plugin has, whatever it says.
    func reserve(_ size: Int, _ guest: any Guest) throws(PluginError) -> UInt64 {
        counters.allocations &+= 1
        let address = try guest.allocate(size)
        try guest.memory.check(address, count: UInt64(size), Place("memory for the host"))
        return address
    }

    /// Lets the plugin's forwarded bytes go to `buffer` during `body`; how many did.
    func forwarding(
        into buffer: inout MutableSpan<UInt8>, _ body: () throws(PluginError) -> Void
    ) throws(PluginError) -> Int {
        let guest = try live().guest
        return try unsafe buffer.withUnsafeMutableBytes { (memory) throws(PluginError) in
            _ = unsafe guest.setForwardingTarget(memory)
            do throws(PluginError) {
                try body()
            } catch {
                _ = unsafe guest.setForwardingTarget(nil)
                throw error
            }
            return unsafe guest.setForwardingTarget(nil)
        }
    }
}
