internal import CPatchbayGuest
private import Synchronization

/// A plugin as its host sees it, in the test's process and through the same calls: what top-level code registers in a
/// guest, `register` does here.
///
///     let plugin = try TestedPlugin { filter { record in record["level"] == "error" } }
///     #expect(try plugin.filter([TestRecord("a", ["level": "error"])]) == [true])
public final class TestedPlugin {
    private let instance: UInt64
    /// What the latest call said of single records.
    public private(set) var errors: [TestError] = []
    /// Records that the latest transform left out.
    public private(set) var dropped = 0
    /// Records that the latest transform made beyond one for each.
    public private(set) var added = 0
    /// How many bytes the latest parse consumed.
    public private(set) var consumed = 0
    /// The regions that the latest parse skipped: position, length, number of the reason.
    public private(set) var regions: [[UInt64]] = []
    /// The plugin's own reasons for them, empty for the others.
    public private(set) var regionNames: [String] = []
    private static let registry = Mutex(())

    /// Registers plugins and makes an instance of the one called `name` ("type/name"), or of the only one.
    public init(
        _ name: String = "", options: KeyValuePairs<String, TestValue> = [:], _ register: () -> Void
    ) throws {
        let memory = HostMemory()
        var frame = Self.frame()
        frame.name = memory.put(name)
        let list = options.map { Self.option($0.key, $0.value, memory) }
        frame.options = patchbay_list(address: memory.put(list), count: UInt64(list.count))
        let status = Self.registry.withLock { _ in
            patchbay_guest_forget()
            register()
            return unsafe patchbay_call(Int32(PATCHBAY_CREATE.rawValue), &frame)
        }
        if status < 0 { throw TestFailure(status: status, message: HostMemory.text(frame.message)) }
        instance = frame.instance
    }

    deinit {
        var frame = Self.frame()
        frame.instance = instance
        _ = unsafe patchbay_call(Int32(PATCHBAY_DESTROY.rawValue), &frame)
    }

    private static func frame() -> patchbay_call_frame {
        var frame = patchbay_call_frame()
        frame.size = UInt32(MemoryLayout<patchbay_call_frame>.size)
        return frame
    }

    private static func option(_ name: String, _ value: TestValue, _ memory: HostMemory) -> patchbay_option {
        var option = patchbay_option()
        option.name = memory.put(name)
        option.text = memory.put(value.string)
        switch value {
        case .null, .inherited: option.kind = PATCHBAY_OPTION_NULL.rawValue
        case .int(let number):
            option.kind = PATCHBAY_OPTION_INTEGER.rawValue
            option.integer = number
        case .double(let number):
            option.kind = PATCHBAY_OPTION_NUMBER.rawValue
            option.number = number
        case .bool(let truth):
            option.kind = PATCHBAY_OPTION_BOOL.rawValue
            option.integer = truth ? 1 : 0
        case .text, .word: option.kind = PATCHBAY_OPTION_TEXT.rawValue
        case .json: option.kind = PATCHBAY_OPTION_JSON.rawValue
        }
        return option
    }

    private func call(_ operation: patchbay_operation, _ frame: inout patchbay_call_frame) throws {
        frame.instance = instance
        let status = unsafe patchbay_call(Int32(operation.rawValue), &frame)
        if status < 0 { throw TestFailure(status: status, message: HostMemory.text(frame.message)) }
        errors = (0..<Int(frame.errors.count)).map { index in
            let error = HostMemory.read(frame.errors.address, index, as: patchbay_record_error.self)
            return TestError(row: Int(error.row), message: HostMemory.text(error.message))
        }
        dropped = Int(frame.dropped)
        added = Int(frame.added)
        consumed = Int(frame.consumed)
        regions = (0..<Int(frame.regions.count)).map { index in
            let region = HostMemory.read(frame.regions.address, index, as: patchbay_region.self)
            return [region.position, region.length, UInt64(region.reason)]
        }
        regionNames = regions.indices.map { index in
            HostMemory.text(HostMemory.read(frame.regions.address, index, as: patchbay_region.self).name)
        }
    }

