import Patchbay

/// The folder of a plugin's sources: its manifest, `plugin.yaml`, and the language.
struct PluginProject {
    /// The file with the manifest, the same keys as in the module, and `language`.
    static let manifestFile = "plugin.yaml"

    let folder: String
    let manifest: PluginManifest
    let language: PluginLanguage
    /// Whether a Swift plugin is built without the checks of the language, for those that were tested with them: a
    /// mistake then gives wrong results in its sandbox in place of a trap.
    let isUnchecked: Bool

    /// Reads the folder's `plugin.yaml`.
    init(_ folder: String, _ console: Console) throws(CommandError) {
        let path = Path.join(folder, Self.manifestFile)
        guard Files.kind(path) != nil else {
            throw CommandError(
                .environment, "there is no plugin in \(folder.quotedForMessage): \(Self.manifestFile) is missing",
                advice: "'patchbay plugin new' makes a plugin")
        }
        let source = try ConfigurationFile.read(path)
        let (tree, problems) = YAMLTree.read(source)
        let diagnostics = problems + (tree.map(Self.unknownKeys) ?? [])
        let renderer = DiagnosticRenderer([source], isColored: console.isColored(.errors))
        console.write(renderer.render(diagnostics), to: .errors)
        guard let tree, !diagnostics.contains(where: { $0.severity == .error }) else {
            throw CommandError(.fields, "\(path) cannot be used")
        }
        self.folder = folder
        do throws(PluginError) {
            manifest = try PluginManifest(tree: tree, file: path)
        } catch {
            throw CommandError(.fields, error.description)
        }
        language = try Self.language(tree["language"], folder)
        if case .bool(true) = tree["unchecked"]?.content { isUnchecked = true } else { isUnchecked = false }
        guard PluginName.isValid(manifest.name) else {
            throw CommandError(.fields, "\(path): \(PluginName.rule), not \(manifest.name.quotedForMessage)")
        }
    }

    private static let keys = [
        "manifest", "name", "version", "summary", "language", "capabilities", "options", "shorthand", "fields",
        "permissions", "ordered", "unchecked",
    ]

    private static func unknownKeys(_ tree: ConfigNode) -> [Diagnostic] {
        tree.entries.filter { !keys.contains($0.key) }.map { entry in
            Diagnostic(
                "a plugin has no key \(entry.key.quotedForMessage)", at: entry.position,
                advice: NameSuggestion.advice(for: entry.key, in: keys))
        }
    }

    /// The language that the manifest names, else that of the sources.
    private static func language(_ node: ConfigNode?, _ folder: String) throws(CommandError) -> PluginLanguage {
        if let node, !node.isNull {
            if let language = node.string.flatMap(PluginLanguage.init) { return language }
            let words = PluginLanguage.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError(.fields, "\(node.position.map { "\($0): " } ?? "")'language' is one of \(words)")
        }
        let sources = Files.tree(folder) { $0.hasPrefix(".") || $0 == "tests" || $0 == "Tests" }
        let found = PluginLanguage.allCases.filter { language in sources.contains { $0.hasSuffix(language.ending) } }
        if found.count == 1 { return found[0] }
        // A Python file beside other sources is a tool.
        if found.count == 2, let language = found.first(where: { $0 != .python }), found.contains(.python) {
            return language
        }
        throw CommandError(
            .fields, found.isEmpty ? "\(folder.quotedForMessage) has no sources" : "the sources have several languages",
            advice: "name the plugin's in \(manifestFile): 'language: swift'")
    }
}

/// Names of plugins: they become names of files, folders and parts of programs.
enum PluginName {
    static let rule = "a plugin's name is of 1 to 64 letters a-z, digits and single dashes, and begins with a letter"

    static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...64).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
        let dash = UInt8(ascii: "-")
        let isPlain = bytes.allSatisfy { $0 == dash || (97...122).contains($0) || (48...57).contains($0) }
        return isPlain && (97...122).contains(first) && last != dash && !name.contains("--")
    }

    /// `keep-errors` as `KeepErrors`.
    static func typeName(_ name: String) -> String {
        name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// `keep-errors` as `keep_errors`.
    static func identifier(_ name: String) -> String { String(name.map { $0 == "-" ? "_" : $0 }) }
}
