/// What all plugins have in common. Everything but the initialiser has a default.
public protocol Plugin {
    /// A plugin with its options, which were checked against the manifest; throws when they do not fit together.
    init(_ options: Options) throws(PluginFailure)
    /// Which columns of its input it reads.
    static var reads: Reads { get }
    /// The fields of the batches that will come; throws when they do not fit. May be called again.
    mutating func bind(_ input: InputSchema) throws(PluginFailure)
    /// Before the first batch.
    mutating func start() throws(PluginFailure)
    /// After the last batch.
    mutating func stop() throws(PluginFailure)
    /// Throws when the plugin is not able to work.
    func checkHealth() throws(PluginFailure)
    /// Writes what has to outlive a restart.
    func save(into state: inout ByteWriter)
    /// Takes over what ``save(into:)`` wrote.
    mutating func restore(_ state: Span<UInt8>) throws(PluginFailure)
}

extension Plugin {
    /// Everything.
    @inlinable public static var reads: Reads { .everything }
    /// Any fields fit.
    @inlinable public mutating func bind(_ input: InputSchema) throws(PluginFailure) {}
    /// Nothing to start.
    @inlinable public mutating func start() throws(PluginFailure) {}
    /// Nothing to stop.
    @inlinable public mutating func stop() throws(PluginFailure) {}
    /// Always able to work.
    @inlinable public func checkHealth() throws(PluginFailure) {}
    /// Nothing to keep.
    @inlinable public func save(into state: inout ByteWriter) {}
    /// Nothing was kept.
    @inlinable public mutating func restore(_ state: Span<UInt8>) throws(PluginFailure) {}
}
