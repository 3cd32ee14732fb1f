internal import CPatchbay

/// What a plugin answered to one call.
struct GuestAnswer {
    /// The frame as the plugin left it; all that it says is still to be checked.
    let frame: patchbay_call_frame
    /// Keeps the results where they are; nil when they must be copied before the next call.
    let lease: GuestLease?
    /// False for an operation that the plugin need not have, and has not.
    var isSupported = true

    /// Whether one of the flags that a plugin sets is set.
    func has(_ flag: UInt32) -> Bool { frame.flags & flag != 0 }
}
