internal import Glibc
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

/// Says how far the modules came, when the program ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    atexit { Counts.print() }
    return 0
}

/// Makes another module of one, in its place.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ limit: Int, _ seed: UInt32) -> Int {
    var module = unsafe MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(start: start, count: count))
    var mutation = Mutation(seed: seed)
    mutation.apply(to: &module)
    return count
}

/// One input for libFuzzer: the file of a module. It is opened, compiled, instantiated and called.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Bytes(copying: unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count)))
    Counts.add(Counts.modules)
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
    Counts.add(Counts.opened)
    let given = factory.manifest.configuration.check([:]).configuration ?? PluginConfiguration(checked: [:])
    var configuration = given
    configuration.limits = limits
    configuration.stage = "fuzz"
    var (isCompiled, isInstantiated) = (false, false)
    for capability in factory.manifest.capabilities.prefix(10) {
        let instance: PluginInstance
        do throws(PluginError) {
            instance = try factory.makeInstance(for: capability, configuration: configuration)
        } catch {
            guard !error.message.isEmpty else { fatalError("an error without words") }
            // What is no valid module for one capability is none for the others.
            if error.message.contains("no valid module") || error.message.contains("cannot be linked") { return }
            if !isCompiled { Counts.add(Counts.compiled) }
            isCompiled = true
            continue
        }
        if !isCompiled { Counts.add(Counts.compiled) }
        if !isInstantiated { Counts.add(Counts.instantiated) }
        (isCompiled, isInstantiated) = (true, true)
        Counts.add(Counts.called)
        do throws(PluginError) {
            try call(instance, capability)
            Counts.add(Counts.answered)
        } catch {
            guard !error.message.isEmpty else { fatalError("an error without words") }
        }
    }
}
