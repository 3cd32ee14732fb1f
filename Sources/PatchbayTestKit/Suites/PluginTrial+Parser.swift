internal import PatchbayCore
internal import PatchbayPlugin

extension PluginTrial {
    /// The promises of a parser.
    func parserFindings() -> [Finding] {
        var findings = Findings()
        let empty = (name: "no bytes", bytes: Bytes(""))
        for text in inputs.texts + [empty] {
            attempt(&findings, text.name) { (findings) throws(PluginError) in
                let whole = try ParserRun.run(self, text.bytes)
                note(whole, text.name, &findings)
                checkExtents(whole, text, &findings)
                try checkManners(whole, text, &findings)
                try checkProjection(text, &findings)
            }
        }
        attempt(&findings, "reset") { (findings) throws(PluginError) in try checkReset(&findings) }
        return findings.all
    }

    private func note(_ run: ParserRun, _ input: String, _ findings: inout Findings) {
        for problem in run.problems { findings.add("all input is consumed as the contract says", input, problem) }
        findings.expect(run.isUnchanged, "batches never change", input, "later calls changed an earlier batch")
    }

    private func checkManners(
        _ whole: ParserRun, _ text: (name: String, bytes: Bytes), _ findings: inout Findings
    ) throws(PluginError) {
        let again = try ParserRun.run(self, text.bytes)
        findings.expect(
            again.transcript, equals: whole.transcript, "the same input gives the same records", text.name)
        var manners = [4096, 64, 7].map { ParserRun.Manner(pieceSize: $0) }
        // Every piece repeats what is left over: long inputs would take long.
        if text.bytes.count <= 65_536 { manners.append(ParserRun.Manner(pieceSize: 1)) }
        manners += [ParserRun.Manner(recordLimit: 3), ParserRun.Manner(pieceSize: 100, recordLimit: 1)]
        for manner in manners {
            let run = try ParserRun.run(self, text.bytes, manner)
            let name = "\(text.name), \(manner.name)"
            note(run, name, &findings)
            findings.expect(run.transcript, equals: whole.transcript, "chunk borders change nothing", name)
        }
    }

    /// No byte is in two records or regions, and none is missing.
    private func checkExtents(
        _ run: ParserRun, _ text: (name: String, bytes: Bytes), _ findings: inout Findings
    ) {
        let promise = "every byte is in one record or region"
        guard let extents = run.extents else { return }
        var end = 0
        for extent in extents + [text.bytes.count..<text.bytes.count] {
            guard extent.lowerBound >= end else {
                return findings.add(promise, text.name, "bytes \(extent.lowerBound)..<\(end) are in two")
            }
            let gap = text.bytes.span.extracting(end..<min(extent.lowerBound, text.bytes.count))
            if let byte = firstBytes(outsideOfGaps: gap) {
                findings.add(promise, text.name, "byte \(end + byte) is in none")
            }
            guard extent.upperBound <= text.bytes.count else {
                return findings.add(promise, text.name, "byte \(extent.upperBound) is behind the end")
            }
            end = extent.upperBound
        }
    }

    private func firstBytes(outsideOfGaps gap: Span<UInt8>) -> Int? {
        switch inputs.gaps {
        case .any: return nil
        case .none: return gap.isEmpty ? nil : 0
        case .separators(let bytes): return gap.indices.first { !bytes.contains(gap[$0]) }
        }
    }

    /// Fields have the same values whichever others are asked for.
    private func checkProjection(
        _ text: (name: String, bytes: Bytes), _ findings: inout Findings
    ) throws(PluginError) {
        guard case .parser(let plugin) = try make() else { throw wrongRole() }
        let names = plugin.schema.fields.map(\.name)
        let all = try ParserRun.run(
            self, text.bytes, ParserRun.Manner(request: FieldRequest(names: names, all: true)))
        for request in [[]] + names.map({ [$0] }) {
            let run = try ParserRun.run(
                self, text.bytes, ParserRun.Manner(request: FieldRequest(names: request)))
            let chosen = Set(request + [Schema.keyName, Schema.valueName, Schema.timeName])
            findings.expect(
                run.columns(chosen), equals: all.columns(chosen), "a field's values do not depend on the others",
                "\(text.name), asked for \(request.isEmpty ? "no field" : request[0])")
        }
    }

    /// A part begins anew, whatever the last one was.
    private func checkReset(_ findings: inout Findings) throws(PluginError) {
        guard case .parser(let plugin) = try make() else { throw wrongRole() }
        var proxy = ParserProxy(plugin, plugin: name, stage: Self.stage)
        let schema = try proxy.bind(.everything)
        try proxy.start(context)
        defer { proxy.stop() }
        for text in inputs.texts {
            var expected = Transcript()
            for round in 0..<2 {
                proxy.reset()
                let transcript = try parseWhole(text.bytes, &proxy, schema)
                if round == 0 { expected = transcript }
                findings.expect(transcript, equals: expected, "a reset forgets the last part", text.name)
            }
            // Leaves the parser in the middle of something.
            if text.bytes.count > 1 {
                let part = Bytes(text.bytes.buffer, at: text.bytes.offset, count: text.bytes.count / 2)
                _ = try parseWhole(part, &proxy, schema, isLast: false)
            }
        }
    }

    private func parseWhole(
        _ bytes: Bytes, _ proxy: inout ParserProxy, _ schema: Schema, isLast: Bool = true
    ) throws(PluginError) -> Transcript {
        var transcript = Transcript()
        let output = ParseOutput(schema: schema)
        let chunk = Bytes(copying: bytes.span)
        var input = ParseInput(Chunk(bytes: chunk, position: 0, isLast: isLast))
        while true {
            output.begin(input, part: "trial")
            let result = try proxy.parse(input, into: output)
            if output.builder.count > 0 { transcript.note(output.builder.finish()) }
            for region in output.skipped { transcript.note("\(region.reason.name) \(region.position)") }
            guard result.consumed > 0, input.start + result.consumed < input.end else { return transcript }
            input = input.dropping(result.consumed)
        }
    }

    func transcribeParser(_ transcript: inout Transcript) throws(PluginError) {
        for text in inputs.texts {
            for size in [Int.max, 4096, 61] {
                let run = try ParserRun.run(self, text.bytes, ParserRun.Manner(pieceSize: size))
                transcript.append(run.transcript)
                transcript.note("records \(run.statistics.ok), bytes \(run.statistics.bytes)")
            }
        }
    }
}

extension ParserRun {
    /// The records with some of their columns.
    func columns(_ names: Set<String>) -> Transcript {
        var transcript = Transcript()
        for batch in batches { transcript.note(batch) { names.contains($0) } }
        return transcript
    }
}
