import Glibc
import PatchbayCore
import PatchbayPlugin
import Synchronization

/// Makes instances with a closure.
struct ClosureFactory: PluginFactory {
    let manifest: PluginManifest
    let origin = "test"
    let make: @Sendable () -> PluginInstance

    init(_ role: Role, _ name: String, isOrdered: Bool = false, _ make: @escaping @Sendable () -> PluginInstance) {
        manifest = PluginManifest(role, name: name, summary: "For tests.", isOrdered: isOrdered)
        self.make = make
    }

    func makeInstance(
        for capability: Capability, configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance { make() }
}

/// Delivers parts from memory, at most `piece` bytes per read; stays open at the end when endless.
struct MemorySource: ByteSourcePlugin {
    let parts: [[UInt8]]
    var piece = Int.max
    var isEndless = false
    var failsAt: Int?
    private var index = 0
    private var offset = 0
    private var total = 0

    init(_ parts: [[UInt8]], piece: Int = .max, isEndless: Bool = false, failsAt: Int? = nil) {
        self.parts = parts
        self.piece = piece
        self.isEndless = isEndless
        self.failsAt = failsAt
    }

    var part: String { "part\(index)" }
    var remainingBytes: UInt64? { nil }

    mutating func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginError) -> ReadResult {
        if let failsAt, total >= failsAt { throw PluginError(.io, "the disk is gone") }
        guard index < parts.count else { return .endOfInput }
        if offset == parts[index].count {
            if isEndless {
                usleep(1000)
                return .nothingYet
            }
            offset = 0
            index += 1
            return index < parts.count ? .endOfPart : .endOfInput
        }
        let count = min(piece, buffer.count, parts[index].count - offset, (failsAt ?? .max) - total)
        for position in 0..<count { buffer[position] = parts[index][offset + position] }
        offset += count
        total += count
        return .bytes(count)
    }
}

/// Keeps what it is given.
final class Collected: Sendable {
    private let rows = Mutex<[String]>([])
    var lines: [String] { rows.withLock { $0 } }
    func append(_ line: String) { rows.withLock { $0.append(line) } }
}

/// Writes one line per record, made of the named columns.
struct CollectingSink: SinkPlugin {
    let collected: Collected
    var columns = ["value"]
    var failsAfter: Int?
    /// Look at records only when the run ends: nothing may have been written over them by then.
    var isPatient = false
    private var kept: [Batch] = []
    private var references: [ColumnReference] = []

    init(_ collected: Collected, columns: [String] = ["value"], failsAfter: Int? = nil) {
        self.collected = collected
        self.columns = columns
        self.failsAfter = failsAfter
    }

    func wanted(from input: Schema) throws(PluginError) -> FieldRequest { FieldRequest(names: columns) }

    mutating func bind(_ input: Schema) throws(PluginError) {
        references = []
        for name in columns {
            guard let reference = input.resolve(name) else { throw PluginError(.schema, "no field '\(name)'") }
            references.append(reference)
        }
    }

    mutating func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        if let failsAfter, collected.lines.count >= failsAfter { throw PluginError(.io, "the disk is full") }
        if isPatient { kept.append(batch) } else { collect(batch) }
    }

    private func collect(_ batch: Batch) {
        for row in 0..<batch.count {
            collected.append(references.map { batch.column($0).value(row).shown }.joined(separator: " "))
        }
    }

    mutating func flush() throws(PluginError) {
        for batch in kept { collect(batch) }
        kept.removeAll()
    }
}

extension Value {
    var shown: String {
        switch self {
        case .null: "-"
        case .int64(let number), .timestamp(let number): "\(number)"
        case .bool(let truth): "\(truth)"
        case .float64(let number): "\(number)"
        case .utf8(let bytes), .binary(let bytes), .json(let bytes): bytes.text
        case .map: "map"
        }
    }
}

/// Keeps records whose value contains a byte; throws on records that contain another one.
struct ByteFilter: FilterPlugin {
    var keeps: UInt8?
    var throwsOn: UInt8?
    let wanted = FieldRequest.none

    mutating func bind(_ input: Schema) throws(PluginError) {}

    mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        for row in 0..<batch.count {
            let bytes = batch.value.bytes(row)
            var hasKept = keeps == nil
            for index in 0..<bytes.count {
                if bytes[index] == throwsOn { throw PluginError(.internalError, "I cannot stand this record") }
                if bytes[index] == keeps { hasKept = true }
            }
            selection[row] = hasKept
        }
    }
}

/// Rejects records whose value starts with a byte.
struct FirstByteValidator: ValidatorPlugin {
    let bad: UInt8
    let wanted = FieldRequest.none
    mutating func bind(_ input: Schema) throws(PluginError) {}
    mutating func validate(_ batch: Batch, into rejections: inout Rejections) throws(PluginError) {
        for row in 0..<batch.count {
            let bytes = batch.value.bytes(row)
            if bytes.count > 0, bytes[0] == bad { rejections.reject(row, PluginError(.input, "bad first byte")) }
        }
    }
}

/// Passes everything on, or loses every record whose number divides evenly.
struct PassingTransform: TransformPlugin {
    var loses = false
    var duplicates = false
    func outputSchema(for input: Schema) throws(PluginError) -> Schema { input }
    func wanted(for output: FieldRequest) -> FieldRequest { output }
    mutating func bind(_ input: Schema) throws(PluginError) -> Schema { input }
    mutating func transform(_ batch: Batch, into output: inout TransformOutput) throws(PluginError) {
        output.emit(loses ? batch.slice(0..<(batch.count - 1)) : batch)
        if duplicates {
            output.emit(batch)
            output.add(batch.count)
        }
    }
}

/// Counts records.
struct CountingAggregate: AggregatePlugin {
    static let schema = Schema(fields: [Field("count", .int64)])
    private var count: Int64 = 0
    let wanted = FieldRequest.none
    func outputSchema(for input: Schema) throws(PluginError) -> Schema { Self.schema }
    mutating func bind(_ input: Schema) throws(PluginError) -> Schema { Self.schema }
    mutating func accumulate(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        count += Int64(batch.count)
    }
    mutating func finish() throws(PluginError) -> [Batch] {
        let builder = BatchBuilder(schema: Self.schema)
        builder.fields[0].append(int64: count)
        builder.value.append(copying: Bytes("").span)
        return [builder.finish()]
    }
}

/// Lets the first records through.
struct FirstRecords: SaturatingPlugin {
    let limit: Int
    private var seen = 0
    init(limit: Int) { self.limit = limit }
    let wanted = FieldRequest.none
    var isSaturated: Bool { seen >= limit }
    mutating func bind(_ input: Schema) throws(PluginError) {}
    mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        for row in 0..<batch.count {
            selection[row] = seen < limit
            seen += 1
        }
    }
}

/// Consumes more than it was given.
struct GreedyParser: ParserPlugin {
    let schema = Schema(fields: [])
    mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema { schema }
    mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        ParseResult(consumed: input.end - input.start + 1)
    }
}

/// Throws on every chunk.
struct ThrowingParser: ParserPlugin {
    let schema = Schema(fields: [])
    mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema { schema }
    mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        throw PluginError(.crashed, "no answer")
    }
}

/// Makes a record and says that it took no bytes.
struct ConjuringParser: ParserPlugin {
    let schema = Schema(fields: [])
    mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema { schema }
    mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        output.builder.value.append(copying: Bytes("out of thin air").span)
        return ParseResult(consumed: 0)
    }
}
