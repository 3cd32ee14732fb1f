internal import CWasmtime
internal import Synchronization

/// A compiler and its settings. A process has one for each combination of options that is in use, made at first need and
/// kept; all share one ticker.
// Invariant behind @unchecked: the engine is never changed after it was made, and Wasmtime lets every thread use it.
@safe
final class WasmEngine: @unchecked Sendable {
    let options: WasmOptions
    let library: WasmtimeLibrary
    let handle: OpaquePointer
    /// Where its instances live; nil when each gets memory of its own.
    let pool: InstancePool?

    /// Bytes behind a memory that no one may touch.
    private static let guardSize = 32 << 20
    private static let engines = Mutex<[WasmOptions: WasmEngine]>([:])

    /// The process's engine for these options.
    static func shared(_ options: WasmOptions) throws(WasmError) -> WasmEngine {
        try options.validate()
        let library = try WasmtimeLibrary.shared()
        return try engines.withLock { (engines) throws(WasmError) in
            if let engine = engines[options] { return engine }
            let engine = try WasmEngine(options, library)
            engines[options] = engine
            return engine
        }
    }

    private init(_ options: WasmOptions, _ library: WasmtimeLibrary) throws(WasmError) {
        self.options = options
        self.library = library
        let wasmtime = unsafe library.functions.pointee
        let config = unsafe wasmtime.wasm_config_new()
        unsafe wasmtime.wasmtime_config_epoch_interruption_set(config, options.hasDeadlines)
        unsafe wasmtime.wasmtime_config_consume_fuel_set(config, options.countsFuel)
        unsafe wasmtime.wasmtime_config_max_wasm_stack_set(config, options.stackSize)
        // Not used, but a guest's stack that is larger than it ends the process.
        unsafe wasmtime.wasmtime_config_async_stack_size_set(config, options.stackSize + (1 << 20))
        unsafe wasmtime.wasmtime_config_strategy_set(config, WASMTIME_STRATEGY_CRANELIFT)
        unsafe wasmtime.wasmtime_config_cranelift_opt_level_set(
            config, options.optimizes ? WASMTIME_OPT_LEVEL_SPEED : WASMTIME_OPT_LEVEL_NONE)
        // Threads that wait for each other take longer than code that nobody looks at twice.
        unsafe wasmtime.wasmtime_config_parallel_compilation_set(config, options.optimizes)
        unsafe wasmtime.wasmtime_config_debug_info_set(config, options.hasDebugInformation)
        // A memory is reserved as a whole, so that it never moves and the host may show it in place.
        unsafe wasmtime.wasmtime_config_memory_reservation_set(config, 4 << 30)
        unsafe wasmtime.wasmtime_config_memory_guard_size_set(config, UInt64(Self.guardSize))
        unsafe wasmtime.wasmtime_config_memory_may_move_set(config, false)
        // What plugins do not need is off: less code to trust.
        unsafe wasmtime.wasmtime_config_wasm_threads_set(config, false)
        unsafe wasmtime.wasmtime_config_wasm_memory64_set(config, false)
        unsafe wasmtime.wasmtime_config_wasm_multi_memory_set(config, false)
        if options.isProfiled {
            unsafe wasmtime.wasmtime_config_profiler_set(config, WASMTIME_PROFILING_STRATEGY_PERFMAP)
        }
        pool =
            options.usesPool
            ? unsafe InstancePool(for: config, library.functions, guardSize: Self.guardSize) : nil
        guard let engine = unsafe wasmtime.wasm_engine_new_with_config(config) else {
            throw WasmError(.option, "Wasmtime gave no engine")
        }
        unsafe handle = unsafe engine
        if options.hasDeadlines { EpochTicker.shared.add(self) }
    }

    /// One tick further; deadlines count in these.
    func tick() {
        unsafe library.functions.pointee.wasmtime_engine_increment_epoch(handle)
    }
}
