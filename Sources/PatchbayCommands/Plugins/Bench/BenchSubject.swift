import Patchbay
import PatchbayABI

/// How much a pass over the input did.
struct BenchWork {
    var records = 0
    var bytes = 0
    /// Batches, chunks or calls.
    var calls = 0
}

/// One form of a plugin that is measured.
protocol BenchSubject: AnyObject {
    /// Processes the whole input once.
    func pass() throws(PluginError) -> BenchWork
    /// What its calls have cost so far; nil for a form that has no memory of its own.
    var statistics: GuestStatistics? { get }
    /// Ends the instance.
    func stop()
}

/// A plugin that takes records.
final class RecordSubject: BenchSubject {
    private var instance: PluginInstance
    private let make: () throws(PluginError) -> PluginInstance
    private let batches: [Batch]
    private let schema: Schema
    private let work: BenchWork
    private var selection = Selection(count: 0, all: true)
    private var rejections = Rejections()

    /// - Parameter size: records in a batch.
    init(
        _ input: BenchInput, size: Int, limit: Int, make: @escaping () throws(PluginError) -> PluginInstance
    ) throws(PluginError) {
        self.make = make
        instance = try make()
        let wanted = instance.wantedInput
        (schema, batches) = try input.batches(of: size, wanted: wanted, limit: limit)
        var work = BenchWork(calls: batches.count)
        for batch in batches {
            work.records += batch.count
            for row in 0..<batch.count { work.bytes += batch.value.bytes(row).count }
        }
        self.work = work
        try begin()
    }

    private func begin() throws(PluginError) {
        let context = PluginContext(stage: "bench")
        switch instance {
        case .filter(var plugin):
            try plugin.bind(schema)
            try plugin.start(context)
            instance = .filter(plugin)
        case .validator(var plugin):
            try plugin.bind(schema)
            try plugin.start(context)
            instance = .validator(plugin)
        case .transform(var plugin):
            _ = try plugin.bind(schema)
            try plugin.start(context)
            instance = .transform(plugin)
        case .aggregate(var plugin):
            _ = try plugin.bind(schema)
            try plugin.start(context)
            instance = .aggregate(plugin)
        case .sink(var plugin):
            try plugin.bind(schema)
            try plugin.start(context)
            instance = .sink(plugin)
        default: throw PluginError(.unsupported, "the plugin takes no records")
        }
    }

    func pass() throws(PluginError) -> BenchWork {
        switch instance {
        case .filter(var plugin):
            for batch in batches {
                selection.reset(count: batch.count, all: true)
                try plugin.filter(batch, into: &selection)
            }
            instance = .filter(plugin)
        case .validator(var plugin):
            for batch in batches {
                rejections.removeAll()
                try plugin.validate(batch, into: &rejections)
            }
            instance = .validator(plugin)
        case .transform(var plugin):
            var output = TransformOutput()
            for batch in batches {
                output.removeAll()
                try plugin.transform(batch, into: &output)
            }
            instance = .transform(plugin)
        case .aggregate(var plugin):
            for batch in batches { try plugin.accumulate(batch, rejections: &rejections) }
            _ = try plugin.finish()
            plugin.stop()
            // What was summed up has been handed over: the next pass begins with a new instance.
            instance = try make()
            try begin()
        case .sink(var plugin):
            for batch in batches {
                rejections.removeAll()
                try plugin.write(batch, rejections: &rejections)
            }
            try plugin.flush()
            instance = .sink(plugin)
        default: break
        }
        return work
    }

    var statistics: GuestStatistics? { (instance.plugin as? GuestRole)?.statistics }
    func stop() { instance.stop() }
}

/// A parser: chunks of 256 KiB, in its own memory where it has some.
final class ParserSubject: BenchSubject {
    private var plugin: any ParserPlugin
    private let bytes: Bytes
    private let output: ParseOutput
    private var chunk: Buffer
    private var size = 256 << 10

    init(_ input: BenchInput, make: () throws(PluginError) -> PluginInstance) throws(PluginError) {
        guard case .parser(var plugin) = try make() else {
            throw PluginError(.invalidResult, "the plugin is no parser")
        }
        bytes = input.bytes
        output = ParseOutput(schema: try plugin.bind(.everything))
        try plugin.start(PluginContext(stage: "bench"))
        chunk = Buffer(capacity: size)
        self.plugin = plugin
    }

    func pass() throws(PluginError) -> BenchWork {
        var work = BenchWork(bytes: bytes.count)
        var position = 0
        let memory = plugin as? any InputMemoryPlugin
        while position < bytes.count {
            let count = min(size, bytes.count - position)
            let buffer = try memory?.takeInputBuffer(capacity: size) ?? chunk
            buffer.copy(from: bytes.buffer, at: bytes.offset + position, count: count, to: 0)
            let used = try parse(buffer, count, position, &work)
            if used == 0 {
                // A record that is larger than a chunk, or the rest of the last one.
                guard position + count < bytes.count, size < 1 << 30 else { break }
                size *= 2
                chunk = Buffer(capacity: size)
            }
            position += used
        }
        plugin.reset()
        return work
    }

