internal import CPatchbay
internal import PatchbayPlugin

/// One instance of a plugin and what the host knows of it.
///
/// One object with everything that a call needs: a call for a single record takes less time than the counting of a dozen
/// references.
final class LiveInstance {
    let guest: any Guest
    let returns: Returns
    /// Where the call frame lies in the plugin's memory.
    let frame: UInt64
    /// What CREATE put into its frame.
    var instance: UInt64 = 0
    /// Whether it may have to be replaced before a call.
    let wearsOut: Bool
    /// The memory as far as it reached when that was last asked. It never shrinks, so that what lies in it is there.
    private var known: GuestMemory

    init(_ guest: any Guest, returns: Returns, frame: UInt64) {
        self.guest = guest
        self.returns = returns
        self.frame = frame
        wearsOut = guest.wearsOut
        known = guest.memory
    }

    /// Whether it should be replaced before the next call.
    @inline(__always)
    var isWornOut: Bool { wearsOut && guest.isWornOut }

    /// The memory as far as it reaches now.
    var memory: GuestMemory {
        let memory = guest.memory
        known = memory
        return memory
    }

    /// The memory at least as far as the given bytes, when it reaches that far at all.
    func memory(with address: UInt64, count: UInt64) -> GuestMemory {
        known.has(address, count: count) ? known : memory
    }

    /// Calls with the whole of `frame`, which comes back with the results.
    func call(_ operation: patchbay_operation, _ frame: inout patchbay_call_frame) throws(PluginError) -> Int32 {
        let place = Place("the call frame")
        try known.store(frame, at: self.frame, place)
        let status = try guest.call(operation, frame: self.frame)
        frame = try known.load(patchbay_call_frame.self, at: self.frame, place)
        return status
    }

    /// Calls with a frame that holds nothing but a batch.
    func call(
        _ operation: patchbay_operation, _ batch: patchbay_batch
    ) throws(PluginError) -> (status: Int32, answer: BatchAnswer) {
        let place = Place("the call frame")
        try known.storeFrame(at: frame, instance, batch, place)
        let status = try guest.call(operation, frame: frame)
        return (status, try known.loadAnswer(at: frame, place))
    }

    /// The whole frame as the last call left it.
    func lastFrame() throws(PluginError) -> patchbay_call_frame {
        try known.load(patchbay_call_frame.self, at: frame, Place("the call frame"))
    }
}
