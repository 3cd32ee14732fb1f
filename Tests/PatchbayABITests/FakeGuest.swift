import CPatchbay
import Glibc
import PatchbayABI
import PatchbayCore
import PatchbayPlugin

/// What a plugin does in one call: it may put anything into the frame.
typealias Answering = (inout patchbay_call_frame, FakeGuest) throws(PluginError) -> Int32

/// Plays a plugin's part in this process, over memory of its own, so that it can give every wrong answer there is.
@safe
final class FakeGuest: Guest {
    private let base: UnsafeMutableRawPointer
    static let size = 1 << 22
    /// The host's blocks lie below the middle, results above it.
    private var nextBlock: UInt64 = 4096
    private static let scratch: UInt64 = 1 << 21
    private var next = FakeGuest.scratch
    let number: Int
    private let maker: FakeMaker
    private var calls = 0
    /// Memory that the host holds.
    private(set) var outstanding: Set<UInt64> = []
    private var forwarding: UnsafeMutableRawBufferPointer?
    private var forwarded = 0
    /// What it knows.
    var sum: Int64 = 0

    init(_ maker: FakeMaker, number: Int) {
        self.maker = maker
        self.number = number
        unsafe base = UnsafeMutableRawPointer.allocate(byteCount: Self.size, alignment: 64)
        unsafe memset(base, 0, Self.size)
    }

    deinit {
        maker.gone += 1
        unsafe base.deallocate()
    }

    var memory: GuestMemory { unsafe GuestMemory(base: base, size: UInt64(Self.size)) }
    var isWornOut: Bool { calls >= maker.callsPerInstance }

    func call(_ operation: patchbay_operation, frame: UInt64) throws(PluginError) -> Int32 {
        calls += 1
        var content = get(patchbay_call_frame.self, at: frame)
        maker.log.append((number, operation, content.position))
        guard let answer = maker.answers[operation.rawValue] else {
            return operation == PATCHBAY_CREATE || operation == PATCHBAY_DESCRIBE || operation == PATCHBAY_BIND
                ? 0 : PATCHBAY_UNSUPPORTED.rawValue
        }
        let status = try answer(&content, self)
        put(content, at: frame)
        return status
    }

    func allocate(_ size: Int) throws(PluginError) -> UInt64 {
        if let wrong = maker.wrongAllocation { return wrong }
        let address = nextBlock
        nextBlock += UInt64((size + 15) & ~15)
        guard nextBlock < Self.scratch else { throw PluginError(.crashed, "the fake has no more memory") }
        outstanding.insert(address)
        return address
    }

    func free(_ address: UInt64) throws(PluginError) {
        if outstanding.remove(address) == nil { throw PluginError(.internalError, "freed twice: \(address)") }
    }

    func attach(_ context: PluginContext) {}

    @unsafe
    func setForwardingTarget(_ target: UnsafeMutableRawBufferPointer?) -> Int {
        defer { forwarded = 0 }
        unsafe forwarding = target
        return forwarded
    }

    /// Forwards text as the host function does.
    func forward(_ text: String) {
        guard let target = unsafe forwarding else { return }
        for byte in text.utf8 where forwarded < target.count {
            unsafe target[forwarded] = byte
            forwarded += 1
        }
    }

    // MARK: Its memory

    /// Memory of its own; starts over when it is used up.
    func reserve(_ size: Int) -> UInt64 {
        let needed = UInt64((size + 15) & ~15)
        if next + needed > UInt64(Self.size) - 64 { next = Self.scratch }
        defer { next += needed }
        return next
    }

    /// The next results lie where the last ones lay.
    func startOver() { next = Self.scratch }
    func get<T: BitwiseCopyable>(_ type: T.Type, at address: UInt64) -> T {
        unsafe base.loadUnaligned(fromByteOffset: Int(address), as: T.self)
    }

    func put<T: BitwiseCopyable>(_ value: T, at address: UInt64) {
        unsafe base.storeBytes(of: value, toByteOffset: Int(address), as: T.self)
    }

    func place<T: BitwiseCopyable>(_ values: [T]) -> UInt64 {
        let address = reserve(values.count * MemoryLayout<T>.stride)
        for (index, value) in values.enumerated() {
            put(value, at: address + UInt64(index * MemoryLayout<T>.stride))
        }
        return address
    }

    func text(_ text: String) -> patchbay_bytes {
        patchbay_bytes(address: place(Array(text.utf8)), length: UInt64(text.utf8.count))
    }

    func text(_ bytes: patchbay_bytes) -> String {
        String(decoding: (0..<bytes.length).map { get(UInt8.self, at: bytes.address + $0) }, as: UTF8.self)
    }

    // MARK: Reading what it was given

    func column(_ index: Int, of frame: patchbay_call_frame) -> patchbay_column {
        get(
            patchbay_column.self,
            at: frame.batch.columns.address + UInt64(index * MemoryLayout<patchbay_column>.stride))
    }

    func text(_ row: UInt64, of column: patchbay_column) -> String {
        let start = get(Int32.self, at: column.values + row * 4)
        let end = get(Int32.self, at: column.ends + row * 4)
        return text(
            patchbay_bytes(address: column.data.address + UInt64(start), length: UInt64(end - start)))
    }

    /// The values of a batch as text.
    func values(_ frame: patchbay_call_frame) -> [String] {
        let column = column(0, of: frame)
        return (0..<frame.batch.rows).map { text($0, of: column) }
    }

    // MARK: Writing results

    func schema(_ fields: [(String, patchbay_type)], flags: UInt32 = 0) -> UInt64 {
        let entries = fields.map { name, type in
            var field = patchbay_field()
            field.name = text(name)
            field.type = type.rawValue
            return field
        }
        var schema = patchbay_schema()
        schema.flags = flags
        schema.fields = patchbay_list(address: place(entries), count: UInt64(entries.count))
        return place([schema])
    }

