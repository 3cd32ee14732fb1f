internal import PatchbayModule
internal import PatchbayPlugin
internal import Synchronization

/// A module's machine code for one set of options: for instances in the engine's pool and, at need, for those outside.
final class ModuleCode: Sendable {
    private let file: WasmModule
    private let options: WasmOptions
    private let modules = Mutex<Modules>(Modules())

    private struct Modules {
        var pooled: CompiledModule?
        var free: CompiledModule?
        /// Whether the pool's places are too small for it.
        var fitsPool = true
    }

    init(_ file: WasmModule, _ options: WasmOptions) {
        self.file = file
        self.options = options
    }

    /// What to make the next instance from, and its place in the pool. Without one when the pool is full or is not for such
    /// a module or such limits.
    func next(_ limits: PluginLimits) throws(WasmError) -> (module: CompiledModule, place: PoolPlace?) {
        try modules.withLock { (modules) throws(WasmError) in
            if options.usesPool, modules.fitsPool, limits.tableElements <= InstancePool.tableElements {
                // What is wrong with the module itself is said by the engine that takes all.
                do throws(WasmError) {
                    let module = try compiled(&modules.pooled, options)
                    // Without a pool the engine is as good as the other one.
                    guard let pool = module.engine.pool else { return (module, nil) }
                    if let place = pool.take() { return (module, place) }
                } catch {
                    modules.fitsPool = false
                }
            }
            var options = options
            options.usesPool = false
            return (try compiled(&modules.free, options), nil)
        }
    }

    private func compiled(
        _ known: inout CompiledModule?, _ options: WasmOptions
    ) throws(WasmError) -> CompiledModule {
        if let known { return known }
        // It makes no difference to an engine.
        var shared = options
        shared.cachesCode = true
        let module = try CompiledModule(
            file, try WasmEngine.shared(shared), cache: options.cachesCode ? CodeCache.ofThisUser() : nil)
        known = module
        return module
    }
}
