internal import PatchbayCore
internal import PatchbayPlugin

/// Writes rejected records, whole and with what was wrong, to the dead-letter sink of the pipeline.
final class DeadLetters: Sendable {
    private struct Destination {
        var proxy: SinkProxy?
        var encoder: (any BatchEncoder)?
        var builder: BatchBuilder
    }
    private let destination: Monitor<Destination>

    /// Destination of a pipeline; records are refused when it has none.
    init(_ stage: StageDefinition?, log: @escaping @Sendable (LogLine) -> Void) throws(PluginError) {
        var proxy: SinkProxy?
        var encoder: (any BatchEncoder)?
        if let definition = stage?.renewed(log: log) {
            guard
                case .sink(let plugin) = try definition.factory.makeInstance(
                    for: definition.capability, configuration: definition.configuration)
            else {
                throw PluginError(.invalidResult, "the dead-letter destination is not a sink")
            }
            var sink = SinkProxy(plugin, plugin: definition.factory.manifest.name, stage: definition.id)
            try sink.bind(DeadLetter.schema)
            encoder = try sink.makeEncoder()
            try sink.start(PluginContext(definition.configuration.scope))
            if var first = encoder {
                var header = ByteBuffer()
                try first.encodeHeader(into: &header)
                if header.count > 0 { try sink.write(encoded: header.span, records: 0) }
                encoder = first
            }
            proxy = sink
        }
        destination = Monitor(
            Destination(proxy: proxy, encoder: encoder, builder: BatchBuilder(schema: DeadLetter.schema)))
    }

    /// Writes one record.
    func put(_ batch: Batch, row: Int, _ error: PluginError) throws(PluginError) {
        try destination.update { (destination) throws(PluginError) in
            guard destination.proxy != nil else { throw error }
            destination.builder.begin()
            DeadLetter.append(batch, row: row, error, to: destination.builder)
            let letter = destination.builder.finish()
            if var encoder = destination.encoder {
                var bytes = ByteBuffer()
                try encoder.encode(letter, into: &bytes)
                destination.encoder = encoder
                try destination.proxy?.write(encoded: bytes.span, records: 1)
            } else {
                var rejections = Rejections()
                try destination.proxy?.write(letter, rejections: &rejections)
                if let entry = rejections.entries.first { throw entry.error }
            }
        }
    }

    /// Makes everything durable and closes the destination.
    func close() throws(PluginError) {
        try destination.update { (destination) throws(PluginError) in
            try destination.proxy?.flush()
            destination.proxy?.stop()
        }
    }
}
