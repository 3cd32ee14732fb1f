internal import PatchbayABI
public import PatchbayCore
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
        let code = code(for: configuration.limits)
        do throws(WasmError) {
            // What is wrong with the module is found now.
            _ = try code.next(configuration.limits)
        } catch {
            throw PluginError(error.located(plugin: manifest.name))
        }
        return WasmSource(code, capability, configuration)
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

/// Makes instances for one stage.
final class WasmSource: GuestMaker {
    private let code: ModuleCode
    private let capability: Capability
    private let configuration: PluginConfiguration

    init(_ code: ModuleCode, _ capability: Capability, _ configuration: PluginConfiguration) {
        self.code = code
        self.capability = capability
        self.configuration = configuration
    }

    func makeGuest() throws(PluginError) -> any Guest {
        let (module, place) = try next()
        return try WasmInstance(
            module, place, limits: configuration.limits,
            services: HostServices(for: capability, configuration: configuration))
    }

    private func next() throws(PluginError) -> (module: CompiledModule, place: PoolPlace?) {
        do throws(WasmError) {
            return try code.next(configuration.limits)
        } catch {
            throw PluginError(error)
        }
    }
}
