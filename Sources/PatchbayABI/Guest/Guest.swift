public import CPatchbay
public import PatchbayPlugin

/// One running instance of a plugin behind the ABI of `patchbay_plugin.h`, whatever runs it. Used by one thread at a time.
public protocol Guest: AnyObject {
    /// The memory as far as it reaches now.
    var memory: GuestMemory { get }
    /// Calls `patchbay_call`. Throws when no answer came: a trap, a deadline, a denied grant; the instance is of no
    /// further use then.
    func call(_ operation: patchbay_operation, frame: UInt64) throws(PluginError) -> Int32
    /// Memory of the plugin for the host to write to, aligned to 16.
    func allocate(_ size: Int) throws(PluginError) -> UInt64
    /// Gives memory back that ``allocate(_:)`` gave.
    func free(_ address: UInt64) throws(PluginError)
    /// Whether it should be replaced before its next call: it was called often, or its memory has grown.
    var isWornOut: Bool { get }
    /// Whether ``isWornOut`` can ever be true: whether it has to be asked before each call.
    var wearsOut: Bool { get }
    /// Tells what lines of log and errors should call the stage; before START.
    func attach(_ context: PluginContext)
    /// Where bytes go that the plugin forwards during READ_BYTES, valid until nil ends it, which returns how many came.
    @unsafe
    func setForwardingTarget(_ target: UnsafeMutableRawBufferPointer?) -> Int
}

extension Guest {
    /// True, unless a guest knows better.
    public var wearsOut: Bool { true }
}

/// Makes instances of one plugin with one configuration.
public protocol GuestMaker: AnyObject {
    /// A new instance with nothing done to it yet.
    func makeGuest() throws(PluginError) -> any Guest
}
