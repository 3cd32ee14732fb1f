import Patchbay

/// One case of a plugin's tests: a folder with an input, what the plugin is given, and what is expected.
///
/// `input.*` is what the plugin gets, `expected.*` what comes out. `options.yaml`, `grants.yaml`, `limits.yaml` and
/// `operation.txt` may stand beside them, or keys of these names in `case.yaml`. `rejected.jsonl`, `skipped.jsonl` and
/// `error.txt` say what the plugin must refuse.
struct PluginCase {
    static let rejectedFile = "rejected.jsonl"
    static let skippedFile = "skipped.jsonl"
    static let errorFile = "error.txt"
    private static let caseFile = "case.yaml"
    private static let keys = [
        "summary", "capability", "from", "to", "chunk_size", "operation", "options", "grants", "limits",
    ]

    let name: String
    let folder: String
    /// The files of the folder, relative to it.
    let files: [String]
    var settings = PluginSettings()
    private(set) var capability: String?
    private(set) var operation: String?
    private(set) var chunkSize: Int?
    private var parser: String?
    private var format: String?

    /// The cases below `folder`, in the order of their names.
    static func all(in folder: String) throws(CommandError) -> [PluginCase] {
        var cases: [PluginCase] = []
        for name in Files.names(in: folder) where Files.kind("\(folder)/\(name)") == .folder {
            cases.append(try PluginCase(name, Path.join(folder, name)))
        }
        guard !cases.isEmpty else {
            throw CommandError(
                .environment, "there are no cases in \(folder.quotedForMessage)",
                advice: "a case is a folder with 'input.txt' and 'expected.jsonl'")
        }
        return cases
    }

    /// Reads the case in `folder`.
    init(_ name: String, _ folder: String) throws(CommandError) {
        self.name = name
        self.folder = folder
        files = Files.tree(folder)
        let tree = try node(Self.caseFile) ?? ConfigNode(.map([]))
        for entry in tree.entries where !Self.keys.contains(entry.key) {
            throw CommandError(
                .fields, "\(entry.position.map { "\($0): " } ?? "")a case has no key \(entry.key.quotedForMessage)",
                advice: NameSuggestion.advice(for: entry.key, in: Self.keys))
        }
        settings.options = try node("options.yaml") ?? tree["options"] ?? settings.options
        try settings.read(
            grants: try node("grants.yaml") ?? tree["grants"], limits: try node("limits.yaml") ?? tree["limits"])
        capability = tree["capability"]?.string
        parser = tree["from"]?.string
        format = tree["to"]?.string
        operation = try text("operation.txt")?.trimmed ?? tree["operation"]?.string
        if case .integer(let size) = tree["chunk_size"]?.content { chunkSize = Int(size) }
    }

    private func node(_ file: String) throws(CommandError) -> ConfigNode? {
        guard files.contains(file) else { return nil }
        let (tree, problems) = YAMLTree.read(try ConfigurationFile.read(Path.join(folder, file)))
        if let problem = problems.first(where: { $0.severity == .error }) {
            throw CommandError(
                .fields, "\(problem.position.map { "\($0): " } ?? "")\(problem.message)", advice: problem.advice)
        }
        return tree
    }

    /// The text of a file of the case; nil when it is not there.
    func text(_ file: String) throws(CommandError) -> String? {
        files.contains(file) ? try Files.text(Path.join(folder, file)) : nil
    }

    /// The input's file name; nil for sources.
    var input: String? { files.first { $0.hasPrefix("input.") } }

    /// The files with what is expected.
    var expected: [String] { files.filter { $0.hasPrefix("expected.") } }

    /// The parser of the input: what `from` says, else by its ending.
    var inputParser: String {
        if let parser { return parser }
        return switch input.map(Self.ending) ?? "" {
        case "json", "jsonl", "ndjson": "json"
        case "frames": "frames"
        case "dlt": "dlt"
        default: "lines"
        }
    }

    /// How records are written: what `to` says, else by the ending of what is expected.
    var outputFormat: String {
        if let format { return format }
        return switch expected.first.map(Self.ending) ?? "jsonl" {
        case "csv": "csv"
        case "frames": "frames"
        case "txt": "text"
        case "raw", "bin": "raw"
        default: "json"
        }
    }

    /// The name of the file for the output of a plugin of `role`, nil for a capability that is none.
    func outputFile(_ role: Role?) -> String {
        if let first = expected.first { return first }
        guard let role, role != .byteSource else { return "expected.txt" }
        switch outputFormat {
        case "json": return "expected.jsonl"
        case "text": return "expected.txt"
        case let other: return "expected.\(other)"
        }
    }

    private static func ending(_ file: String) -> String {
        file.split(separator: ".").last.map(String.init) ?? ""
    }
}

extension String {
    /// Without white space around it.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
