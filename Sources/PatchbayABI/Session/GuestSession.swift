internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

/// The host's side of one instance behind the ABI: makes it, calls it, replaces it after a fault.
///
/// An instance that trapped or ran out of time is never used again. The next call makes a new one and brings it to where
/// the old one was: created, bound, started. What the old one had learnt is lost; for roles whose results depend on it the
/// session ends instead, and says so. An instance that is replaced on purpose hands its state on (SAVE, RESTORE).
final class GuestSession {
    let capability: Capability
    let configuration: PluginConfiguration
    private let maker: any GuestMaker
    var current: LiveInstance?
    private var context: PluginContext?
    private var isStarted = false
    /// Brings a new instance to where the last one was.
    weak var role: GuestRole?
    private var held: [GuestBlock] = []
    private var hasFault = false
    /// Why nothing can be asked any more: state was lost.
    private var ending: PluginError?
    /// Whether the instance has taken in what only it knows.
    private var holdsState = false
    /// State for the next instance.
    private var inheritance: Bytes?
    private var cannotBeReplaced = false
    /// What the calls have cost; the memory is looked up when somebody asks.
    var counters = GuestStatistics()
    /// Which columns besides fields the plugin said last that it reads.
    var readsOfWellKnown: WellKnownColumns?
    /// Instances replaced after a fault.
    private(set) var reloads: UInt64 = 0
    /// A number that changes with every instance: memory written for another one is of no use.
    private(set) var generation = 0

    init(_ maker: any GuestMaker, _ capability: Capability, _ configuration: PluginConfiguration) {
        self.maker = maker
        self.capability = capability
        self.configuration = configuration
    }

    // MARK: Life

    /// The instance, made if there is none.
    @inline(__always)
    func live() throws(PluginError) -> LiveInstance {
        if let current { return current }
        return try begin()
    }

    @inline(never)
    private func begin() throws(PluginError) -> LiveInstance {
        if let ending { throw ending }
        do throws(PluginError) {
            let fresh = try maker.makeGuest()
            if hasFault { reloads += 1 }
            hasFault = false
            generation += 1
            let frame = try reserve(MemoryLayout<patchbay_call_frame>.size, fresh)
            let live = LiveInstance(fresh, returns: Returns(fresh), frame: frame)
            current = live
            live.instance = try create()
            if let state = inheritance { try restore(state) }
            inheritance = nil
            if generation > 1 { try resume(fresh) }
            return live
        } catch {
            throw fault(error)
        }
    }

    private func resume(_ fresh: any Guest) throws(PluginError) {
        try role?.resume()
        guard let context, isStarted else { return }
        fresh.attach(context)
        _ = try invoke(PATCHBAY_START, optional: true)
    }

    private func create() throws(PluginError) -> UInt64 {
        var image = MemoryImage(self)
        let (name, options) = try image.create(capability, configuration)
        return try invoke(PATCHBAY_CREATE) { frame in
            frame.name = name
            frame.options = options
        }.frame.instance
    }

    /// The instance is of no further use; returns what to say about it.
    func fault(_ error: PluginError) -> PluginError {
        if let ending { return ending }
        discard()
        hasFault = true
        guard holdsState, let loss = capability.loss else { return error }
        var final = error
        final.message += ", and \(loss)"
        final.isFinal = true
        ending = final
        return final
    }

    /// The instance broke off in the middle of something that goes over several calls, or gave nonsense: the next call
    /// makes a new one.
    func abandon(_ error: PluginError) -> PluginError { fault(error) }

    private func discard() {
        if let current { counters.memory = max(counters.memory, current.memory.size) }
        current = nil
        held.removeAll()
    }

    func start(_ context: PluginContext) throws(PluginError) {
        self.context = context
        try live().guest.attach(context)
        _ = try invoke(PATCHBAY_START, optional: true)
        isStarted = true
    }

    func healthCheck() throws(PluginError) { _ = try invoke(PATCHBAY_HEALTH, optional: true) }

    /// Ends the instance; a failure of STOP is logged, for there is nobody left to fail.
    func stop() {
        guard current != nil else { return }
        do throws(PluginError) {
            try retire()
        } catch {
            context?.log(.warning, "while stopping: \(error.description)")
        }
        isStarted = false
    }

    private func retire() throws(PluginError) {
        _ = try invoke(PATCHBAY_STOP, optional: true)
        // Batches may still show its memory.
        if let current { current.returns.destroyAtEnd(current.instance, frame: current.frame) }
        discard()
    }

    // MARK: State

    /// The state of the instance; nil when it offers none.
    func saveState() throws(PluginError) -> Bytes? {
        let answer = try invoke(PATCHBAY_SAVE, optional: true)
        guard answer.isSupported else { return nil }
        let place = Place("the state")
        guard answer.frame.output.length <= UInt64(clamping: configuration.limits.outputBytesPerCall) else {
            throw place.wrong("\(answer.frame.output.length) bytes are more than the limit of a call")
        }
        return try memory().bytes(at: answer.frame.output.address, count: answer.frame.output.length, place)
    }

