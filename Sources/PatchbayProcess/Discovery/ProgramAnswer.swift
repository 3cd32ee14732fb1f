internal import Glibc
internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// What a program says of itself, read with distrust.
enum ProgramAnswer {
    /// A plugin of this contract.
    case plugin(PluginManifest, ProcessInterface)
    /// A plugin of the Open Component Model.
    case component(OCMFactory)

    /// Reads what the program at `path` printed.
    init(_ output: [UInt8], _ path: String) throws(PluginError) {
        let tree = try JSONReader.read(
            Bytes(copying: output.span), file: "\(path) capabilities", sizeLimit: PluginManifest.sizeLimit,
            depthLimit: 64)
        guard !OCMFactory.recognizes(tree) else {
            let factory = try OCMFactory(
                path: ProgramPath.absolute(path), capabilities: Bytes(copying: output.span))
            self = .component(factory)
            return
        }
        self = .plugin(
            try PluginManifest(tree: tree, file: "\(path) capabilities"), try ProcessInterface(manifest: tree))
    }

    var manifest: PluginManifest {
        switch self {
        case .plugin(let manifest, _): manifest
        case .component(let factory): factory.manifest
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
