internal import PatchbayCore
internal import PatchbayPlugin

extension PluginTrial {
    /// The promises of a validator.
    func validatorFindings() -> [Finding] {
        var findings = Findings()
        for item in batches {
            attempt(&findings, item.name) { (findings) throws(PluginError) in
                try checkValidator(item.batch, item.name, &findings)
            }
        }
        return findings.all
    }

    private func checkValidator(
        _ batch: Batch, _ name: String, _ findings: inout Findings
    ) throws(PluginError) {
        let expected = try validatorRun([batch])
        findings.expect(try validatorRun([batch]), equals: expected, "the same input gives the same records", name)
        guard !isStateful else { return }
        for size in [1, 7, 64] where batch.count / size <= 1000 {
            findings.expect(
                try validatorRun(batch.split(size)), equals: expected, "a record's neighbours change nothing",
                "\(name), \(size) rows at a time")
        }
        for derived in batch.derived() {
            findings.expect(
                try validatorRun([derived.batch]), equals: try validatorRun([derived.batch.rebuilt()]),
                "memory layout changes nothing", "\(name), \(derived.name)")
        }
        guard case .validator(let plugin) = try make() else { throw wrongRole() }
        var proxy = ValidatorProxy(plugin, plugin: self.name, stage: Self.stage)
        try proxy.bind(batch.schema)
        try proxy.start(context)
        defer { proxy.stop() }
        for (schema, records) in [(batch.schema.rearranged(), batch.rearranged()), (batch.schema, batch)] {
            try proxy.bind(schema)
            var (rejections, transcript) = (Rejections(), Transcript())
            try proxy.validate(records, into: &rejections)
            transcript.note(rejections)
            let statistics = "accepted \(batch.count - rejections.entries.count)"
            transcript.note(statistics)
            findings.expect(transcript, equals: expected, "a second bind finds the columns again", name)
        }
    }

    /// What one instance rejects of batches, one after the other.
    func validatorRun(_ batches: [Batch]) throws(PluginError) -> Transcript {
        var transcript = Transcript()
        guard let first = batches.first else { return Transcript(line: "accepted 0") }
        guard case .validator(let plugin) = try make() else { throw wrongRole() }
        var proxy = ValidatorProxy(plugin, plugin: name, stage: Self.stage)
        try proxy.bind(first.schema)
        try proxy.start(context)
        defer { proxy.stop() }
        var offset = 0
        for batch in batches {
            var rejections = Rejections()
            try proxy.validate(batch, into: &rejections)
            transcript.note(rejections, offset: offset)
            offset += batch.count
        }
        transcript.note("accepted \(proxy.identity.statistics.ok)")
        return transcript
    }
}
