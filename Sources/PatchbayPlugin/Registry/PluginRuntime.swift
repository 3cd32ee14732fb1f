/// What is known of a plugin file without running anything of it.
public enum PluginFinding: Sendable {
    /// What it says of itself.
    case manifest(PluginManifest)
    /// It would have to be run to know.
    case notExamined
    /// It cannot be used, and why.
    case setAside(String)
}

/// Opens plugins that lie in files: WebAssembly modules, executables.
public protocol PluginRuntime: Sendable {
    /// The kind of files, as a configuration calls it: `wasm`, `process`.
    var kind: String { get }
    /// The plugin in the file at `path`. The same file may be opened often. Who opens a file means to use it: a program
    /// that is not known yet is asked what it is.
    func open(_ path: String) throws(PluginError) -> any PluginFactory
    /// The same within the sandbox that `mode` says, where something has to be run.
    func open(_ path: String, sandbox mode: SandboxMode) throws(PluginError) -> any PluginFactory
    /// The files of this kind in the plugin directories, by the path under which they are opened.
    func installed() -> [String]
    /// What is known of a file without running anything of it.
    func finding(_ path: String) -> PluginFinding
    /// Asks the plugin in a file what it is, also when that is known: a program is run.
    func examine(_ path: String, sandbox mode: SandboxMode) throws(PluginError) -> PluginManifest
    /// What binds plugins of this kind when their instances are made with `mode`, in a few words for lists.
    func sandbox(_ mode: SandboxMode) -> String
    /// Ends what runs for the plugins that were opened, in order. Nothing may be opened afterwards.
    func stop()
}

extension PluginRuntime {
    /// Opening runs nothing.
    public func open(_ path: String, sandbox mode: SandboxMode) throws(PluginError) -> any PluginFactory {
        try open(path)
    }
    /// None.
    public func installed() -> [String] { [] }
    /// What opening the file says.
    public func finding(_ path: String) -> PluginFinding {
        do throws(PluginError) { return .manifest(try open(path).manifest) } catch { return .setAside("\(error)") }
    }
    /// What opening it says.
    public func examine(_ path: String, sandbox mode: SandboxMode) throws(PluginError) -> PluginManifest {
        try open(path, sandbox: mode).manifest
    }
    /// Always.
    public func sandbox(_ mode: SandboxMode) -> String { "always" }
    /// Nothing runs.
    public func stop() {}
}
