internal import PatchbayABI
internal import PatchbayCore
internal import PatchbayFrame
internal import PatchbayPlugin

/// The records that plugins are given.
let records: Batch = {
    let fields = [
        Field("number", .int64), Field("flag", .bool), Field("text", .utf8), Field("word", .word),
        Field("document", .json), Field("labels", .map(json: false)),
    ]
    let builder = BatchBuilder(schema: Schema(fields: fields, hasTime: true))
    for row in 0..<11 {
        builder.time?.append(int64: Int64(row))
        builder.fields[0].append(int64: Int64(row))
        builder.fields[1].append(bool: row % 2 == 0)
        if row % 3 == 0 { builder.fields[2].appendNull() } else { builder.fields[2].append(copying: Bytes("t").span) }
        builder.fields[3].append(word: Bytes(["a", "b"][row % 2]).span)
        builder.fields[4].append(copying: Bytes("{}").span)
        if let (keys, values) = builder.fields[5].mapBuilders {
            keys.append(copying: Bytes("key").span)
            values.append(copying: Bytes("value").span)
            builder.fields[5].endMap()
        }
        builder.value.append(copying: Bytes("record").span)
    }
    return builder.finish()
}()

let roles: [Role] = [.parser, .filter, .transform, .aggregate, .validator, .sink, .source, .byteSource]

/// One input for libFuzzer: a script. Whatever the plugin answers, the host goes on, and what is wrong has words.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let script = Script(unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count)))
    let source = FakeSource(script)
    do throws(PluginError) {
        try run(script, source)
    } catch {
        guard !error.message.isEmpty else { fatalError("an error without words") }
    }
    guard unsafe FakeGuest.alive == 0 else { fatalError("an instance is still there") }
    return 0
}

func run(_ script: Script, _ source: FakeSource) throws(PluginError) {
    let capability =
        script.role < roles.count ? Capability(roles[script.role], name: "fake") : Capability(type: "own", name: "fake")
    var limits = PluginLimits()
    limits.outputBytesPerCall = 32 << 10
    let configuration = PluginConfiguration(
        checked: ["path": "text", "list": ["a", 1, true], "number": 3], limits: limits)
    let plugin = GuestPlugin(source, capability, configuration)
    if script.has(7) { _ = try plugin.recognizes(Bytes("input").span) }
    switch try plugin.instance() {
    case .parser(let parser): try parse(parser, source)
    case .filter(var filter):
        try filter.bind(records.schema)
        try filter.start(PluginContext(stage: "fuzz"))
        for batch in given {
            var selection = Selection(count: batch.count, all: true)
            try? filter.filter(batch, into: &selection)
            guard selection.selectedCount <= batch.count else { fatalError("more rows than there are") }
        }
        filter.stop()
    case .transform(let transform): try change(transform, source)
    case .aggregate(let aggregate): try sum(aggregate, source)
    case .validator(var validator):
        try validator.bind(records.schema)
        for batch in given {
            var rejections = Rejections()
            try? validator.validate(batch, into: &rejections)
            check(rejections, batch)
        }
        validator.stop()
    case .sink(var sink):
        _ = try sink.wanted(from: records.schema)
        try sink.bind(records.schema)
        for batch in given {
            var rejections = Rejections()
            try? sink.write(batch, rejections: &rejections)
            check(rejections, batch)
        }
        try sink.flush()
        sink.stop()
    case .source(let plugin): try deliver(plugin, source)
    case .byteSource(let plugin): try deliver(plugin)
    case .capability(var plugin):
        var output = ByteBuffer()
        try plugin.call(capability, operation: "ask", input: Bytes("question").span, output: &output)
        plugin.stop()
    }
}

/// Batches of several shapes.
let given: [Batch] = {
    var gatherer = BatchGatherer()
    var selection = Selection(count: records.count, all: false)
    selection.fill { $0 % 3 != 1 }
    return [records.slice(3..<4), gatherer.gather(records, selection), records.slice(0..<0)]
}()

func check(_ rejections: Rejections, _ batch: Batch) {
    for entry in rejections.entries where entry.row < 0 || entry.row >= batch.count { fatalError("no such row") }
}
