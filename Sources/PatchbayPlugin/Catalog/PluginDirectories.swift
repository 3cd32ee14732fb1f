internal import Glibc

/// The directories in which plugins that are files are looked for when they are named without a path; the first that has
/// one wins.
public struct PluginDirectories: Sendable, Equatable {
    /// The directories that there are, each once, in order.
    public let paths: [String]

    /// These directories alone.
    public init(_ paths: [String]) {
        var known: Set<String> = []
        self.paths = paths.filter { known.insert($0).inserted }
    }

    /// `first`, then `PATCHBAY_PLUGINS` (directories with colons between them), the user's own
    /// (`patchbay/plugins` under `XDG_CONFIG_HOME` or `~/.config`), `lib/patchbay/plugins` of the installation that this
    /// program belongs to, and `build/plugins` of a development checkout.
    public static func ofThisProgram(first: [String] = []) -> PluginDirectories {
        var paths = first
        paths += variable("PATCHBAY_PLUGINS")?.split(separator: ":").map(String.init) ?? []
        if let base = variable("XDG_CONFIG_HOME") ?? variable("HOME").map({ "\($0)/.config" }) {
            paths.append("\(base)/patchbay/plugins")
        }
        return PluginDirectories(paths + installed())
    }

    private static func installed() -> [String] {
        guard var place = executable() else { return [] }
        var paths: [String] = []
        var depth = 0
        while let slash = place.lastIndex(of: "/"), depth < 6 {
            place = String(place[..<slash])
            for candidate in depth == 1 ? ["lib/patchbay/plugins", "build/plugins"] : ["build/plugins"] {
                let path = "\(place)/\(candidate)"
                if !names(in: path).isEmpty { paths.append(path) }
            }
            depth += 1
        }
        return paths
    }

    /// The paths of all files in the directories, by directory and then by name. Hidden files are left out.
    public func files() -> [String] {
        paths.flatMap { directory in
            Self.names(in: directory).filter { !$0.hasPrefix(".") }
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\(directory)/\($0)" }
        }
    }

    /// The file that `name`, which has no slash, stands for; nil when no directory has one.
    public func find(_ name: String) -> String? {
        guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0) else { return nil }
        return paths.lazy.map { "\($0)/\(name)" }.first { path in
            var status = stat()
            return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = unsafe opendir(directory) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
        return unsafe String(cString: value)
    }

    private static func executable() -> String? {
        guard let path = unsafe realpath("/proc/self/exe", nil) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}
