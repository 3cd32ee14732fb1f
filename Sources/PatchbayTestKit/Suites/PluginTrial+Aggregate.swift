internal import PatchbayCore
internal import PatchbayPlugin

extension PluginTrial {
    /// The promises of an aggregate.
    func aggregateFindings() -> [Finding] {
        var findings = Findings()
        for item in batches {
            attempt(&findings, item.name) { (findings) throws(PluginError) in
                try checkAggregate(item.batch, item.name, &findings)
            }
        }
        return findings.all
    }

    private func checkAggregate(
        _ batch: Batch, _ name: String, _ findings: inout Findings
    ) throws(PluginError) {
        let expected = try aggregateRun([batch])
        findings.expect(try aggregateRun([batch]), equals: expected, "the same input gives the same records", name)
        for size in [1, 7, 1000] where batch.count / size <= 1000 {
            findings.expect(
                try aggregateRun(batch.split(size)), equals: expected, "batch borders change nothing",
                "\(name), \(size) rows at a time")
        }
        let (empty, rest) = (batch.slice(0..<0), batch.slice(0..<batch.count))
        findings.expect(
            try aggregateRun([empty, rest, empty]), equals: expected, "empty batches change nothing", name)
        for derived in batch.derived() {
            findings.expect(
                try aggregateRun([derived.batch]), equals: try aggregateRun([derived.batch.rebuilt()]),
                "memory layout changes nothing", "\(name), \(derived.name)")
        }
        findings.expect(
            try aggregateRun([batch], bindingFirst: batch.schema.rearranged()), equals: expected,
            "a second bind finds the columns again", name)
        findings.expect(
            try aggregateRun([batch.rearranged()]), equals: expected, "the order of columns changes nothing", name)
    }

    /// The results of one instance over batches, with what it rejected on the way.
    func aggregateRun(_ batches: [Batch], bindingFirst other: Schema? = nil) throws(PluginError) -> Transcript {
        var transcript = Transcript()
        guard let schema = batches.first?.schema ?? self.batches.first?.batch.schema else { return transcript }
        guard case .aggregate(let plugin) = try make() else { throw wrongRole() }
        var proxy = AggregateProxy(plugin, plugin: name, stage: Self.stage)
        if let other { _ = try proxy.bind(other) }
        let agreed = try proxy.outputSchema(for: schema)
        let bound = try proxy.bind(schema)
        guard agreed.hasSameColumns(bound) else {
            throw PluginError(.invalidResult, "bind gives \(bound.columnNames), announced were \(agreed.columnNames)")
        }
        try proxy.start(context)
        defer { proxy.stop() }
        var offset = 0
        for batch in batches {
            var rejections = Rejections()
            try proxy.accumulate(batch, rejections: &rejections)
            transcript.note(rejections, offset: offset)
            offset += batch.count
        }
        for batch in try proxy.finish() { transcript.note(batch) }
        return transcript
    }
}
