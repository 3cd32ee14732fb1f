import Patchbay

/// The plugins of this program.
enum Builtins {
    /// A registry of them.
    static func registry() throws(CommandError) -> PluginRegistry {
        do throws(PluginError) {
            return try PluginRegistry.withBuiltIns()
        } catch {
            throw CommandError(.plugins, "\(error)")
        }
    }
}