    /// Binds the schema of the records and hands them over.
    private func call(
        _ operation: patchbay_operation, _ records: [TestRecord], isOpen: Bool = false
    ) throws -> patchbay_call_frame {
        let memory = HostMemory()
        let names = records.first?.fields.map(\.name) ?? []
        let columns = names.indices.map { index in records.map { $0.fields[index].value } }
        let types = columns.map { column in column.first { $0 != .null }?.type ?? PATCHBAY_UTF8 }
        var schema = patchbay_schema()
        schema.flags = isOpen ? PATCHBAY_SCHEMA_OPEN : 0
        let fields = names.indices.map { index in
            var field = patchbay_field()
            field.name = memory.put(names[index])
            field.type = types[index].rawValue
            return field
        }
        schema.fields = patchbay_list(address: memory.put(fields), count: UInt64(fields.count))
        var bind = Self.frame()
        bind.input_schema = memory.put([schema])
        bind.request.flags = PATCHBAY_WANT_ALL
        try call(PATCHBAY_BIND, &bind)
        let value = memory.column(records.map { .text($0.value) }, PATCHBAY_BINARY)
        let list = [value] + columns.indices.map { memory.column(columns[$0], types[$0]) }
        var frame = Self.frame()
        let place = patchbay_list(address: memory.put(list), count: UInt64(list.count))
        frame.batch = patchbay_batch(rows: UInt64(records.count), columns: place)
        try call(operation, &frame)
        return frame
    }

    /// Which records stay.
    public func filter(_ records: [TestRecord]) throws -> [Bool] {
        let frame = try call(PATCHBAY_FILTER, records)
        return records.indices.map {
            HostMemory.read(frame.output.address, $0 / 8, as: UInt8.self) >> UInt8($0 % 8) & 1 != 0
        }
    }

    /// The columns of the result (value, then fields), each with its rows; `.inherited` where they are the input's.
    public func transform(_ records: [TestRecord]) throws -> [[TestValue]] {
        try result(try call(PATCHBAY_TRANSFORM, records))
    }

    /// Validates; see ``errors``.
    public func validate(_ records: [TestRecord]) throws { _ = try call(PATCHBAY_VALIDATE, records) }

    /// Writes to a sink; see ``errors``.
    public func write(_ records: [TestRecord]) throws { _ = try call(PATCHBAY_WRITE, records) }

    /// Accumulates and finishes: the columns of the result.
    public func aggregate(_ records: [TestRecord]) throws -> [[TestValue]] {
        _ = try call(PATCHBAY_ACCUMULATE, records)
        var frame = Self.frame()
        try call(PATCHBAY_FINISH, &frame)
        return try result(frame)
    }

    /// The columns of the records in `text`; binds with all fields first.
    public func parse(_ text: String, isLast: Bool = true, limit: Int = 1000) throws -> [[TestValue]] {
        let memory = HostMemory()
        var bind = Self.frame()
        bind.request.flags = PATCHBAY_WANT_ALL
        try call(PATCHBAY_BIND, &bind)
        var frame = Self.frame()
        frame.input = memory.put(text)
        frame.limit = UInt64(limit)
        frame.flags = isLast ? PATCHBAY_LAST : 0
        try call(PATCHBAY_PARSE, &frame)
        return try result(frame)
    }

    /// The columns of the next records of a source; binds with all fields first.
    public func read() throws -> [[TestValue]] {
        var bind = Self.frame()
        bind.request.flags = PATCHBAY_WANT_ALL
        try call(PATCHBAY_BIND, &bind)
        var frame = Self.frame()
        try call(PATCHBAY_READ_BATCH, &frame)
        return try result(frame)
    }

    /// Asks a capability.
    public func answer(_ operation: String, _ input: String) throws -> String {
        let memory = HostMemory()
        var frame = Self.frame()
        frame.name = memory.put(operation)
        frame.input = memory.put(input)
        try call(PATCHBAY_ANSWER, &frame)
        return HostMemory.text(frame.output)
    }

    /// What the plugin keeps for a restart.
    public func save() throws -> String {
        var frame = Self.frame()
        try call(PATCHBAY_SAVE, &frame)
        return HostMemory.text(frame.output)
    }

    /// Hands over what ``save()`` gave.
    public func restore(_ state: String) throws {
        let memory = HostMemory()
        var frame = Self.frame()
        frame.input = memory.put(state)
        try call(PATCHBAY_RESTORE, &frame)
    }

    private func result(_ frame: patchbay_call_frame) throws -> [[TestValue]] {
        let columns = (0..<Int(frame.result.columns.count)).map { index in
            HostMemory.values(HostMemory.read(frame.result.columns.address, index, as: patchbay_column.self))
        }
        var release = Self.frame()
        release.position = frame.token
        release.instance = instance
        _ = unsafe patchbay_call(Int32(PATCHBAY_RELEASE.rawValue), &release)
        return columns
    }
}
