internal import PatchbayCore
internal import PatchbayPlugin

extension PluginTrial {
    /// The promises of a transform. That its counts add up is checked with every call.
    func transformFindings() -> [Finding] {
        var findings = Findings()
        for item in batches {
            attempt(&findings, item.name) { (findings) throws(PluginError) in
                try checkTransform(item.batch, item.name, &findings)
            }
        }
        return findings.all
    }

    private func checkTransform(
        _ batch: Batch, _ name: String, _ findings: inout Findings
    ) throws(PluginError) {
        var before = Transcript()
        before.note(batch)
        let expected = try transformRun([batch])
        findings.expect(try transformRun([batch]), equals: expected, "the same input gives the same records", name)
        if !isStateful {
            for size in [1, 7, 64] where batch.count / size <= 1000 {
                findings.expect(
                    try transformRun(batch.split(size)), equals: expected, "a record's neighbours change nothing",
                    "\(name), \(size) rows at a time")
            }
            for derived in batch.derived() {
                // The same rows, once shared and once built anew.
                findings.expect(
                    try transformRun([derived.batch]), equals: try transformRun([derived.batch.rebuilt()]),
                    "memory layout changes nothing", "\(name), \(derived.name)")
            }
        }
        try checkSecondBind(batch, name, &findings)
        var after = Transcript()
        after.note(batch)
        findings.expect(after, equals: before, "batches never change", name)
    }

    private func checkSecondBind(
        _ batch: Batch, _ name: String, _ findings: inout Findings
    ) throws(PluginError) {
        guard case .transform(let plugin) = try make() else { throw wrongRole() }
        var proxy = TransformProxy(plugin, plugin: self.name, stage: Self.stage)
        let agreed = try proxy.outputSchema(for: batch.schema)
        let bound = try proxy.bind(batch.schema)
        findings.expect(
            agreed.hasSameColumns(bound), "bind gives the schema that was announced", name,
            "\(bound.columnNames), announced \(agreed.columnNames)")
        _ = try proxy.bind(batch.schema.rearranged())
        try proxy.start(context)
        defer { proxy.stop() }
        var output = TransformOutput()
        try proxy.transform(batch.rearranged(), into: &output)
        let again = try proxy.bind(batch.schema)
        findings.expect(
            again.hasSameColumns(bound), "a second bind finds the columns again", name,
            "\(again.columnNames), before \(bound.columnNames)")
        guard !isStateful else { return }
        var transcript = Transcript()
        try proxy.transform(batch, into: &output)
        for batch in output.batches { transcript.note(batch) }
        var expected = Transcript()
        for line in try transformBatches([batch]).batches { expected.note(line) }
        findings.expect(transcript, equals: expected, "a second bind finds the columns again", name)
    }

    private func transformBatches(
        _ batches: [Batch]
    ) throws(PluginError) -> (batches: [Batch], transcript: Transcript) {
        var (made, transcript, rejected) = ([Batch](), Transcript(), Transcript())
        var (offset, dropped, added) = (0, 0, 0)
        guard let first = batches.first else { return (made, transcript) }
        guard case .transform(let plugin) = try make() else { throw wrongRole() }
        var proxy = TransformProxy(plugin, plugin: name, stage: Self.stage)
        _ = try proxy.bind(first.schema)
        try proxy.start(context)
        defer { proxy.stop() }
        for batch in batches {
            var output = TransformOutput()
            try proxy.transform(batch, into: &output)
            made += output.batches
            rejected.note(output.rejections, offset: offset)
            (dropped, added) = (dropped + output.dropped, added + output.added)
            offset += batch.count
        }
        // Written down at the end: a transform that writes into memory which its batches show is found out.
        for batch in made { transcript.note(batch) }
        transcript.append(rejected)
        transcript.note("dropped \(dropped), added \(added)")
        return (made, transcript)
    }

    /// What one instance makes of batches, one after the other.
    func transformRun(_ batches: [Batch]) throws(PluginError) -> Transcript {
        try transformBatches(batches).transcript
    }
}

extension Schema {
    func hasSameColumns(_ other: Schema) -> Bool {
        hasKey == other.hasKey && hasTime == other.hasTime && columnNames == other.columnNames
    }

    var columnNames: [String] { fields.map { "\($0.name) \($0.type.name)" } }
}

extension Batch {
    /// The same records in memory of their own, without gaps.
    func rebuilt() -> Batch {
        let builder = BatchBuilder(schema: schema)
        builder.begin()
        for row in 0..<count {
            if let key, let column = builder.key { column.append(key.value(row)) }
            if let time, let column = builder.time { column.append(time.value(row)) }
            for (source, column) in zip(fields, builder.fields) { column.append(source.value(row)) }
            builder.value.append(value.value(row))
        }
        return builder.finish()
    }
}
