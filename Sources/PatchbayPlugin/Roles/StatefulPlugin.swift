public import PatchbayCore

/// A plugin that can hand what it knows to another instance of itself: when an instance is replaced, or for a checkpoint.
public protocol StatefulPlugin: Plugin {
    /// What it knows now, in a form of its own; nil when it offers none. Called between batches.
    mutating func saveState() throws(PluginError) -> Bytes?
    /// Takes over what another instance with the same configuration saved; throws when it cannot read it. Called before
    /// any batch; binding to a schema does not undo it.
    mutating func restore(_ state: Bytes) throws(PluginError)
}
