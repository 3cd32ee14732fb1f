import PatchbayCore
import PatchbayNative
import PatchbayPlugin

// One small plugin of each role.

struct Refusing: SwiftPlugin, ValidatorPlugin {
    static var manifest: PluginManifest { PluginManifest(.validator, name: "refusing", summary: "No empty values.") }
    let wanted = FieldRequest.none
    init(_ configuration: PluginConfiguration) throws(PluginError) {}
    mutating func bind(_ input: Schema) throws(PluginError) {}
    mutating func validate(_ batch: Batch, into rejections: inout Rejections) throws(PluginError) {
        for row in 0..<batch.count where batch.value.bytes(row).isEmpty {
            rejections.reject(row, PluginError(.input, "it is empty", record: row))
        }
    }
}

/// Hands each record on many times, in batches of their own, and drops empty ones.
struct Repeating: SwiftPlugin, TransformPlugin {
    static var manifest: PluginManifest {
        PluginManifest(
            .transform, name: "repeating", summary: "Many of each.",
            configuration: ConfigSchema([ConfigOption("times", .integer(1...1_000_000), isRequired: true, summary: "")])
        )
    }
    private let times: Int
    init(_ configuration: PluginConfiguration) throws(PluginError) { times = Int(configuration.integer("times") ?? 1) }
    func outputSchema(for input: Schema) throws(PluginError) -> Schema { input }
    func wanted(for output: FieldRequest) -> FieldRequest { output }
    mutating func bind(_ input: Schema) throws(PluginError) -> Schema { input }
    mutating func transform(_ batch: Batch, into output: inout TransformOutput) throws(PluginError) {
        for _ in 0..<times { output.emit(batch) }
        output.add(batch.count * (times - 1))
    }
}

/// Counts records; keeps state.
struct Counting: SwiftPlugin, AggregatePlugin, StatefulPlugin {
    static var manifest: PluginManifest { PluginManifest(.aggregate, name: "counting", summary: "How many.") }
    let wanted = FieldRequest.none
    private let schema = Schema(fields: [Field("count", .int64)])
    private var count = 0
    init(_ configuration: PluginConfiguration) throws(PluginError) {}
    func outputSchema(for input: Schema) throws(PluginError) -> Schema { schema }
    mutating func bind(_ input: Schema) throws(PluginError) -> Schema { schema }
    mutating func accumulate(_ batch: Batch, rejections: inout Rejections) throws(PluginError) { count += batch.count }
    mutating func finish() throws(PluginError) -> [Batch] {
        let builder = BatchBuilder(schema: schema)
        builder.begin()
        builder.fields[0].append(int64: Int64(count))
        builder.value.appendNull()
        return [builder.finish()]
    }
    mutating func saveState() throws(PluginError) -> Bytes? { Bytes("\(count)") }
    mutating func restore(_ state: Bytes) throws(PluginError) {
        guard let number = Int(state.text) else { throw PluginError(.input, "no state") }
        count = number
    }
}

/// Delivers the bytes 0 to 9, then another part, then ends.
struct Digits: SwiftPlugin, ByteSourcePlugin {
    static var manifest: PluginManifest { PluginManifest(.byteSource, name: "digits", summary: "Digits.") }
    var part: String { "a b/ä" }
    var remainingBytes: UInt64? { nil }
    private var calls = 0
    init(_ configuration: PluginConfiguration) throws(PluginError) {}
    mutating func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginError) -> ReadResult {
        calls += 1
        switch calls {
        case 1:
            let count = min(10, buffer.count)
            for index in 0..<count { buffer[index] = UInt8(48 + index) }
            return .bytes(count)
        case 2: return mayWait ? .nothingYet : .endOfPart
        default: return .endOfInput
        }
    }
}

struct TwoRecords: SwiftPlugin, SourcePlugin {
    static var manifest: PluginManifest { PluginManifest(.source, name: "two", summary: "Two records.") }
    let schema = Schema(fields: [])
    private var calls = 0
    init(_ configuration: PluginConfiguration) throws(PluginError) {}
    mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema { schema }
    mutating func read() throws(PluginError) -> SourceResult {
        calls += 1
        return calls == 1 ? .batch(batch(["x", "y"])) : calls == 2 ? .nothingYet : .endOfInput
    }
}

/// Takes everything but records of one byte.
struct Taking: SwiftPlugin, SinkPlugin {
    static var manifest: PluginManifest { PluginManifest(.sink, name: "taking", summary: "Takes.") }
    private var isFinished = false
    init(_ configuration: PluginConfiguration) throws(PluginError) {}
    func wanted(from input: Schema) throws(PluginError) -> FieldRequest { .none }
    mutating func bind(_ input: Schema) throws(PluginError) {}
    mutating func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        for row in 0..<batch.count where batch.value.bytes(row).count == 1 {
            rejections.reject(row, PluginError(.output, "it is short", record: row))
        }
    }
    mutating func flush() throws(PluginError) {
        if !isFinished { throw PluginError(.output, "not finished") }
    }
    mutating func finish() throws(PluginError) { isFinished = true }
}

struct Shouting: SwiftPlugin, CapabilityPlugin {
    static var manifest: PluginManifest {
        var manifest = PluginManifest(.filter, name: "loud", summary: "Shouts.")
        manifest.capabilities = [Capability(type: "greeting", name: "loud")]
        return manifest
    }
    init(_ configuration: PluginConfiguration) throws(PluginError) {}
    mutating func call(
        _ capability: Capability, operation: String, input: Span<UInt8>, output: inout ByteBuffer
    ) throws(PluginError) {
        guard operation == "good day" else { throw PluginError(.unsupported, "no '\(operation)'") }
        output.append(input)
        output.append(literal: "!")
    }
}

func everyRole() throws -> PluginRegistry {
    var registry = PluginRegistry()
    try registry.register(Refusing.self)
    try registry.register(Repeating.self)
    try registry.register(Counting.self)
    try registry.register(Digits.self)
    try registry.register(TwoRecords.self)
    try registry.register(Taking.self)
    try registry.register(Shouting.self)
    return registry
}
