/// What a plugin does in a pipeline.
public enum Role: String, Sendable, CaseIterable, Codable {
    /// Delivers raw bytes: a file, a socket.
    case byteSource = "byte_source"
    /// Delivers records: a queue, a database.
    case source
    /// Makes records of bytes.
    case parser
    /// Chooses records.
    case filter
    /// Makes other records of records.
    case transform
    /// Sums records up.
    case aggregate
    /// Rejects records with a reason.
    case validator
    /// Writes records.
    case sink

    /// The section of a configuration that the role belongs to.
    public var section: String {
        switch self {
        case .byteSource, .source: "sources"
        case .sink: "sinks"
        default: "processors"
        }
    }
}
