/// Opens plugins that lie in files: WebAssembly modules, executables.
public protocol PluginRuntime: Sendable {
    /// The kind of files, as a configuration calls it: `wasm`, `process`.
    var kind: String { get }
    /// The plugin in the file at `path`; nothing of it is run. The same file may be opened often.
    func open(_ path: String) throws(PluginError) -> any PluginFactory
    /// The plugins that come with this installation, by the path under which they are opened.
    func installed() -> [String]
}

extension PluginRuntime {
    /// None.
    public func installed() -> [String] { [] }
}
