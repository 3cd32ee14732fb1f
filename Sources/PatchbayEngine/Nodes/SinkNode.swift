internal import PatchbayCore
internal import PatchbayPlugin
internal import Synchronization

/// Runs a sink: always in order, in one thread at a time.
final class SinkNode: StageNode {
    private var proxy: SinkProxy
    /// For batches that arrive here not yet encoded.
    private var encoder: (any BatchEncoder)?
    private var encoded = ByteBuffer()

    init(_ plan: StagePlan, _ environment: RunEnvironment, _ plugin: any SinkPlugin) throws(PluginError) {
        proxy = SinkProxy(plugin, plugin: plan.definition.factory.manifest.name, stage: plan.id)
        super.init(plan, environment)
        if let input = plan.input { try proxy.bind(input) }
        encoder = try proxy.makeEncoder()
    }

    override func start() throws(PluginError) {
        try proxy.start(environment.context(plan))
        encoded.removeAll()
        try encoder?.encodeHeader(into: &encoded)
        guard encoded.count > 0 else { return }
        try encoded.withSpan { (bytes) throws(PluginError) in try proxy.write(encoded: bytes, records: 0) }
    }

    override func stop() { proxy.stop() }
    override var statistics: ProxyStatistics { proxy.identity.statistics }
    override func finish() throws(PluginError) { try proxy.finish() }
    override func flush() throws(PluginError) { try proxy.flush() }

    /// A new encoder for a worker; nil for a sink that takes batches.
    func makeEncoder() throws(PluginError) -> (any BatchEncoder)? { try proxy.makeEncoder() }

    override func process(_ batch: Batch) throws(PluginError) {
        guard encoder != nil else {
            return try attempt(batch) { (part) throws(PluginError) in
                try proxy.write(part, rejections: &rejections)
                written(part.count - rejections.entries.count)
            }
        }
        encoded.removeAll()
        var records = 0
        try attempt(batch) { (part) throws(PluginError) in
            let before = encoded.count
            do throws(PluginError) {
                try encoder?.encode(part, into: &encoded)
                records += part.count
            } catch {
                encoded.truncate(to: before)
                throw error
            }
        }
        try encoded.withSpan { (bytes) throws(PluginError) in try write(bytes, records: records) }
    }

    /// Writes what a worker's encoder made; its records came in there.
    func write(_ bytes: Span<UInt8>, records: Int) throws(PluginError) {
        try proxy.write(encoded: bytes, records: records)
        written(records)
    }

    private func written(_ records: Int) {
        account.recordsOut += UInt64(records)
        environment.control.recordsWritten.add(UInt64(records), ordering: .relaxed)
    }
}

/// The parallel half of an encoding sink, in a worker.
final class EncoderNode: StageNode {
    private var encoder: any BatchEncoder
    private let outbox: Outbox
    /// The bytes of this turn.
    private(set) var encoded = ByteBuffer()
    /// The records in them.
    private(set) var records = 0
    private var isListed = false

    init(_ plan: StagePlan, _ environment: RunEnvironment, _ encoder: any BatchEncoder, outbox: Outbox) {
        self.encoder = encoder
        self.outbox = outbox
        super.init(plan, environment)
    }

    override func process(_ batch: Batch) throws(PluginError) {
        try attempt(batch) { (part) throws(PluginError) in
            let before = encoded.count
            do throws(PluginError) {
                try encoder.encode(part, into: &encoded)
                records += part.count
            } catch {
                encoded.truncate(to: before)
                throw error.located(plugin: plan.definition.factory.manifest.name, stage: plan.id)
            }
        }
        if !isListed {
            isListed = true
            outbox.put(.encoded(self), for: plan.index)
        }
    }

    /// Starts the next turn.
    func clear() {
        encoded.removeAll()
        records = 0
        isListed = false
    }

    /// Writes the bytes with the sink.
    func write(with sink: SinkNode) throws(PluginError) {
        defer { clear() }
        try encoded.withSpan { (bytes) throws(PluginError) in try sink.write(bytes, records: records) }
    }
}
