public import PatchbayPlugin

/// What holds for the whole run. Nil means that the engine decides.
public struct SettingsConfiguration: Sendable, Equatable {
    /// Worker threads.
    public var threads: Int?
    /// Bytes read at once.
    public var chunkSize: Int?
    /// The largest record, in bytes; a larger one ends the run unless its parser has another `on_error`.
    public var maxRecordSize: Int?
    /// Records in a batch, at most.
    public var batchRecords: Int?
    /// Whether plugins that are programs of their own are sandboxed, for stages that do not say it.
    public var sandbox: SandboxMode?
    /// The file that takes the records of stages with `on_error: dead_letter`, as written.
    public var deadLetterPath: String?
    /// How they are written: `frames` or `json`.
    public var deadLetterFormat: String?

    /// All left to the engine.
    public init() {}
}
