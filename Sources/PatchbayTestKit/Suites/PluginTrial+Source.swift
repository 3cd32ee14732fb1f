internal import PatchbayCore
internal import PatchbayPlugin

extension PluginTrial {
    /// Calls after which a source that has not ended counts as endless.
    private static let callLimit = 1_000_000

    /// The promises of a source of records, which has to end.
    func sourceFindings() -> [Finding] {
        var findings = Findings()
        attempt(&findings, "all records") { (findings) throws(PluginError) in
            let expected = try sourceRun(.everything)
            findings.expect(
                try sourceRun(.everything), equals: expected, "the same input gives the same records", "all records")
            guard case .source(let plugin) = try make() else { throw wrongRole() }
            let names = plugin.schema.fields.map(\.name)
            for name in names {
                let chosen: Set = [name, Schema.keyName, Schema.valueName, Schema.timeName]
                let alone = try sourceRun(FieldRequest(names: [name])) { chosen.contains($0) }
                let among = try sourceRun(FieldRequest(names: names, all: true)) { chosen.contains($0) }
                findings.expect(alone, equals: among, "a field's values do not depend on the others", name)
            }
        }
        return findings.all
    }

    /// All records of one instance.
    func sourceRun(
        _ request: FieldRequest, where isIncluded: (String) -> Bool = { _ in true }
    ) throws(PluginError) -> Transcript {
        guard case .source(let plugin) = try make() else { throw wrongRole() }
        var proxy = SourceProxy(plugin, plugin: name, stage: Self.stage)
        _ = try proxy.bind(request)
        try proxy.start(context)
        defer { proxy.stop() }
        var (batches, transcript) = ([Batch](), Transcript())
        for _ in 0..<Self.callLimit {
            switch try proxy.read() {
            case .batch(let batch): batches.append(batch)
            case .nothingYet: continue
            case .endOfInput:
                guard case .endOfInput = try proxy.read() else {
                    throw PluginError(.invalidResult, "records after the end of the input")
                }
                // Written down at the end: batches must not change meanwhile.
                for batch in batches { transcript.note(batch, where: isIncluded) }
                transcript.note("records \(proxy.identity.statistics.ok)")
                return transcript
            }
        }
        throw PluginError(.invalidResult, "no end after \(Self.callLimit) calls")
    }

    /// The promises of a byte source, which has to end.
    func byteSourceFindings() -> [Finding] {
        var findings = Findings()
        attempt(&findings, "all bytes") { (findings) throws(PluginError) in
            let expected = try byteSourceRun(size: 65_536)
            for size in [65_536, 1, 3, 63, 4095, 1 << 20] {
                findings.expect(
                    try byteSourceRun(size: size), equals: expected, "buffer sizes change nothing",
                    "\(size) bytes at a time")
            }
        }
        return findings.all
    }

    /// The bytes of each part, read `size` at a time.
    func byteSourceRun(size: Int) throws(PluginError) -> Transcript {
        guard case .byteSource(let plugin) = try make() else { throw wrongRole() }
        var proxy = ByteSourceProxy(plugin, plugin: name, stage: Self.stage)
        try proxy.start(context)
        defer { proxy.stop() }
        var transcript = Transcript()
        var part = ByteBuffer()
        let buffer = Buffer(capacity: size)
        for call in 0..<Self.callLimit {
            var room = buffer.mutableSpan(of: UInt8.self, count: size)
            let before = proxy.remainingBytes
            switch try proxy.read(into: &room, mayWait: call % 2 == 0) {
            case .bytes(let count):
                part.append(buffer.bytes(at: 0, count: count))
                if let before, let after = proxy.remainingBytes, after > before {
                    throw PluginError(.invalidResult, "\(after) bytes remain, where \(before) did before the call")
                }
            case .nothingYet: continue
            case .endOfPart:
                transcript.note("part \(proxy.part)")
                transcript.note(bytes: part.span)
                part.removeAll()
            case .endOfInput:
                transcript.note(bytes: part.span)
                guard try proxy.read(into: &room, mayWait: false) == .endOfInput else {
                    throw PluginError(.invalidResult, "bytes after the end of the input")
                }
                return transcript
            }
        }
        throw PluginError(.invalidResult, "no end after \(Self.callLimit) calls")
    }
}
