public import PatchbayCore

/// Chooses records.
public protocol FilterPlugin: Plugin {
    /// The columns it reads.
    var wanted: FieldRequest { get }
    /// Checks against the schema that will arrive, and looks up its columns. May be called again with another one.
    mutating func bind(_ input: Schema) throws(PluginError)
    /// Says which rows stay. `selection` arrives with `batch.count` rows, all in.
    mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError)
}

/// A filter that can refuse single records, with a reason for each, and go on with the rest of the batch.
public protocol RecordFailingPlugin: FilterPlugin {
    /// The records that the last call of ``FilterPlugin/filter(_:into:)`` could not decide on; they are not in its
    /// selection. Forgets them.
    mutating func takeFailures() -> Rejections
}

/// Rejects records with a reason; the engine treats them as the stage's `on_error` says.
public protocol ValidatorPlugin: Plugin {
    /// The columns it reads.
    var wanted: FieldRequest { get }
    /// Checks against the schema that will arrive, and looks up its columns. May be called again with another one.
    mutating func bind(_ input: Schema) throws(PluginError)
    /// Reports each bad row, in rising order.
    mutating func validate(_ batch: Batch, into rejections: inout Rejections) throws(PluginError)
}

/// Rows of a batch that a plugin could not process, with the reasons.
public struct Rejections: Sendable {
    /// One row and why.
    public struct Entry: Sendable {
        /// The row in the batch that was given.
        public let row: Int
        /// What is wrong with it.
        public let error: PluginError
    }

    /// The entries, in rising order of rows.
    public private(set) var entries: [Entry] = []

    /// No rejections.
    public init() {}

    /// Rejects a row; rows must come in rising order and are ignored otherwise.
    public mutating func reject(_ row: Int, _ error: PluginError) {
        if let last = entries.last, last.row >= row { return }
        entries.append(Entry(row: row, error: error))
    }

    /// Forgets all entries.
    public mutating func removeAll() {
        if !entries.isEmpty { entries.removeAll(keepingCapacity: true) }
    }
}
