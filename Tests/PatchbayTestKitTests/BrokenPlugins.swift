import PatchbayCore
import PatchbayPlugin

/// A factory of instances that a closure makes.
struct Broken: PluginFactory {
    let manifest = PluginManifest(.parser, name: "broken", summary: "Breaks its contract.")
    let origin = "test"
    let make: @Sendable () -> PluginInstance

    init(_ make: @escaping @Sendable () -> PluginInstance) { self.make = make }

    func makeInstance(
        for capability: Capability, configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance { make() }
}

/// Records end with a space or a newline. Breaks the contract in one way.
final class BrokenParser: ParserPlugin {
    enum Fault: CaseIterable {
        case none, border, gap, stuck, memory, boundary, projection, overwriting
    }

    let schema = Schema(fields: [Field("size", .int64), Field("first", .utf8)])
    private let fault: Fault
    private var calls = 0
    private var isFresh = true
    private var names: [String] = []
    private let scratch = Buffer(capacity: 64)

    init(_ fault: Fault) { self.fault = fault }

    func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema {
        let fields = schema.fields.filter(wanted.wants)
        names = fields.map(\.name)
        return schema.replacing(fields: fields)
    }

    func reset() { if fault != .memory { isFresh = true } }

    func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        calls += 1
        var consumed = 0
        let bytes = input.bytes
        if fault == .memory, !isFresh, input.position == 0 {
            output.skip(position: 0, length: min(1, bytes.count), reason: .damage)
            consumed = min(1, bytes.count)
        }
        while output.remaining > 0, consumed < bytes.count {
            let end = (consumed..<bytes.count).first { bytes[$0] == 32 || bytes[$0] == 10 }
            let isOpen = end == nil && !input.isLast && fault != .border
            if isOpen || (fault == .stuck && end == nil) { break }
            append(consumed..<(end ?? bytes.count), input, output)
            consumed = min(bytes.count, (end ?? bytes.count) + 1)
        }
        isFresh = false
        return ParseResult(consumed: consumed)
    }

    private func append(_ range: Range<Int>, _ input: ParseInput, _ output: ParseOutput) {
        let shown = input.start + range.lowerBound..<input.start + range.upperBound
        let size = fault == .projection && names.count == 1 ? -1 : Int64(range.count)
        output.builder.field("size")?.append(int64: size)
        if fault == .overwriting {
            input.buffer.fill(UInt8(truncatingIfNeeded: calls), at: 0, count: min(2, input.buffer.capacity))
        }
        output.builder.field("first")?.append(
            shown.prefix(1).isEmpty ? 0..<0 : shown.lowerBound..<shown.lowerBound + 1, of: input.buffer)
        let isShort = fault == .gap && range.count > 2
        output.builder.value.append(isShort ? shown.dropLast() : shown, of: input.buffer)
    }
}

extension BrokenParser: SplittingParserPlugin {
    func boundary(_ input: ParseInput) throws(PluginError) -> ParseResult {
        let bytes = input.bytes
        if fault == .boundary || fault == .border { return ParseResult(consumed: 0) }
        if input.isLast, fault != .stuck { return ParseResult(consumed: bytes.count) }
        let last = bytes.indices.last { bytes[$0] == 32 || bytes[$0] == 10 }
        return ParseResult(consumed: last.map { $0 + 1 } ?? 0)
    }
}

/// Keeps rows whose number is positive.
final class BrokenFilter: FilterPlugin {
    enum Fault: CaseIterable {
        case none, neighbours, place, chance
    }

    let wanted = FieldRequest(names: ["number"])
    private let fault: Fault
    private var place: Int?
    nonisolated(unsafe) private static var instances = 0

    init(_ fault: Fault) {
        self.fault = fault
        unsafe Self.instances += 1
    }

    func bind(_ input: Schema) throws(PluginError) {
        if fault != .place || place == nil { place = input.index(of: "number") }
    }

    func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        let index = place ?? 0
        let column = batch.fields[index]
        let odd = unsafe Self.instances % 2 == 1
        let fault = fault
        selection.fill { row in
            if fault == .neighbours, row == batch.count - 1 { return true }
            if fault == .chance { return odd }
            return column.type == .int64 && column.isValid(row) && column.int64s[row] > 0
        }
    }
}

struct BatchCount: AggregatePlugin {
    let wanted = FieldRequest.none
    private var count: Int64 = 0
    private let schema = Schema(fields: [Field("count", .int64)])

    func outputSchema(for input: Schema) throws(PluginError) -> Schema { schema }
    mutating func bind(_ input: Schema) throws(PluginError) -> Schema { schema }
    mutating func accumulate(_ batch: Batch, rejections: inout Rejections) throws(PluginError) { count += 1 }

    mutating func finish() throws(PluginError) -> [Batch] {
        let builder = BatchBuilder(schema: schema)
        builder.fields[0].append(int64: count)
        builder.value.append(copying: Bytes("").span)
        return [builder.finish()]
    }
}

struct LosingTransform: TransformPlugin {
    func outputSchema(for input: Schema) throws(PluginError) -> Schema { input }
    func wanted(for output: FieldRequest) -> FieldRequest { output }
    mutating func bind(_ input: Schema) throws(PluginError) -> Schema { input }
    mutating func transform(_ batch: Batch, into output: inout TransformOutput) throws(PluginError) {
        output.emit(batch.count > 1 ? batch.slice(1..<batch.count) : batch)
    }
}

/// Writes one byte for each call, whatever the buffer's size.
struct GreedySource: ByteSourcePlugin {
    let part = "part"
    var remainingBytes: UInt64? { nil }
    private var left = 100

    mutating func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginError) -> ReadResult {
        guard left > 0 else { return .endOfInput }
        let count = min(buffer.count, left)
        for index in 0..<count { buffer[index] = UInt8(truncatingIfNeeded: buffer.count) }
        left -= count
        return .bytes(count)
    }
}