    private func parse(
        _ buffer: Buffer, _ count: Int, _ position: Int, _ work: inout BenchWork
    ) throws(PluginError) -> Int {
        var input = ParseInput(
            buffer: buffer, start: 0, end: count, position: UInt64(position), isLast: position + count == bytes.count)
        while input.start < input.end {
            output.begin(input, part: "bench")
            let result = try plugin.parse(input, into: output)
            work.records += output.builder.finish().count
            work.calls += 1
            guard result.consumed > 0 else { break }
            input = input.dropping(result.consumed)
        }
        return input.start
    }

    var statistics: GuestStatistics? { (plugin as? GuestRole)?.statistics }
    func stop() { plugin.stop() }
}

/// A source, a byte source, or a capability: each pass is a life of its own, or one call.
final class LifeSubject: BenchSubject {
    private let make: () throws(PluginError) -> PluginInstance
    private let call: (capability: Capability, operation: String, input: Bytes)?
    private var instance: PluginInstance
    private var latest: GuestStatistics?

    init(
        call: (capability: Capability, operation: String, input: Bytes)?,
        make: @escaping () throws(PluginError) -> PluginInstance
    ) throws(PluginError) {
        self.make = make
        self.call = call
        instance = try make()
        if case .capability(var plugin) = instance {
            try plugin.start(PluginContext(stage: "bench"))
            instance = .capability(plugin)
        }
    }

    func pass() throws(PluginError) -> BenchWork {
        switch instance {
        case .capability(var plugin):
            guard let call else { throw PluginError(.configuration, "no operation was named") }
            var output = ByteBuffer()
            try plugin.call(call.capability, operation: call.operation, input: call.input.span, output: &output)
            return BenchWork(records: 1, bytes: call.input.count, calls: 1)
        case .source: return try readRecords()
        default: return try readBytes()
        }
    }

    private func readRecords() throws(PluginError) -> BenchWork {
        guard case .source(var plugin) = try make() else { throw PluginError(.invalidResult, "it is no source") }
        _ = try plugin.bind(.everything)
        try plugin.start(PluginContext(stage: "bench"))
        var work = BenchWork()
        reading: while true {
            switch try plugin.read() {
            case .batch(let batch):
                work.records += batch.count
                work.calls += 1
                if work.records >= 10_000_000 { break reading }
            case .nothingYet: continue
            case .endOfInput: break reading
            }
        }
        latest = (plugin as? GuestRole)?.statistics
        plugin.stop()
        return work
    }

    private func readBytes() throws(PluginError) -> BenchWork {
        guard case .byteSource(var plugin) = try make() else { throw PluginError(.invalidResult, "it is no source") }
        try plugin.start(PluginContext(stage: "bench"))
        var room = [UInt8](repeating: 0, count: 256 << 10)
        var work = BenchWork()
        reading: while work.bytes < 4 << 30 {
            var memory = room.mutableSpan
            switch try plugin.read(into: &memory, mayWait: true) {
            case .bytes(let count):
                work.bytes += count
                work.calls += 1
            case .nothingYet, .endOfPart: continue
            case .endOfInput: break reading
            }
        }
        // There are no records: a call stands for one.
        work.records = work.calls
        latest = (plugin as? GuestRole)?.statistics
        plugin.stop()
        return work
    }

    var statistics: GuestStatistics? { (instance.plugin as? GuestRole)?.statistics.adding(latest) }
    func stop() { instance.stop() }
}

extension GuestStatistics {
    fileprivate func adding(_ other: GuestStatistics?) -> GuestStatistics { other ?? self }
}

extension PluginInstance {
    /// What it reads of its input, of all that it can make.
    var wantedInput: FieldRequest {
        switch self {
        case .filter(let plugin): plugin.wanted
        case .validator(let plugin): plugin.wanted
        case .aggregate(let plugin): plugin.wanted
        case .transform(let plugin): plugin.wanted(for: .everything)
        default: .everything
        }
    }

    fileprivate var plugin: any Plugin {
        switch self {
        case .byteSource(let plugin): plugin
        case .source(let plugin): plugin
        case .parser(let plugin): plugin
        case .filter(let plugin): plugin
        case .transform(let plugin): plugin
        case .aggregate(let plugin): plugin
        case .validator(let plugin): plugin
        case .sink(let plugin): plugin
        case .capability(let plugin): plugin
        }
    }

    fileprivate func stop() {
        var plugin = plugin
        plugin.stop()
    }
}
