import Patchbay

/// A plugin to begin with: the files of `GuestSDK/templates` for a role in a language.
///
/// `common/ROLE` holds what all languages share, `LANGUAGE/common` what all roles do, `LANGUAGE/ROLE` the rest; a later
/// one replaces files of an earlier one. Files called `gitignore` get their dot here, so that they do not act before.
struct PluginTemplate {
    private let folder: String
    let role: String
    let language: PluginLanguage

    /// The roles in the order of the engine, as the command line writes them.
    static let roles = Role.allCases.map { word($0) } + ["capability"]

    private static func word(_ role: Role) -> String { String(role.rawValue.map { $0 == "_" ? "-" : $0 }) }

    /// The template for a role in a language, if the language's SDK has it.
    init(role: String, language: PluginLanguage, sdk: GuestSDK) throws(CommandError) {
        folder = "\(sdk.path)/templates"
        self.role = role
        self.language = language
        guard Files.kind("\(folder)/\(language.rawValue)/\(role)") == .folder else {
            let offered = Self.roles.filter {
                Files.kind("\(sdk.path)/templates/\(language.rawValue)/\($0)") == .folder
            }
            let others = PluginLanguage.allCases.filter {
                Files.kind("\(sdk.path)/templates/\($0.rawValue)/\(role)") == .folder
            }
            var advice = "\(language.title) has \(offered.isEmpty ? "none yet" : offered.joined(separator: ", "))"
            if !others.isEmpty { advice += "; \(role) is there for \(others.map(\.title).joined(separator: ", "))" }
            throw CommandError(.usage, "there is no \(role) template for \(language.title)", advice: advice)
        }
    }

    /// Writes the plugin `name` into `target`, and returns the paths of the files, sorted.
    func write(_ name: String, sdk: GuestSDK, to target: String) throws(CommandError) -> [String] {
        let words = [
            ("PluginName", PluginName.typeName(name)), ("plugin-name", name),
            ("plugin_name", PluginName.identifier(name)), ("plugin-language", language.rawValue),
            ("/plugin/sdk", sdk.path),
        ]
        var sources: [String: String] = [:]
        for part in ["common/\(role)", "\(language.rawValue)/common", "\(language.rawValue)/\(role)"] {
            for file in Files.tree("\(folder)/\(part)") { sources[file] = "\(folder)/\(part)/\(file)" }
        }
        var written: [String] = []
        for (file, source) in sources {
            let parts = Self.replace(words, in: file).split(separator: "/").map {
                $0 == "gitignore" ? ".gitignore" : $0
            }
            let path = parts.joined(separator: "/")
            let text = Self.replace(words, in: try Files.text(source))
            let bytes = Bytes(text)
            try Files.makeFolder(Path.parent("\(target)/\(path)"))
            try Files.write("\(target)/\(path)", bytes.span)
            written.append(path)
        }
        return written.sorted()
    }

    private static func replace(_ words: [(String, String)], in text: String) -> String {
        var text = text
        for (word, replacement) in words {
            text = text.split(separator: word, omittingEmptySubsequences: false).joined(separator: replacement)
        }
        return text
    }
}