    func numbers(_ values: [Int64]) -> patchbay_column {
        var column = patchbay_column()
        column.type = PATCHBAY_INT64.rawValue
        column.count = UInt64(values.count)
        column.values = place(values)
        return column
    }

    func texts(_ values: [String], _ type: patchbay_type = PATCHBAY_BINARY) -> patchbay_column {
        var offsets: [Int32] = [0]
        for value in values { offsets.append(offsets[offsets.count - 1] + Int32(value.utf8.count)) }
        var column = patchbay_column()
        column.type = type.rawValue
        column.count = UInt64(values.count)
        column.values = place(offsets)
        column.data = text(values.joined())
        return column
    }

    func words(_ indices: [UInt32], of words: [String], version: UInt64 = 0) -> patchbay_column {
        var column = patchbay_column()
        column.type = PATCHBAY_WORD.rawValue
        column.count = UInt64(indices.count)
        column.values = place(indices)
        column.words = place([texts(words, PATCHBAY_UTF8)])
        column.version = version
        return column
    }

    func inherited(_ index: UInt32) -> patchbay_column {
        var column = patchbay_column()
        column.type = PATCHBAY_INHERITED.rawValue
        column.inherited = index
        return column
    }

    func batch(_ rows: Int, _ columns: [patchbay_column]) -> patchbay_batch {
        patchbay_batch(
            rows: UInt64(rows), columns: patchbay_list(address: place(columns), count: UInt64(columns.count)))
    }

    func rows(_ rows: [UInt32]) -> patchbay_list { patchbay_list(address: place(rows), count: UInt64(rows.count)) }

    func errors(_ errors: [(UInt64, String)]) -> patchbay_list {
        patchbay_list(
            address: place(errors.map { patchbay_record_error(row: $0.0, message: text($0.1)) }),
            count: UInt64(errors.count))
    }
}

/// Makes fake guests that answer as they are told here, and notes what they were asked.
// Invariant behind @unchecked: each test uses it with one thread at a time.
final class FakeMaker: GuestMaker, @unchecked Sendable {
    var answers: [UInt32: Answering] = [:]
    var callsPerInstance = Int.max
    var wrongAllocation: UInt64?
    private(set) var made = 0
    var gone = 0
    var log: [(guest: Int, operation: patchbay_operation, position: UInt64)] = []

    func makeGuest() throws(PluginError) -> any Guest {
        made += 1
        return FakeGuest(self, number: made)
    }

    func on(_ operation: patchbay_operation, _ answer: @escaping Answering) { answers[operation.rawValue] = answer }

    /// All columns are wanted, and records look as `fields` say.
    func describes(_ fields: [(String, patchbay_type)], flags: UInt32 = 0) {
        for operation in [PATCHBAY_DESCRIBE, PATCHBAY_BIND] {
            on(operation) { frame, guest in
                frame.output_schema = guest.schema(fields, flags: flags)
                frame.wanted.flags = UInt32(PATCHBAY_WANT_ALL)
                return 0
            }
        }
    }

    /// It reads the values.
    func wantsValues() {
        for operation in [PATCHBAY_DESCRIBE, PATCHBAY_BIND] {
            on(operation) { frame, _ in
                frame.wanted.flags = UInt32(PATCHBAY_WANT_VALUE)
                return 0
            }
        }
    }

    func count(_ operation: patchbay_operation) -> Int { log.count { $0.operation == operation } }

    func instance(_ role: Role, limits: PluginLimits = PluginLimits()) throws(PluginError) -> PluginInstance {
        try GuestPlugin(
            self, Capability(role, name: "fake"), PluginConfiguration(checked: [:], limits: limits)
        ).instance()
    }

    func transform(limits: PluginLimits = PluginLimits()) throws -> any TransformPlugin {
        guard case .transform(var plugin) = try instance(.transform, limits: limits) else { throw WrongRole() }
        _ = try plugin.bind(Samples.schema)
        return plugin
    }

    func filter() throws -> any RecordFailingPlugin {
        guard case .filter(let plugin) = try instance(.filter), var filter = plugin as? any RecordFailingPlugin else {
            throw WrongRole()
        }
        try filter.bind(Samples.schema)
        return filter
    }

    func aggregate() throws -> any AggregatePlugin {
        guard case .aggregate(var plugin) = try instance(.aggregate) else { throw WrongRole() }
        _ = try plugin.bind(Samples.schema)
        return plugin
    }
}

struct WrongRole: Error {}

/// Records of a value, a number and a word.
enum Samples {
    static let schema = Schema(fields: [Field("number", .int64), Field("word", .word)])

    static func batch(_ values: [String]) -> Batch {
        let builder = BatchBuilder(schema: schema)
        builder.begin()
        for (index, value) in values.enumerated() {
            builder.value.append(copying: Bytes(value).span)
            builder.fields[0].append(int64: Int64(index * 10))
            builder.fields[1].append(word: Bytes(index.isMultiple(of: 2) ? "even" : "odd").span)
        }
        return builder.finish()
    }

    static func values(_ batch: Batch) -> [String] { texts(batch.value) }
    static func texts(_ column: Column) -> [String] { (0..<column.count).map { column.sharedBytes($0)?.text ?? "-" } }
    static func numbers(_ batch: Batch) -> [Int64] {
        (0..<batch.count).map { row in
            if case .int64(let number) = batch.fields[0].value(row) { return number }
            return .min
        }
    }
}

/// Ends without an answer.
func trap(_ frame: inout patchbay_call_frame, _ guest: FakeGuest) throws(PluginError) -> Int32 {
    throw PluginError(.crashed, "trap")
}
