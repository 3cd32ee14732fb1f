internal import PatchbayModule
public import PatchbayPlugin
internal import Synchronization

/// Opens WebAssembly modules; each file once, as long as it does not change.
public final class WasmRuntime: PluginRuntime {
    /// `wasm`.
    public let kind = "wasm"
    /// Where modules lie that are named without a directory and are not where the name says.
    private let directories: PluginDirectories
    private let options: WasmOptions
    private let factories = Mutex<[String: (state: SystemFiles.State, factory: any PluginFactory)]>([:])

    /// A runtime; `directories` are searched for modules that are named without a directory.
    public init(directories: PluginDirectories = .ofThisProgram(), options: WasmOptions = WasmOptions()) {
        self.directories = directories
        self.options = options
    }

    /// The plugin in the module at `path`.
    public func open(_ path: String) throws(PluginError) -> any PluginFactory {
        let found = find(path)
        guard let state = SystemFiles.State(found) else {
            throw PluginError(
                .io, "\(path) cannot be read", cause: SystemFiles.reason(),
                advice: directories.paths.isEmpty
                    ? nil : "plugins are looked for in \(directories.paths.joined(separator: ", "))")
        }
        if let known = factories.withLock({ $0[found] }), known.state == state { return known.factory }
        let factory = try Self.factory(found, options)
        factories.withLock { $0[found] = (state, factory) }
        return factory
    }

    private static func factory(_ path: String, _ options: WasmOptions) throws(PluginError) -> any PluginFactory {
        let bytes = try SystemFiles.content(path)
        // What is no module is explained by the plain factory.
        if let file = try? WasmModule(bytes), file.usesSystemInterface {
            return try WasiFactory(bytes, origin: path, options: options)
        }
        return try WasmFactory(bytes, origin: path, options: options)
    }

    /// A name without a directory may stand for a module of the installation; a path never does.
    private func find(_ path: String) -> String {
        if path.utf8.contains(UInt8(ascii: "/")) || SystemFiles.isFile(path) { return path }
        return directories.find(path) ?? path
    }

    /// The modules in the plugin directories.
    public func installed() -> [String] { directories.files().filter { $0.hasSuffix(".wasm") } }
}
