internal import PatchbayABI
internal import PatchbayCore
internal import PatchbayFrame
internal import PatchbayPlugin

func parse(_ plugin: any ParserPlugin, _ source: FakeSource) throws(PluginError) {
    var plugin = plugin
    let schema = try plugin.bind(.everything)
    try plugin.start(PluginContext(stage: "fuzz"))
    let output = ParseOutput(schema: schema, recordLimit: 20)
    var kept: [Batch] = []
    for round in 0..<3 {
        var buffer = Buffer(capacity: 64)
        if round > 0, let lender = plugin as? any InputMemoryPlugin {
            buffer = (try? lender.takeInputBuffer(capacity: 64)) ?? buffer
        }
        buffer.fill(UInt8(ascii: "a"), at: 0, count: 64)
        let input = ParseInput(
            buffer: buffer, start: round, end: 60, position: UInt64(round) * 1000, isLast: round == 2)
        output.begin(input, part: "fuzz")
        do throws(PluginError) {
            if var splitting = plugin as? any SplittingParserPlugin { _ = try splitting.boundary(input) }
            let result = try plugin.parse(input, into: output)
            guard 0...input.end - input.start ~= result.consumed else { fatalError("more consumed than was there") }
            for region in output.skipped {
                guard region.position >= input.position, region.length <= 60,
                    region.position + region.length <= input.position + 60
                else { fatalError("a region outside of the input") }
            }
            kept.append(output.builder.finish())
        } catch {
            guard !error.message.isEmpty else { fatalError("an error without words") }
        }
        if let last = kept.last { readAll(last) }
        source.latest?.changeMemory()
        kept.forEach(readAll)
        if round == 1 { kept.removeAll() }
    }
    plugin.reset()
    plugin.stop()
}

func change(_ plugin: any TransformPlugin, _ source: FakeSource) throws(PluginError) {
    var plugin = plugin
    _ = try plugin.outputSchema(for: records.schema)
    _ = plugin.wanted(for: .everything)
    _ = try plugin.bind(records.schema)
    var kept: [Batch] = []
    for batch in given {
        var output = TransformOutput()
        try? plugin.transform(batch, into: &output)
        check(output.rejections, batch)
        guard output.dropped >= 0, output.added >= 0 else { fatalError("counts below zero") }
        kept += output.batches
        source.latest?.changeMemory()
        kept.forEach(readAll)
    }
    plugin.stop()
}

func sum(_ plugin: any AggregatePlugin, _ source: FakeSource) throws(PluginError) {
    var plugin = plugin
    _ = try plugin.outputSchema(for: records.schema)
    _ = try plugin.bind(records.schema)
    for batch in given {
        var rejections = Rejections()
        try? plugin.accumulate(batch, rejections: &rejections)
        check(rejections, batch)
    }
    let batches = try plugin.finish()
    source.latest?.changeMemory()
    batches.forEach(readAll)
    plugin.stop()
}

func deliver(_ plugin: any SourcePlugin, _ source: FakeSource) throws(PluginError) {
    var plugin = plugin
    _ = try plugin.bind(.everything)
    var kept: [Batch] = []
    for _ in 0..<4 {
        if case .batch(let batch) = try plugin.read() { kept.append(batch) }
        source.latest?.changeMemory()
        kept.forEach(readAll)
    }
    plugin.stop()
}

func deliver(_ plugin: any ByteSourcePlugin) throws(PluginError) {
    var plugin = plugin
    let buffer = Buffer(capacity: 64)
    for round in 0..<4 {
        var room = buffer.mutableSpan(of: UInt8.self, count: 50)
        if case .bytes(let count) = try plugin.read(into: &room, mayWait: round % 2 == 0) {
            guard 1...50 ~= count else { fatalError("\(count) bytes in a buffer of 50") }
        }
        _ = (plugin.part, plugin.remainingBytes)
    }
    plugin.stop()
}

/// Reads every value as stages do: one by one, moved together, and as a frame.
func readAll(_ batch: Batch) {
    var sum: UInt64 = 0
    for column in batch.fields { read(column, &sum) }
    read(batch.value, &sum)
    if let key = batch.key { read(key, &sum) }
    if let time = batch.time { read(time, &sum) }
    var gatherer = BatchGatherer()
    var selection = Selection(count: batch.count, all: false)
    selection.fill { $0 % 2 == 1 }
    var writer = FrameWriter()
    var bytes = ByteBuffer()
    _ = try? writer.write(gatherer.gather(batch, selection), to: &bytes)
    unsafe total = total &+ sum &+ UInt64(bytes.count)
}

/// Keeps what was read from being optimized away.
nonisolated(unsafe) var total: UInt64 = 0

func read(_ column: Column, _ sum: inout UInt64) {
    sum &+= UInt64(column.nullCount)
    for row in 0..<column.count where column.isValid(row) {
        switch column.type {
        case .int64, .timestamp: sum &+= UInt64(bitPattern: column.int64s[row])
        case .float64: sum &+= column.float64s[row].bitPattern
        case .bool: sum &+= column.bool(row) ? 1 : 0
        case .utf8, .binary, .json, .word:
            let bytes = column.bytes(row)
            for index in bytes.indices { sum &+= UInt64(bytes[index]) }
        case .map:
            guard let keys = column.mapKeys, let values = column.mapValues else { return }
            for entry in column.entryRange(row) {
                sum &+= UInt64(keys.bytes(entry).count &+ values.bytes(entry).count)
            }
        }
    }
}
