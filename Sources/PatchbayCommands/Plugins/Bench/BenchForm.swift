import Patchbay
import PatchbayABI

/// A form of a plugin under its name in the report, with what was measured.
struct BenchForm {
    let name: String
    let target: PluginTarget
    let configuration: PluginConfiguration

    /// A form with the options of the command line, checked.
    init(
        _ name: String, _ target: PluginTarget, _ settings: PluginSettings, hasDeadline: Bool = true
    ) throws(CommandError) {
        self.name = name
        self.target = target
        let (checked, problems) = target.factory.manifest.configuration.check(settings.options)
        guard var configuration = checked else {
            let problem = problems.first { $0.severity == .error }
            throw CommandError(.plugins, problem?.message ?? "the options are wrong", advice: problem?.advice)
        }
        configuration.grants = settings.grants
        configuration.limits = settings.limits
        configuration.sandbox = settings.sandbox ?? .preferred
        if !hasDeadline { configuration.limits.millisecondsPerCall = nil }
        self.configuration = configuration
    }

    /// What is measured for batches of `size` records.
    func subject(
        _ input: BenchInput, batches size: Int, limit: Int, operation: String?
    ) throws(PluginError) -> any BenchSubject {
        let make = { () throws(PluginError) -> PluginInstance in
            try target.factory.makeInstance(for: target.capability, configuration: configuration)
        }
        do throws(PluginError) {
            switch target.capability.role {
            case .parser: return try ParserSubject(input, make: make)
            case .source, .byteSource: return try LifeSubject(call: nil, make: make)
            case nil:
                return try LifeSubject(call: (target.capability, operation ?? "", input.bytes), make: make)
            default: return try RecordSubject(input, size: size, limit: limit, make: make)
            }
        } catch {
            throw error.located(plugin: target.factory.manifest.name, stage: name)
        }
    }
}

/// What rounds of one form gave.
struct BenchResult {
    let name: String
    let nanosecondsPerRecord: Double
    let processorPerRecord: Double
    let bytesPerRecord: Double
    /// Per call; nil for a form that has no memory of its own.
    let bytesIn: Double?
    let bytesOut: Double?
    let allocations: Double?
    let memory: UInt64?

    /// The line of the table.
    var row: [String] {
        let rate = 1e9 / max(nanosecondsPerRecord, 0.001)
        return [
            name, Amount.decimal(nanosecondsPerRecord, 1), Amount.grouped(UInt64(rate)),
            Amount.decimal(rate * bytesPerRecord / 1e6, 0), Amount.decimal(processorPerRecord, 1),
            bytesIn.map { Amount.grouped(UInt64($0.rounded())) } ?? "",
            bytesOut.map { Amount.grouped(UInt64($0.rounded())) } ?? "",
            allocations.map { Amount.decimal($0, 2) } ?? "", memory.map(Amount.bytes) ?? "",
        ]
    }

    static let heading = [
        "", "ns/record", "records/s", "MB/s", "CPU ns/record", "bytes in/call", "bytes out/call", "requests/call",
        "memory",
    ]
}
