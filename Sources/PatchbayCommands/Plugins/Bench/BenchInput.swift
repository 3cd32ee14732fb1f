import Patchbay

/// What a plugin is measured with: bytes, or the records that a parser makes of them.
struct BenchInput {
    let bytes: Bytes
    /// The parser for plugins that take records.
    let parser: any PluginFactory

    /// The file at `path`, or `records` lines of JSON with `size` bytes each.
    init(
        _ path: String?, parser name: String?, records: Int, size: Int, _ registry: PluginRegistry
    ) throws(CommandError) {
        let bytes =
            try path.map { (path) throws(CommandError) in try Files.read(path, limit: 2 << 30) }
            ?? Self.lines(records, size: size)
        let beginning = bytes.span.extracting(0..<min(bytes.count, PeekedInput.size))
        let found = name.map { registry.find(.parser, $0) } ?? registry.parser(recognizing: beginning)
        guard let found else {
            throw CommandError(.plugins, "there is no parser \(name.map(\.quotedForMessage) ?? "for the input")")
        }
        self.bytes = bytes
        parser = found
    }

    /// Lines such as `{"level":"info","n":17,"text":"..."}`, each of `size` bytes with its newline.
    private static func lines(_ count: Int, size: Int) -> Bytes {
        let levels = ["info", "error", "debug", "warn"]
        var text = ByteBuffer(capacity: count * size + 64)
        for number in 0..<count {
            let head = "{\"level\":\"\(levels[number & 3])\",\"n\":\(number),\"text\":\""
            text.append(head)
            let fill = max(0, size - head.utf8.count - 3)
            for place in 0..<fill { text.append(UInt8(ascii: "a") + UInt8((number &+ place) % 26)) }
            text.append("\"}\n")
        }
        return text.finish()
    }

    /// The records in batches, with the columns that `wanted` asks for.
    func batches(
        of size: Int, wanted: FieldRequest, limit: Int
    ) throws(PluginError) -> (schema: Schema, batches: [Batch]) {
        let capability = Capability(.parser, name: parser.manifest.name)
        let (options, _) = parser.manifest.configuration.check(ConfigNode(.map(parser.options(for: bytes.span))))
        guard
            case .parser(var plugin) = try parser.makeInstance(
                for: capability, configuration: options ?? PluginConfiguration(checked: [:]))
        else { throw PluginError(.invalidResult, "\(capability) is no parser") }
        let schema = try plugin.bind(wanted)
        try plugin.start(PluginContext(stage: "bench"))
        let output = ParseOutput(schema: schema, recordLimit: max(size, 1000))
        var input = ParseInput(
            buffer: bytes.buffer, start: bytes.offset, end: bytes.offset + bytes.count, position: 0, isLast: true)
        var made: [Batch] = []
        var records = 0
        while input.start < input.end, records < limit {
            output.begin(input, part: "bench")
            let result = try plugin.parse(input, into: output)
            let batch = output.builder.finish()
            let count = min(batch.count, limit - records)
            for start in stride(from: 0, to: count, by: size) {
                made.append(batch.slice(start..<min(start + size, count)))
            }
            records += count
            guard result.consumed > 0 else { break }
            input = input.dropping(result.consumed)
        }
        plugin.stop()
        return (schema, made)
    }
}
