internal import PatchbayPlugin

/// The variables that a plugin sees: a few that programs need, and those that the operator has granted.
enum PluginEnvironment {
    static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    static func variables(_ grants: Grants, _ directory: RunDirectory) -> [String: String] {
        var variables = [
            "PATH": searchPath.joined(separator: ":"),
            "HOME": directory.home,
            "TMPDIR": directory.temporary,
            "LANG": "C.UTF-8",
        ]
        for case .secret(let name) in grants.all where !name.isEmpty && !name.utf8.contains(UInt8(ascii: "=")) {
            if let value = FileTree.variable(name) { variables[name] = value }
        }
        return variables
    }

    /// Where the host looks for programs, without what depends on the working directory.
    static var searchPath: [String] {
        let path = FileTree.variable("PATH") ?? defaultPath
        return path.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
    }

    /// The program of a name, as a shell finds it.
    static func find(_ name: String) -> String? {
        searchPath.lazy.map { "\($0)/\(name)" }.first { FileTree.isExecutable($0) }
    }
}
