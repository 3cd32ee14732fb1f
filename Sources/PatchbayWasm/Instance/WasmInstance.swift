internal import CPatchbay
internal import CWasmtime
internal import PatchbayABI
internal import PatchbayCore
internal import PatchbayHost
internal import PatchbayModule
internal import PatchbayPlugin

/// One instance of a module in a store of its own: memory, limits, deadline. Used by one thread at a time.
///
/// Its memory is reserved as a whole and never moves, so that the host may show parts of it in place; it lives as long as
/// anything that shows it.
@safe
final class WasmInstance: Guest {
    let module: CompiledModule
    let limits: PluginLimits
    /// What the host does for it.
    let services: HostServices
    /// Where it lives, free again after the store is deleted.
    private let place: PoolPlace?
    private let wasmtime: UnsafePointer<cwasmtime>
    private let store: OpaquePointer
    private let context: OpaquePointer
    private var memoryItem = wasmtime_memory_t()
    private var callItem = unsafe wasmtime_func_t()
    private var allocateItem = unsafe wasmtime_func_t()
    private var freeItem = unsafe wasmtime_func_t()
    private var base: UnsafeMutableRawPointer?
    private let ticks: UInt64
    private let hasDeadline: Bool
    private let countsFuel: Bool
    private var calls = 0
    /// What a host function threw during the present call; it ends the call as a trap.
    var hostError: PluginError?
    /// Where forwarded bytes go during READ_BYTES.
    private var forwarding: UnsafeMutableRawBufferPointer?
    private var forwarded = 0

    init(
        _ module: CompiledModule, _ place: PoolPlace?, limits: PluginLimits, services: HostServices
    ) throws(PluginError) {
        self.module = module
        self.place = place
        self.limits = limits
        self.services = services
        unsafe wasmtime = module.engine.library.functions
        unsafe store = wasmtime.pointee.wasmtime_store_new(module.engine.handle, nil, nil)
        unsafe context = wasmtime.pointee.wasmtime_store_context(store)
        // A deadline of its own, from the beginning of each call, rounded up.
        ticks = limits.millisecondsPerCall.map { UInt64($0 / EpochTicker.period) + 2 } ?? 1 << 50
        hasDeadline = module.engine.options.hasDeadlines
        countsFuel = module.engine.options.countsFuel
        EpochTicker.shared.enter()
        unsafe wasmtime.pointee.wasmtime_context_set_data(context, Unmanaged.passUnretained(self).toOpaque())
        unsafe wasmtime.pointee.wasmtime_store_limiter(
            store, Int64(limits.memory), Int64(limits.tableElements), 1, Int64(InstancePool.tables), 1)
        do throws(WasmError) {
            try begin()
        } catch {
            throw taken(error)
        }
    }

    deinit {
        services.close()
        unsafe wasmtime.pointee.wasmtime_store_delete(store)
        EpochTicker.shared.leave()
    }

    /// Instantiates, which may run a start function, and finds the exports. All of it under the deadline.
    private func begin() throws(WasmError) {
        if module.usesSystem { unsafe try SystemInterface.configure(context, module.engine, services) }
        try arm()
        var instance = wasmtime_instance_t()
        var trap: OpaquePointer?
        let error = unsafe wasmtime.pointee.wasmtime_instance_pre_instantiate(module.linked, context, &instance, &trap)
        try unsafe check(error, trap, during: "its start")
        unsafe memoryItem = try item("memory", WASMTIME_EXTERN_MEMORY, instance).memory
        unsafe callItem = try item("patchbay_call", WASMTIME_EXTERN_FUNC, instance).func
        unsafe allocateItem = try item("patchbay_allocate", WASMTIME_EXTERN_FUNC, instance).func
        unsafe freeItem = try item("patchbay_free", WASMTIME_EXTERN_FUNC, instance).func
        var shown = memoryItem
        unsafe base = UnsafeMutableRawPointer(wasmtime.pointee.wasmtime_memory_data(context, &shown))
        // Exactly this type: results of an unchecked call go where there is room for two.
        if let type = module.file.export("_initialize")?.type, type.parameters.isEmpty, type.results.isEmpty {
            let initialize = unsafe try item("_initialize", WASMTIME_EXTERN_FUNC, instance).func
            _ = unsafe try run(initialize, 0, 0, "_initialize")
        }
    }

    /// An export whose type was checked when the module was read.
    private func item(
        _ name: String, _ kind: wasmtime_extern_kind_t, _ instance: wasmtime_instance_t
    ) throws(WasmError) -> wasmtime_extern_union_t {
        var instance = instance
        var found = unsafe wasmtime_extern_t()
        guard unsafe wasmtime.pointee.wasmtime_instance_export_get(context, &instance, name, name.utf8.count, &found),
            unsafe found.kind == kind
        else { throw WasmError(.interface, "the module does not export '\(name)'") }
        return unsafe found.of
    }

    /// Winds the clock for what comes.
    @inline(__always)
    private func arm() throws(WasmError) {
        if hasDeadline { unsafe wasmtime.pointee.wasmtime_context_set_epoch_deadline(context, ticks) }
        if countsFuel { try fill() }
    }

