internal import PatchbayPlugin

/// What the host does for one instance.
final class InstanceHost {
    private var context: PluginContext?

    func attach(_ context: PluginContext) { self.context = context }
}
