internal import PatchbayABI
public import PatchbayCore
internal import PatchbayHost
internal import PatchbayModule
public import PatchbayPlugin
internal import Synchronization

/// Makes instances of the plugin in a plain WebAssembly module, which knows of no operating system.
///
/// Making a factory reads the file and its manifest and runs nothing; the module is compiled when the first instance is
/// made, once for all.
public final class WasmFactory: PluginFactory {
    /// What the module says of itself, in its custom section.
    public let manifest: PluginManifest
    /// The file's path.
    public let origin: String
    private let file: WasmModule
    private let options: WasmOptions
    private let compiled = Mutex<[WasmOptions: ModuleCode]>([:])
    private let made = InstanceCount()

    /// Instances that were made so far, and got through their start functions.
    public var instances: Int { made.value.load(ordering: .relaxed) }

    /// A factory for the module in the file at `path`.
    public convenience init(path: String, options: WasmOptions = WasmOptions()) throws(PluginError) {
        try self.init(try SystemFiles.content(path), origin: path, options: options)
    }

    /// A factory for the module in `bytes`, which `origin` names in lists and errors.
    public convenience init(
        _ bytes: Bytes, origin: String, options: WasmOptions = WasmOptions()
    ) throws(PluginError) {
        try self.init(bytes, origin: origin, options: options, allowsSystem: false)
    }

    init(_ bytes: Bytes, origin: String, options: WasmOptions, allowsSystem: Bool) throws(PluginError) {
        self.origin = origin
        self.options = options
        do throws(ModuleError) {
            file = try WasmModule(bytes)
        } catch {
            throw PluginError(.configuration, "\(origin) is no WebAssembly module", cause: error.description)
        }
        if let problem = file.interfaceProblems().first {
            throw PluginError(
                .unsupported, "\(origin) is no plugin: \(problem.message)", advice: problem.advice)
        }
        guard allowsSystem || !file.usesSystemInterface else {
            throw PluginError(
                .unsupported, "\(origin) imports from WASI preview 1", advice: "open it with WasiFactory")
        }
        guard let section = file.customSection(PluginInterface.manifestSection) else {
            throw PluginError(
                .unsupported, "\(origin) has no manifest",
                advice: "build it with 'patchbay plugin build', which puts one in")
        }
        manifest = try PluginManifest(json: section, file: origin)
        if let abi = manifest.abi, abi > PluginInterface.version {
            throw PluginError(
                .unsupported,
                "\(origin) was built for version \(abi) of the plugin ABI, and this program knows \(PluginInterface.version)",
                advice: "use a newer patchbay, or build the plugin with this one")
        }
    }

    /// A module can do only what it is granted.
    public var isSandboxed: Bool { true }

    /// How sure the plugin is that the input is its own; 0 when it cannot be asked.
    public func recognizes(_ bytes: Span<UInt8>) -> Int {
        guard let capability = manifest.capabilities.first(where: { $0.role == .parser }) else { return 0 }
        do throws(PluginError) {
            let plugin = GuestPlugin(
                try source(capability, PluginConfiguration(checked: [:])), capability, PluginConfiguration(checked: [:])
            )
            return try plugin.recognizes(bytes)
        } catch {
            return 0
        }
    }

    /// Compiles the module for instances with these limits and links it, or takes its machine code from the cache: what
    /// the first instance would do otherwise. Throws what is wrong with the module.
    public func compile(for limits: PluginLimits = PluginLimits()) throws(PluginError) {
        _ = try compiled(for: limits)
    }

    /// A new instance.
    public func makeInstance(
        for capability: Capability, configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance {
        guard manifest.capabilities.contains(capability) else {
            throw PluginError(.unsupported, "\(manifest.name) does not offer \(capability)")
        }
        do throws(PluginError) {
            return try GuestPlugin(try source(capability, configuration), capability, configuration).instance()
        } catch {
            // A start function, options that do not fit: nobody else knows yet whose instance this is.
            var error = error
            error.plugin = error.plugin ?? manifest.name
            if !configuration.stage.isEmpty { error.stage = error.stage ?? configuration.stage }
            throw error
        }
    }

    private func source(
        _ capability: Capability, _ configuration: PluginConfiguration
    ) throws(PluginError) -> WasmSource {
        WasmSource(try compiled(for: configuration.limits), capability, configuration, made)
    }

    /// The machine code, made now: what is wrong with the module is found here.
    private func compiled(for limits: PluginLimits) throws(PluginError) -> ModuleCode {
        let code = code(for: limits)
        do throws(WasmError) {
            _ = try code.next(limits)
        } catch {
            throw PluginError(error.located(plugin: manifest.name))
        }
        return code
    }

    /// The machine code for an engine that can enforce `limits`.
    private func code(for limits: PluginLimits) -> ModuleCode {
        var options = options
        options.countsFuel = options.countsFuel || limits.fuelPerCall != nil
        options.hasDeadlines = options.hasDeadlines && limits.millisecondsPerCall != nil
        return compiled.withLock { compiled in
            if let code = compiled[options] { return code }
            let code = ModuleCode(file, options)
            compiled[options] = code
            return code
        }
    }
}

/// Instances of a factory, counted by whoever makes them.
final class InstanceCount: Sendable {
    let value = Atomic(0)
}

/// Makes instances for one stage.
final class WasmSource: GuestMaker {
    private let code: ModuleCode
    private let capability: Capability
    private let configuration: PluginConfiguration
    private let made: InstanceCount

    init(
        _ code: ModuleCode, _ capability: Capability, _ configuration: PluginConfiguration, _ made: InstanceCount
    ) {
        self.made = made
        self.code = code
        self.capability = capability
        self.configuration = configuration
    }

    func makeGuest() throws(PluginError) -> any Guest {
        let (module, place) = try next()
        let instance = try WasmInstance(
            module, place, limits: configuration.limits,
            services: HostServices(for: capability, configuration: configuration))
        made.value.add(1, ordering: .relaxed)
        return instance
    }

    private func next() throws(PluginError) -> (module: CompiledModule, place: PoolPlace?) {
        do throws(WasmError) {
            return try code.next(configuration.limits)
        } catch {
            throw PluginError(error)
        }
    }
}
