internal import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// Serves a plugin over the contract of `docs/process-plugins.md`.
public struct PluginServer: Sendable {
    private let factory: any PluginFactory

    /// A server of the plugin that `factory` makes instances of.
    public init(_ factory: any PluginFactory) {
        self.factory = factory
    }

    /// What `PLUGIN capabilities` prints.
    public func capabilities() -> String {
        var json = JSONWriter()
        json.object { json in
            factory.manifest.writeMembers(into: &json)
            ProcessInterface(transports: [.unix, .tcp, .stdio], encodings: [.frame]).write(into: &json)
        }
        return json.finish().text
    }
}
