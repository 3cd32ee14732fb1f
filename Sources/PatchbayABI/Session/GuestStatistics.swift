/// What the calls of a plugin behind the ABI have cost so far, over all instances that stood for it.
public struct GuestStatistics: Sendable, Equatable {
    /// Calls of `patchbay_call`.
    public var calls: UInt64 = 0
    /// Bytes that the host wrote into the plugin's memory: columns, call frames, options, schemas. What a source reads
    /// straight into it is not among them.
    public var bytesIn: UInt64 = 0
    /// Bytes that the host copied out of the plugin's memory: call frames, ranges, indices, bitmaps, and columns that the
    /// plugin did not promise to leave in place.
    public var bytesOut: UInt64 = 0
    /// Times that the host asked the plugin for memory.
    public var allocations: UInt64 = 0
    /// Bytes of memory of the instance, at its largest: the memory of a module never shrinks.
    public var memory: UInt64 = 0

    /// All zero.
    public init() {}
}
