internal import FuzzingSupport
internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWasm

/// A few records.
let records: Batch = {
    let builder = BatchBuilder(schema: Schema(fields: [Field("n", .int64), Field("t", .utf8)]))
    for row in 0..<10 {
        builder.fields[0].append(int64: Int64(row))
        builder.fields[1].append(copying: Bytes("text").span)
        builder.value.append(copying: Bytes("record").span)
    }
    return builder.finish()
}()

/// Little of everything, so that endless modules end soon.
let limits: PluginLimits = {
    var limits = PluginLimits()
    limits.memory = 4 << 20
    limits.millisecondsPerCall = 20
    limits.outputBytesPerCall = 1 << 20
    return limits
}()

/// One input for libFuzzer: the file of a module. It is opened, compiled, instantiated and called.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Bytes(copying: unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count)))
    do throws(PluginError) {
        try run(bytes)
    } catch {
        guard !error.message.isEmpty else { fatalError("an error without words") }
    }
    return 0
}

func run(_ bytes: Bytes) throws(PluginError) {
    var options = WasmOptions()
    options.cachesCode = false
    let factory = try WasmFactory(bytes, origin: "module", options: options)
    let configuration = PluginConfiguration(checked: [:], limits: limits, stage: "fuzz")
    for capability in factory.manifest.capabilities.prefix(2) {
        switch try factory.makeInstance(for: capability, configuration: configuration) {
        case .filter(var filter):
            try filter.bind(records.schema)
            var selection = Selection(count: records.count, all: true)
            for _ in 0..<2 { try? filter.filter(records, into: &selection) }
            filter.stop()
        case .parser(var parser):
            let schema = try parser.bind(.everything)
            let output = ParseOutput(schema: schema)
            let input = ParseInput(Chunk(bytes: Bytes("one\ntwo\n"), position: 0, isLast: true))
            output.begin(input, part: "fuzz")
            _ = try parser.parse(input, into: output)
            parser.stop()
        case .transform(var transform):
            _ = try transform.bind(records.schema)
            var output = TransformOutput()
            try transform.transform(records, into: &output)
            transform.stop()
        default: break
        }
    }
}
