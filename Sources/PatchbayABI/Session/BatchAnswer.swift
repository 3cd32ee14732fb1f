internal import CPatchbay

/// What a plugin answered to a batch of which it makes no records: a part of the call frame, for the whole of it is more to
/// copy than a single record. All that it says is still to be checked.
struct BatchAnswer {
    let flags: UInt32
    let token: UInt64
    let output: patchbay_bytes
    let errors: patchbay_list

    /// Whether one of the flags that a plugin sets is set.
    func has(_ flag: UInt32) -> Bool { flags & flag != 0 }
}
