internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

/// The host's side of one instance behind the ABI: makes it, calls it, replaces it after a fault.
///
/// An instance that trapped or ran out of time is never used again. The next call makes a new one and brings it to where
/// the old one was: created, bound, started. What the old one had learnt is lost, unless ``RestoringGuest`` says otherwise.
final class GuestSession {
    let capability: Capability
    let configuration: PluginConfiguration
    private let source: any GuestSource
    private var guest: (any Guest)?
    private var returns: Returns?
    private var frameAddress: UInt64 = 0
    private var instance: UInt64 = 0
    private var context: PluginContext?
    private var isStarted = false
    /// Brings a new instance to where the last one was; set by the role.
    var rebind: ((GuestSession) throws(PluginError) -> Void)?
    private var held: [GuestBlock] = []
    /// Instances replaced after a fault.
    private(set) var reloads: UInt64 = 0
    /// A number that changes with every instance: memory written for another one is of no use.
    private(set) var generation = 0

    init(_ source: any GuestSource, _ capability: Capability, _ configuration: PluginConfiguration) {
        self.source = source
        self.capability = capability
        self.configuration = configuration
    }

    // MARK: Life

    /// The instance, made if there is none.
    private func live() throws(PluginError) -> any Guest {
        if let guest { return guest }
        let fresh = try source.makeGuest()
        if generation > 0 { reloads += 1 }
        generation += 1
        guest = fresh
        returns = Returns(fresh)
        do throws(PluginError) {
            frameAddress = try fresh.allocate(MemoryLayout<patchbay_call_frame>.size)
            try create()
            if generation > 1 {
                try rebind?(self)
                if let context, isStarted {
                    fresh.attach(context)
                    _ = try invoke(PATCHBAY_START, optional: true)
                }
            }
        } catch {
            discard()
            throw error
        }
        return fresh
    }

    private func create() throws(PluginError) {
        var image = MemoryImage(self)
        let (name, options) = try image.create(capability, configuration)
        let frame = try invoke(PATCHBAY_CREATE) { frame in
            frame.name = name
            frame.options = options
        }
        instance = frame.instance
    }

    /// The instance is of no further use.
    func discard() {
        guest = nil
        returns = nil
        held.removeAll()
        instance = 0
    }

    func start(_ context: PluginContext) throws(PluginError) {
        self.context = context
        let guest = try live()
        guest.attach(context)
        _ = try invoke(PATCHBAY_START, optional: true)
        isStarted = true
    }

    func healthCheck() throws(PluginError) { _ = try invoke(PATCHBAY_HEALTH, optional: true) }

    /// Ends the instance; a failure of STOP is logged, for there is nobody left to fail.
    func stop() {
        guard guest != nil else { return }
        do throws(PluginError) {
            _ = try invoke(PATCHBAY_STOP, optional: true)
            _ = try invoke(PATCHBAY_DESTROY, optional: true)
        } catch {
            context?.log(.warning, "while stopping: \(error.description)")
        }
        isStarted = false
        discard()
    }

    // MARK: Calls

    /// Calls the plugin with a frame that `fill` completes; returns the frame with the results.
    ///
    /// - Parameter optional: whether it is no error that the plugin has no such operation.
    /// - Throws: what the plugin answered when it refused; what happened when it did not answer.
    func invoke(
        _ operation: patchbay_operation, optional: Bool = false,
        _ fill: (inout patchbay_call_frame) throws(PluginError) -> Void = { _ in }
    ) throws(PluginError) -> patchbay_call_frame {
        let guest = try live()
        try giveBack(guest)
        var frame = patchbay_call_frame()
        frame.size = UInt32(MemoryLayout<patchbay_call_frame>.size)
        frame.instance = instance
        try fill(&frame)
        let place = Place("the call frame")
        defer { held.removeAll(keepingCapacity: true) }
        let status: Int32
        do throws(PluginError) {
            try guest.memory.store(frame, at: frameAddress, place)
            status = try guest.call(operation, frame: frameAddress)
            frame = try guest.memory.load(patchbay_call_frame.self, at: frameAddress, place)
        } catch {
            discard()
            throw error
        }
        // A refusal is an answer: the instance goes on.
        if status < 0, !(optional && status == PATCHBAY_UNSUPPORTED.rawValue) {
            throw try refusal(status, operation, frame, guest)
        }
        return frame
    }

    /// Keeps memory until the next call is over.
    func hold(_ block: GuestBlock) { held.append(block) }

    /// Whether the plugin has an operation: it answers a call with an empty frame.
    func supports(_ operation: patchbay_operation) throws(PluginError) -> Bool {
        let guest = try live()
        var frame = patchbay_call_frame()
        frame.size = UInt32(MemoryLayout<patchbay_call_frame>.size)
        frame.instance = instance
        // No bytes, at a place that exists.
        frame.input = patchbay_bytes(address: frameAddress, length: 0)
        try guest.memory.store(frame, at: frameAddress, Place("the call frame"))
        do throws(PluginError) {
            return try guest.call(operation, frame: frameAddress) != PATCHBAY_UNSUPPORTED.rawValue
        } catch {
            discard()
            throw error
        }
    }

    private func refusal(
        _ status: Int32, _ operation: patchbay_operation, _ frame: patchbay_call_frame, _ guest: any Guest
    ) throws(PluginError) -> PluginError {
        let length = min(frame.message.length, 4096)
        var text = try guest.memory.text(at: frame.message.address, count: length, Place("the error message"))
        if text.isEmpty { text = "\(operation.name) failed with status \(status)" }
        return PluginError(PluginError.Code(status: status), text)
    }

    private func giveBack(_ guest: any Guest) throws(PluginError) {
        guard let items = returns?.take(), !items.isEmpty else { return }
        do throws(PluginError) {
            for item in items {
                switch item {
                case .block(let address): try guest.free(address)
                case .token(let token):
                    var frame = patchbay_call_frame()
                    frame.size = UInt32(MemoryLayout<patchbay_call_frame>.size)
                    frame.instance = instance
                    frame.position = token
                    try guest.memory.store(frame, at: frameAddress, Place("the call frame"))
                    _ = try guest.call(PATCHBAY_RELEASE, frame: frameAddress)
                }
            }
        } catch {
            discard()
            throw error
        }
    }

    // MARK: Memory

    /// The plugin's memory as far as it reaches now.
    func memory() throws(PluginError) -> GuestMemory { try live().memory }

    /// Memory of the plugin for the host to write `capacity` bytes to.
    func allocate(_ capacity: Int) throws(PluginError) -> GuestBlock {
        let guest = try live()
        guard let returns else { throw PluginError(.internalError, "no instance") }
        do throws(PluginError) {
            // More than was asked for, so that vector code may read on behind the end.
            let address = try guest.allocate(capacity + 2 * Buffer.padding)
            return GuestBlock(address: address, capacity: capacity, returns: returns)
        } catch {
            discard()
            throw error
        }
    }

    /// Keeps the results of a call that carried `token` alive.
    func lease(_ token: UInt64) throws(PluginError) -> GuestLease {
        guard let returns else { throw PluginError(.internalError, "no instance") }
        return GuestLease(token: token, returns: returns)
    }

    /// Lets the plugin's forwarded bytes go to `buffer` during `body`; how many did.
    func forwarding(
        into buffer: inout MutableSpan<UInt8>, _ body: () throws(PluginError) -> Void
    ) throws(PluginError) -> Int {
        let guest = try live()
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
