internal import PatchbayCore
internal import PatchbayPlugin

extension PluginTrial {
    /// The promises of a sink. What arrives is compared where the inputs say how to read it.
    func sinkFindings() -> [Finding] {
        var findings = Findings()
        for item in batches {
            attempt(&findings, item.name) { (findings) throws(PluginError) in
                try checkSink(item.batch, item.name, &findings)
            }
        }
        return findings.all
    }

    private func checkSink(_ batch: Batch, _ name: String, _ findings: inout Findings) throws(PluginError) {
        let expected = try sinkRun([batch])
        findings.expect(try sinkRun([batch]), equals: expected, "the same input gives the same output", name)
        for size in [1, 7, 1000] where batch.count / size <= 1000 {
            findings.expect(
                try sinkRun(batch.split(size)), equals: expected, "batch borders change nothing",
                "\(name), \(size) rows at a time")
        }
        let empty = batch.slice(0..<0)
        findings.expect(try sinkRun([empty, batch, empty]), equals: expected, "empty batches change nothing", name)
        for derived in batch.derived() {
            findings.expect(
                try sinkRun([derived.batch]), equals: try sinkRun([derived.batch.rebuilt()]),
                "memory layout changes nothing", "\(name), \(derived.name)")
        }
        findings.expect(
            try sinkRun([batch], bindingFirst: batch.schema.rearranged()), equals: expected,
            "a second bind finds the columns again", name)
    }

    /// What one instance makes of batches, written one after the other; the encoder of a sink that has one is used as the
    /// engine does.
    func sinkRun(_ batches: [Batch], bindingFirst other: Schema? = nil) throws(PluginError) -> Transcript {
        var transcript = Transcript()
        guard let schema = batches.first?.schema ?? self.batches.first?.batch.schema else { return transcript }
        let configuration = inputs.makeDestination?() ?? inputs.configuration
        guard case .sink(let plugin) = try make(configuration) else { throw wrongRole() }
        var proxy = SinkProxy(plugin, plugin: name, stage: Self.stage)
        _ = try proxy.wanted(from: schema)
        if let other { try proxy.bind(other) }
        try proxy.bind(schema)
        try proxy.start(context)
        do throws(PluginError) {
            if proxy.isEncoding {
                try encode(batches, &proxy)
            } else {
                var offset = 0
                for batch in batches {
                    var rejections = Rejections()
                    try proxy.write(batch, rejections: &rejections)
                    transcript.note(rejections, offset: offset)
                    offset += batch.count
                }
            }
            try proxy.flush()
            try proxy.flush()
        } catch {
            proxy.stop()
            throw error
        }
        proxy.stop()
        transcript.note("written \(proxy.identity.statistics.ok)")
        if let arrived = inputs.readDestination?(configuration) { transcript.note(bytes: arrived.span) }
        return transcript
    }

    /// Every batch by an encoder of its own: which worker encodes what must not show.
    private func encode(_ batches: [Batch], _ proxy: inout SinkProxy) throws(PluginError) {
        guard var first = try proxy.makeEncoder() else { throw wrongRole() }
        var header = ByteBuffer()
        try first.encodeHeader(into: &header)
        try proxy.write(encoded: header.span, records: 0)
        for batch in batches {
            guard var encoder = try proxy.makeEncoder() else { throw wrongRole() }
            var bytes = ByteBuffer()
            try encoder.encode(batch, into: &bytes)
            try proxy.write(encoded: bytes.span, records: batch.count)
        }
    }
}