    /// Gives the instance a state that ``saveState()`` returned.
    func restore(_ state: Bytes) throws(PluginError) {
        var image = MemoryImage(self)
        _ = try invoke(PATCHBAY_RESTORE) { (frame) throws(PluginError) in frame.input = try image.write(state.span) }
        holdsState = true
    }

    /// Makes the instance if there is none, and replaces one that is worn out, with its state. To be called before anything
    /// is written for the next call: addresses are those of an instance, and making one binds the role again.
    @discardableResult
    @inline(__always)
    func renew() throws(PluginError) -> LiveInstance {
        let live = try live()
        guard live.isWornOut, !cannotBeReplaced else { return live }
        return try replace(live)
    }

    @inline(never)
    private func replace(_ worn: LiveInstance) throws(PluginError) -> LiveInstance {
        let state = try saveState()
        if state == nil, holdsState, capability.loss != nil {
            cannotBeReplaced = true
            context?.log(.warning, "it was called often or uses much memory, and is kept: it cannot save its state")
            return worn
        }
        try retire()
        inheritance = state
        return try live()
    }

    // MARK: Calls

    private func emptyFrame(_ live: LiveInstance) -> patchbay_call_frame {
        var frame = patchbay_call_frame()
        frame.size = UInt32(MemoryLayout<patchbay_call_frame>.size)
        frame.instance = live.instance
        return frame
    }

    /// Calls the plugin with a frame that `fill` completes; returns the frame with the results.
    ///
    /// - Parameter optional: whether it is no error that the plugin has no such operation.
    /// - Throws: what the plugin answered when it refused; what happened when it did not answer.
    func invoke(
        _ operation: patchbay_operation, optional: Bool = false,
        _ fill: (inout patchbay_call_frame) throws(PluginError) -> Void = { _ in }
    ) throws(PluginError) -> GuestAnswer {
        let live = try live()
        if live.returns.hasItems { try giveBack(live) }
        defer { if !held.isEmpty { held.removeAll(keepingCapacity: true) } }
        var frame = emptyFrame(live)
        try fill(&frame)
        if operation.leavesState { holdsState = true }
        let status = try submit(operation, &frame, live)
        var answer = GuestAnswer(frame: frame, lease: frame.token == 0 ? nil : live.returns.lease(frame.token))
        guard status < 0 else { return answer }
        // A refusal is an answer: the instance goes on.
        guard optional, status == PATCHBAY_UNSUPPORTED.rawValue else {
            throw try refusal(status, operation, frame, live)
        }
        answer.isSupported = false
        return answer
    }

    /// The same for a call that is given nothing but a batch, of which no records are made: what a call for one record costs
    /// lies here. `live` is what ``renew()`` gave before the batch was written.
    func invoke(
        _ operation: patchbay_operation, _ batch: patchbay_batch, _ live: LiveInstance
    ) throws(PluginError) -> BatchAnswer {
        if live.returns.hasItems { try giveBack(live) }
        if operation.leavesState { holdsState = true }
        count(callWith: MemoryLayout<patchbay_call_frame>.size)
        let status: Int32
        let answer: BatchAnswer
        do throws(PluginError) {
            (status, answer) = try live.call(operation, batch)
        } catch {
            throw fault(error)
        }
        // Nobody reads the results after this call, but the plugin is told so.
        if answer.token != 0 { _ = live.returns.lease(answer.token) }
        guard status >= 0 else { throw try refusal(status, operation, try live.lastFrame(), live) }
        return answer
    }

    private func submit(
        _ operation: patchbay_operation, _ frame: inout patchbay_call_frame, _ live: LiveInstance
    ) throws(PluginError) -> Int32 {
        count(callWith: MemoryLayout<patchbay_call_frame>.size)
        do throws(PluginError) {
            return try live.call(operation, &frame)
        } catch {
            throw fault(error)
        }
    }

    /// Keeps memory until the next call is over.
    func hold(_ block: GuestBlock) { held.append(block) }

    /// Whether the plugin has an operation: it answers a call with an empty frame.
    func supports(_ operation: patchbay_operation) throws(PluginError) -> Bool {
        let live = try live()
        var frame = emptyFrame(live)
        // No bytes, at a place that exists.
        frame.input = patchbay_bytes(address: live.frame, length: 0)
        return try submit(operation, &frame, live) != PATCHBAY_UNSUPPORTED.rawValue
    }

    private func refusal(
        _ status: Int32, _ operation: patchbay_operation, _ frame: patchbay_call_frame, _ live: LiveInstance
    ) throws(PluginError) -> PluginError {
        let length = min(frame.message.length, 4096)
        var text = try live.memory.text(at: frame.message.address, count: length, Place("the error message"))
        if text.isEmpty { text = "\(operation.name) failed with status \(status)" }
        return PluginError(PluginError.Code(status: status), text)
    }

    @inline(never)
    private func giveBack(_ live: LiveInstance) throws(PluginError) {
        let items = live.returns.take()
        for token in items.tokens {
            var frame = emptyFrame(live)
            frame.position = token
            _ = try submit(PATCHBAY_RELEASE, &frame, live)
        }
        do throws(PluginError) {
            for address in items.blocks { try live.guest.free(address) }
        } catch {
            throw fault(error)
        }
    }
}
