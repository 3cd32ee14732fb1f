public import PatchbayCore
public import PatchbayPlugin

/// What all roles of a plugin behind the ABI share: life, health, state.
public class GuestRole: StatefulPlugin, WellKnownColumnReader {
    let session: GuestSession
    /// Instances replaced after a fault.
    public var reloads: UInt64 { session.reloads }

    package var readsOfWellKnown: WellKnownColumns? { session.readsOfWellKnown }

    /// What its calls have cost so far.
    public var statistics: GuestStatistics { session.statistics }

    init(_ session: GuestSession) {
        self.session = session
        session.role = self
    }

    /// Binds a new instance as the last one was bound.
    func resume() throws(PluginError) {}

    /// See ``PatchbayPlugin/Plugin/start(_:)``.
    public func start(_ context: PluginContext) throws(PluginError) { try session.start(context) }

    /// See ``PatchbayPlugin/Plugin/healthCheck()``.
    public func healthCheck() throws(PluginError) { try session.healthCheck() }

    /// See ``PatchbayPlugin/Plugin/stop()``.
    public func stop() { session.stop() }

    /// See ``PatchbayPlugin/StatefulPlugin/saveState()``.
    public func saveState() throws(PluginError) -> Bytes? { try session.saveState() }

    /// See ``PatchbayPlugin/StatefulPlugin/restore(_:)``.
    public func restore(_ state: Bytes) throws(PluginError) { try session.restore(state) }
}
