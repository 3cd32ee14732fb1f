internal import FuzzingSupport
internal import Glibc
internal import PatchbayABI
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
    limits.millisecondsPerCall = 1
    limits.outputBytesPerCall = 1 << 20
    return limits
}()

/// Compiled in a hurry, and not kept.
let options: WasmOptions = {
    var options = WasmOptions()
    options.cachesCode = false
    options.optimizes = false
    return options
}()

/// Ends the program unless modules can be compiled at all; says how far they came when the program ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    do throws(WasmError) {
        _ = try WasmtimeLibrary.shared()
    } catch {
        print("FuzzWasm: \(error.description)")
        exit(1)
    }
    atexit { Counts.print() }
    return 0
}

/// Makes another module of one, in its place.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ limit: Int, _ seed: UInt32) -> Int {
    let buffer = unsafe UnsafeMutableBufferPointer(start: start, count: limit)
    let module = unsafe Array(buffer[..<count])
    var mutation = Mutation(seed: seed)
    let changed = mutation.apply(to: module)
    guard changed.count <= limit else { return count }
    for (index, byte) in changed.enumerated() { unsafe buffer[index] = byte }
    return changed.count
}

/// One input for libFuzzer: the file of a module. It is read, compiled, instantiated and called.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Bytes(copying: unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count)))
    Counts.add(Counts.modules)
    do throws(PluginError) {
        try run(bytes)
    } catch {
        check(error)
    }
    return 0
}

func run(_ bytes: Bytes) throws(PluginError) {
    let factory = try WasmFactory(bytes, origin: "module", options: options)
    Counts.add(Counts.read)
    try factory.compile(for: limits)
    Counts.add(Counts.compiled)
    let given = factory.manifest.configuration.check([:]).configuration ?? PluginConfiguration(checked: [:])
    var configuration = given
    configuration.limits = limits
    configuration.stage = "fuzz"
    var (wasCalled, hasAnswered) = (false, false)
    for capability in factory.manifest.capabilities.prefix(10) {
        do throws(PluginError) {
            let instance = try factory.makeInstance(for: capability, configuration: configuration)
            // Its statistics say whether it was called, even if the call failed.
            let role = instance.role
            defer { wasCalled = wasCalled || role.map { $0.statistics.calls > 0 } ?? false }
            try call(instance, capability)
            hasAnswered = true
        } catch {
            // Without an instance to ask, the message says which call it was.
            wasCalled = wasCalled || error.message.hasPrefix("CREATE") || error.message.hasPrefix("BOUNDARY")
            check(error)
        }
    }
    if factory.instances > 0 { Counts.add(Counts.instantiated) }
    if wasCalled { Counts.add(Counts.called) }
    if hasAnswered { Counts.add(Counts.answered) }
}

/// Errors are for people.
func check(_ error: PluginError) {
    guard !error.message.isEmpty else { fatalError("an error without words") }
    guard error.code != .internalError else { fatalError("a defect: \(error.description)") }
}

extension PluginInstance {
    /// The host's side of a plugin behind the ABI.
    var role: GuestRole? {
        switch self {
        case .byteSource(let plugin): plugin as? GuestRole
        case .source(let plugin): plugin as? GuestRole
        case .parser(let plugin): plugin as? GuestRole
        case .filter(let plugin): plugin as? GuestRole
        case .transform(let plugin): plugin as? GuestRole
        case .aggregate(let plugin): plugin as? GuestRole
        case .validator(let plugin): plugin as? GuestRole
        case .sink(let plugin): plugin as? GuestRole
        case .capability(let plugin): plugin as? GuestRole
        }
    }
}