    private func fill() throws(WasmError) {
        let error = unsafe wasmtime.pointee.wasmtime_context_set_fuel(context, limits.fuelPerCall ?? .max)
        if let error = unsafe error {
            throw WasmError(.internalError, "fuel", cause: unsafe module.engine.library.take(error))
        }
    }

    @inline(__always)
    private func run(
        _ function: wasmtime_func_t, _ first: Int32, _ second: Int32,
        _ name: @autoclosure () -> String
    ) throws(WasmError) -> Int32 {
        try arm()
        var function = unsafe function
        var slots = unsafe (wasmtime_val_raw_t(), wasmtime_val_raw_t())
        unsafe slots.0.i32 = first
        unsafe slots.1.i32 = second
        var trap: OpaquePointer?
        let error = unsafe withUnsafeMutablePointer(to: &slots) { pointer in
            unsafe pointer.withMemoryRebound(to: wasmtime_val_raw_t.self, capacity: 2) { slots in
                unsafe wasmtime.pointee.wasmtime_func_call_unchecked(context, &function, slots, 2, &trap)
            }
        }
        if unsafe error != nil || trap != nil { try unsafe check(error, trap, during: name()) }
        return unsafe slots.0.i32
    }

    @inline(never)
    private func check(
        _ error: OpaquePointer?, _ trap: OpaquePointer?, during call: @autoclosure () -> String
    ) throws(WasmError) {
        guard unsafe error != nil || trap != nil else { return }
        let library = module.engine.library
        if let error = unsafe error {
            let status = unsafe library.exitStatus(error)
            let text = unsafe library.take(error)
            if let trap = unsafe trap { _ = unsafe library.take(trap: trap) }
            if let status { throw WasmError(.exited, "it ended itself with status \(status)", call: call()) }
            throw WasmError(.trap, "it cannot be called", call: call(), cause: text)
        }
        guard let trap = unsafe trap else { return }
        let (code, text) = unsafe library.take(trap: trap)
        throw Trap.error(code, text, limits).during(call())
    }

    // MARK: Guest

    /// A start function calls the host before its exports are known: it has no memory then, and asking for it by an empty
    /// reference would end the process.
    var memory: GuestMemory {
        guard unsafe base != nil else { return unsafe GuestMemory(base: nil, size: 0) }
        var item = memoryItem
        let size = unsafe wasmtime.pointee.wasmtime_memory_data_size(context, &item)
        return unsafe GuestMemory(base: base, size: UInt64(size))
    }

    func call(_ operation: patchbay_operation, frame: UInt64) throws(PluginError) -> Int32 {
        calls += 1
        do throws(WasmError) {
            return unsafe try run(
                callItem, Int32(bitPattern: operation.rawValue), Int32(truncatingIfNeeded: frame), operation.name)
        } catch {
            throw taken(error)
        }
    }

    func allocate(_ size: Int) throws(PluginError) -> UInt64 {
        guard size <= limits.memory, let wanted = Int32(exactly: size) else {
            throw PluginError(
                .crashed, "\(size) bytes are more than its memory may have (\(limits.memory))",
                advice: "raise 'memory' under 'limits' of the stage")
        }
        do throws(WasmError) {
            let address = unsafe try run(allocateItem, wanted, 0, "patchbay_allocate")
            guard address != 0 else {
                throw WasmError(
                    .limit, "it has no memory for \(size) bytes", call: "patchbay_allocate",
                    advice: "raise 'memory' under 'limits' of the stage, which is \(limits.memory)")
            }
            return UInt64(UInt32(bitPattern: address))
        } catch {
            throw taken(error)
        }
    }

    func free(_ address: UInt64) throws(PluginError) {
        do throws(WasmError) {
            _ = unsafe try run(freeItem, Int32(truncatingIfNeeded: address), 0, "patchbay_free")
        } catch {
            throw taken(error)
        }
    }

    /// What ended the call: a host function's own error goes before the trap that it caused.
    private func taken(_ error: WasmError) -> PluginError {
        if let thrown = hostError {
            hostError = nil
            return thrown
        }
        return PluginError(error)
    }

    func attach(_ context: PluginContext) {}

    var wearsOut: Bool { limits.callsPerInstance != nil || limits.memoryHighWater != nil }

    var isWornOut: Bool {
        if let most = limits.callsPerInstance, calls >= most { return true }
        guard let most = limits.memoryHighWater else { return false }
        return memory.size > UInt64(most)
    }

    @unsafe
    func setForwardingTarget(_ target: UnsafeMutableRawBufferPointer?) -> Int {
        defer { forwarded = 0 }
        unsafe forwarding = target
        return forwarded
    }

    /// The rest of the buffer that forwarded bytes go to; nil outside of READ_BYTES. `body` says how many it put there.
    func forward(atMost limit: UInt64, _ body: (inout MutableSpan<UInt8>) -> Int64) -> Int64? {
        guard let target = unsafe forwarding else { return nil }
        let room = min(target.count - forwarded, Int(clamping: limit))
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: target[forwarded..<(forwarded + room)])
        var bytes = unsafe MutableSpan<UInt8>(_unsafeElements: rest.assumingMemoryBound(to: UInt8.self))
        let count = body(&bytes)
        if count > 0 { forwarded += min(Int(count), rest.count) }
        return count
    }
}
