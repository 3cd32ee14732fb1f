internal import PatchbayCore
public import PatchbayPlugin

/// What all roles of a plugin behind the ABI share: life, health, state.
public class GuestRole {
    let session: GuestSession
    /// Instances replaced after a fault.
    public var reloads: UInt64 { session.reloads }

    init(_ session: GuestSession) {
        self.session = session
    }

    /// See ``PatchbayPlugin/Plugin/start(_:)``.
    public func start(_ context: PluginContext) throws(PluginError) { try session.start(context) }

    /// See ``PatchbayPlugin/Plugin/healthCheck()``.
    public func healthCheck() throws(PluginError) { try session.healthCheck() }

    /// See ``PatchbayPlugin/Plugin/stop()``.
    public func stop() { session.stop() }
}
