internal import PatchbayPlugin

/// Which directories a program needs to see in order to run: its own, and those of the interpreter that its first line
/// names.
enum VisibleDirectories {
    /// What belongs to the system and holds no secrets; those that are not there are left out.
    static let system = [
        "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store", "/gnu/store",
    ]
    /// Single files that programs and libraries look for.
    static let files = [
        "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group",
    ]
    /// What programs need besides in order to reach other machines.
    static let networkFiles = [
        "/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/services", "/etc/protocols", "/etc/gai.conf",
        "/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/crypto-policies",
    ]

    /// The options of bubblewrap that show those of both that are there; looked up once. What is a link into `/usr` becomes
    /// one again, since each mount takes time.
    static let options: [String] = (system + files).flatMap { path -> [String] in
        guard let target = CanonicalPath(path)?.text, FileTree.status(of: path) != nil else { return [] }
        let isLink = target != path && target.hasPrefix("/usr/")
        return isLink ? ["--symlink", target, path] : ["--ro-bind-try", path, path]
    }

    /// The directories of a program, in the order in which they are to be mounted.
    static func of(program path: String) -> [String] {
        var all: [String] = []
        var pending = [path]
        var steps = 0
        while let path = pending.popLast(), steps < 8 {
            steps += 1
            for spelling in [path, CanonicalPath(path)?.text].compactMap({ $0 }) {
                let directory = installation(of: spelling)
                if !all.contains(directory), !isOfSystem(directory) { all.append(directory) }
            }
            pending += interpreters(of: path)
        }
        return all
    }

    /// Whether a path lies in a directory of the system.
    static func isOfSystem(_ path: String) -> Bool { system.contains { path == $0 || path.hasPrefix($0 + "/") } }

    /// The directory that a program is installed in: above `bin` and the like, since its libraries are beside that. Never
    /// the root or a directory in it, which would show too much.
    private static func installation(of path: String) -> String {
        let directory = parent(of: path)
        let name = directory.split(separator: "/").last.map(String.init) ?? ""
        guard ["bin", "sbin", "shims", "libexec"].contains(name) else { return directory }
        let above = parent(of: directory)
        return above.split(separator: "/").count >= 2 ? above : directory
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// The programs that the first line of a script names: `#!/usr/bin/env python3` names two.
    private static func interpreters(of path: String) -> [String] {
        let bytes = FileTree.beginning(of: path, count: 256)
        guard bytes.starts(with: Array("#!".utf8)) else { return [] }
        let line = String(decoding: bytes.dropFirst(2).prefix { $0 != 0x0A }, as: UTF8.self)
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        guard let first = words.first else { return [] }
        guard first.hasSuffix("/env") else { return [first] }
        let name = words.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("=") }
        return [first] + (name.flatMap(PluginEnvironment.find).map { [$0] } ?? [])
    }
}
