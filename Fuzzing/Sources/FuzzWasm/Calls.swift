internal import PatchbayCore
internal import PatchbayPlugin

/// Calls an instance as a pipeline does, with a batch or a chunk.
func call(_ instance: PluginInstance, _ capability: Capability) throws(PluginError) {
    switch instance {
    case .filter(var filter):
        try filter.bind(records.schema)
        var selection = Selection(count: records.count, all: true)
        for _ in 0..<2 { try filter.filter(records, into: &selection) }
        filter.stop()
    case .parser(var parser):
        let schema = try parser.bind(.everything)
        let output = ParseOutput(schema: schema)
        let input = ParseInput(Chunk(bytes: Bytes("one=1\ntwo\n"), position: 0, isLast: true))
        output.begin(input, part: "fuzz")
        _ = try parser.parse(input, into: output)
        parser.stop()
    case .transform(var transform):
        _ = try transform.bind(records.schema)
        var output = TransformOutput()
        try transform.transform(records, into: &output)
        transform.stop()
    case .validator(var validator):
        try validator.bind(records.schema)
        var rejections = Rejections()
        try validator.validate(records, into: &rejections)
        validator.stop()
    case .aggregate(var aggregate):
        _ = try aggregate.bind(records.schema)
        var rejections = Rejections()
        try aggregate.accumulate(records, rejections: &rejections)
        _ = try aggregate.finish()
        aggregate.stop()
    default: try callOutside(instance, capability)
    }
}

/// The same for the roles at the ends of a pipeline, and for what a host application defines.
private func callOutside(_ instance: PluginInstance, _ capability: Capability) throws(PluginError) {
    switch instance {
    case .source(var source):
        for _ in 0..<3 { _ = try source.read() }
        source.stop()
    case .byteSource(var source):
        let buffer = Buffer(capacity: 4096)
        for _ in 0..<3 {
            var room = buffer.mutableSpan(of: UInt8.self, count: 4096)
            _ = try source.read(into: &room, mayWait: false)
        }
        source.stop()
    case .sink(var sink):
        try sink.bind(records.schema)
        var rejections = Rejections()
        try sink.write(records, rejections: &rejections)
        try sink.flush()
        sink.stop()
    case .capability(var plugin):
        var output = ByteBuffer()
        try plugin.call(capability, operation: "hello", input: Bytes("you").span, output: &output)
        plugin.stop()
    default: break
    }
}
