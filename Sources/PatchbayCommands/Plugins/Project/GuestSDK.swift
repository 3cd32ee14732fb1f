import Patchbay

/// The folder with what plugin authors need: an SDK for each language, templates.
struct GuestSDK {
    /// Its absolute path.
    let path: String

    /// The variable that names the folder.
    static let variable = "PATCHBAY_SDK"

    /// Finds it: where `PATCHBAY_SDK` says, beside the installed program, or in the checkout that the program was
    /// built in.
    static func find() throws(CommandError) -> GuestSDK {
        let named = Console.variable(variable, default: "")
        if !named.isEmpty {
            guard let path = Files.resolved(named), isSDK(path) else {
                throw CommandError(
                    .environment,
                    "\(variable) names \(named.quotedForMessage), which is no folder with the plugin SDKs",
                    advice: "it has to hold the folder 'templates'")
            }
            return GuestSDK(path: path)
        }
        let program = Files.resolved("/proc/self/exe") ?? "/"
        var folder = Path.parent(program)
        var candidates = ["\(Path.parent(folder))/share/patchbay/GuestSDK"]
        while folder != "/" {
            candidates.append("\(folder)/GuestSDK")
            folder = Path.parent(folder)
        }
        if let found = candidates.first(where: isSDK) { return GuestSDK(path: found) }
        throw CommandError(
            .environment, "the plugin SDKs are not installed with \(program.quotedForMessage)",
            advice: "'make install' puts them beside it; or set \(variable) to the folder 'GuestSDK' of the sources")
    }

    private static func isSDK(_ path: String) -> Bool {
        Files.kind("\(path)/templates") == .folder
    }

    /// The folder of a language's SDK.
    func folder(_ language: PluginLanguage) throws(CommandError) -> String {
        let folder = "\(path)/\(language.rawValue)"
        guard Files.kind(folder) == .folder else {
            throw CommandError(.environment, "the SDK for \(language.title) is missing: \(folder.quotedForMessage)")
        }
        return folder
    }
}

/// Paths as text.
enum Path {
    /// The folder that a path lies in; `.` for a plain name.
    static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What stands behind the last slash.
    static func name(_ path: String) -> String {
        String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
    }

    /// `name` in `folder`; the current folder is left out.
    static func join(_ folder: String, _ name: String) -> String {
        if name.hasPrefix("/") { return name }
        return folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }
}
