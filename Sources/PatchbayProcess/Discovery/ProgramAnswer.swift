internal import Glibc
internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// What a program says of itself, read with distrust.
enum ProgramAnswer {
    /// A plugin of this contract.
    case plugin(PluginManifest, ProcessInterface)

    /// Reads what the program at `path` printed.
    init(_ output: [UInt8], _ path: String) throws(PluginError) {
        let tree = try JSONReader.read(
            Bytes(copying: output.span), file: "\(path) capabilities", sizeLimit: PluginManifest.sizeLimit,
            depthLimit: 64)
        self = .plugin(
            try PluginManifest(tree: tree, file: "\(path) capabilities"), try ProcessInterface(manifest: tree))
    }

    var manifest: PluginManifest {
        switch self {
        case .plugin(let manifest, _): manifest
        }
    }
}

/// Paths of programs.
enum ProgramPath {
    /// The path from the root on; links are left as they are.
    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let current = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(current) }
        return unsafe String(cString: current) + "/" + path
    }
}
