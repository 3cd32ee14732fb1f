public import PatchbayGuest

/// Keeps records of at least so many bytes.
public struct Loud: FilterPlugin {
    let least: Int64

    /// Takes the option `least`.
    public init(_ options: Options) throws(PluginFailure) { least = options.int("least", default: 10) }

    /// Whether the record is long enough.
    public mutating func filter(_ record: Record) throws(RecordError) -> Bool {
        Int64(record.value.bytes.count) >= least
    }
}
