public import PatchbayCore
public import PatchbayPlugin

/// What a plugin is tried with. Which parts are read depends on its role.
public struct TrialInputs: Sendable {
    /// The options, checked against the manifest; grants and limits included.
    public var configuration: PluginConfiguration
    /// For parsers: inputs under their names.
    public var texts: [(name: String, bytes: Bytes)]
    /// For parsers: which bytes may lie between records and regions.
    public var gaps: Gaps
    /// For roles that read records: batches under their names, all of one schema. The suite slices, gathers and repeats
    /// them.
    public var batches: [(name: String, batch: Batch)]
    /// Whether what becomes of a record depends on the records before it; nil to ask the manifest (`isOrdered`).
    public var isStateful: Bool?
    /// For sinks: makes an empty destination, and says which options lead there.
    public var makeDestination: (@Sendable () -> PluginConfiguration)?
    /// For sinks: what arrived at the destination that the options lead to.
    public var readDestination: (@Sendable (PluginConfiguration) -> Bytes?)?

    /// The bytes of an input that belong neither to a record nor to a reported region.
    public enum Gaps: Sendable {
        /// None: every byte is in a record or in a region.
        case none
        /// Separators made of these bytes.
        case separators([UInt8])
        /// Any: headers, comments.
        case any
    }

    /// Inputs; what a role does not read may be left out.
    public init(
        _ configuration: PluginConfiguration = PluginConfiguration(checked: [:]),
        texts: [(name: String, bytes: Bytes)] = [],
        gaps: Gaps = .separators([10, 13]),
        batches: [(name: String, batch: Batch)] = [],
        isStateful: Bool? = nil
    ) {
        self.configuration = configuration
        self.texts = texts
        self.gaps = gaps
        self.batches = batches
        self.isStateful = isStateful
    }
}
