internal import PatchbayCore
internal import PatchbayPlugin

extension PluginTrial {
    /// The promises of a filter.
    func filterFindings() -> [Finding] {
        var findings = Findings()
        for item in batches {
            attempt(&findings, item.name) { (findings) throws(PluginError) in
                try checkFilter(item.batch, item.name, &findings)
            }
        }
        return findings.all
    }

    private func checkFilter(
        _ batch: Batch, _ name: String, _ findings: inout Findings
    ) throws(PluginError) {
        let expected = try filterRun([batch])
        findings.expect(try filterRun([batch]), equals: expected, "the same input gives the same records", name)
        var before = Transcript()
        before.note(batch)
        var filter = try startedFilter(batch.schema)
        defer { filter.stop() }
        let whole = try decisions(&filter, batch)
        if !isStateful {
            for derived in batch.derived() {
                let actual = try decisions(&filter, derived.batch)
                let wanted = derived.rows.map { whole[$0] }
                findings.expect(
                    actual == wanted, "a record's neighbours change nothing", "\(name), \(derived.name)",
                    Self.difference(actual, wanted))
            }
            try filter.bind(batch.schema.rearranged())
            let moved = try decisions(&filter, batch.rearranged())
            findings.expect(
                moved == whole, "a second bind finds the columns again", name, Self.difference(moved, whole))
            try filter.bind(batch.schema)
            let back = try decisions(&filter, batch)
            findings.expect(
                back == whole, "a second bind finds the columns again", name, Self.difference(back, whole))
        }
        var after = Transcript()
        after.note(batch)
        findings.expect(after, equals: before, "batches never change", name)
    }

    /// What becomes of a record.
    private enum Decision: Equatable {
        case kept, dropped
        case failed(String)
    }

    private func startedFilter(_ schema: Schema) throws(PluginError) -> FilterProxy {
        guard case .filter(let plugin) = try make() else { throw wrongRole() }
        var proxy = FilterProxy(plugin, plugin: name, stage: Self.stage)
        try proxy.bind(schema)
        try proxy.start(context)
        return proxy
    }

    private func decisions(_ filter: inout FilterProxy, _ batch: Batch) throws(PluginError) -> [Decision] {
        var selection = Selection(count: batch.count, all: true)
        var failures = Rejections()
        try filter.filter(batch, into: &selection, rejections: &failures)
        var decisions = (0..<batch.count).map { selection[$0] ? Decision.kept : .dropped }
        for entry in failures.entries {
            decisions[entry.row] = .failed("\(entry.error.code): \(entry.error.message)")
        }
        return decisions
    }

    private static func difference(_ actual: [Decision], _ expected: [Decision]) -> String {
        let row = zip(actual, expected).enumerated().first { $0.element.0 != $0.element.1 }
        return row.map { "row \($0.offset) is \($0.element.0), expected \($0.element.1)" }
            ?? "\(actual.count) rows, expected \(expected.count)"
    }

    /// The decisions of one instance on batches, one after the other.
    func filterRun(_ batches: [Batch]) throws(PluginError) -> Transcript {
        var transcript = Transcript()
        guard let first = batches.first else { return transcript }
        var filter = try startedFilter(first.schema)
        defer { filter.stop() }
        for batch in batches {
            for decision in try decisions(&filter, batch) { transcript.note("\(decision)") }
        }
        let statistics = filter.identity.statistics
        transcript.note("kept \(statistics.ok), filtered \(statistics.filtered), errors \(statistics.errors)")
        return transcript
    }
}
