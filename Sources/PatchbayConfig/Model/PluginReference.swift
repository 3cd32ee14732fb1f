/// Which plugin a stage uses.
public enum PluginReference: Sendable, Equatable {
    /// One that the host has, by name; `version` is what the file asks for (`1`, `1.2` or `1.2.3`).
    case name(String, version: String?)
    /// A file, as written; see ``PipelineConfiguration/resolve(path:)``.
    case path(Kind, path: String)

    /// What kind of plugin a file is.
    public enum Kind: String, Sendable, CaseIterable {
        /// A WebAssembly module.
        case wasm
        /// A shared library.
        case native
        /// An executable.
        case process
    }

    /// The plugin's name without version, or the file's name without directory and ending.
    public var shortName: String {
        switch self {
        case .name(let name, _): return name
        case .path(_, let path):
            let file = path.split(separator: "/").last ?? ""
            guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return String(file) }
            return String(file[..<dot])
        }
    }
}

extension PluginReference: CustomStringConvertible {
    /// As in `uses`: `dlt`, `dlt@1.2`, `./dlt.wasm`.
    public var description: String {
        switch self {
        case .name(let name, let version?): "\(name)@\(version)"
        case .name(let name, nil): name
        case .path(_, let path): path
        }
    }
}
