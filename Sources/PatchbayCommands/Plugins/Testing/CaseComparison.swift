import Patchbay

/// How what came of a case differs from what is expected.
struct CaseComparison {
    let test: PluginCase
    let outcome: CaseOutcome
    /// One entry per file that differs: lines of text for people.
    private(set) var differences: [String] = []

    init(_ test: PluginCase, _ outcome: CaseOutcome) throws(CommandError) {
        self.test = test
        self.outcome = outcome
        let special = [PluginCase.errorFile, PluginCase.rejectedFile, PluginCase.skippedFile]
        let error = outcome.files[PluginCase.errorFile]
        let expectsError = test.files.contains(PluginCase.errorFile)
        try compareError(error)
        // What was made before an error is worth a look only where the error is expected.
        if error != nil, !expectsError { return }
        for file in special.dropFirst() { try compare(file, missing: "nothing of the kind is expected") }
        let produced = outcome.files.keys.filter { !special.contains($0) }
        for file in Set(produced).union(test.expected).sorted() {
            if error != nil, !test.files.contains(file) { continue }
            try compare(file, missing: "there is no \(file) to compare with; --update writes it")
        }
    }

    private mutating func compareError(_ bytes: [UInt8]?) throws(CommandError) {
        let actual = bytes.map { String(decoding: $0, as: UTF8.self).trimmed }
        let expected = try test.text(PluginCase.errorFile)?.trimmed
        switch (expected, actual) {
        case (nil, nil): break
        case (nil, let actual?): differences.append("error: \(actual)")
        case (let expected?, nil): differences.append("error: none, and expected was \(expected.quotedForMessage)")
        case (let expected?, let actual?):
            if !actual.contains(expected) {
                differences.append("error: \(actual)\n  expected: \(expected)")
            }
        }
    }

    private mutating func compare(_ file: String, missing: String) throws(CommandError) {
        let actual = outcome.files[file]
        guard test.files.contains(file) else {
            if let actual {
                differences.append("\(file): \(missing)\n" + LineDifference(expected: [], actual: actual).text)
            }
            return
        }
        let path = Path.join(test.folder, file)
        let expected = [UInt8](copyOf: try Files.read(path, limit: PluginArtifact.sizeLimit))
        if expected == actual ?? [] { return }
        if file == PluginCase.rejectedFile, Self.matches(expected, actual ?? []) { return }
        differences.append("\(file):\n" + LineDifference(expected: expected, actual: actual ?? []).text)
    }

    /// Lines of a `rejected.jsonl` that somebody wrote may leave members out.
    private static func matches(_ expected: [UInt8], _ actual: [UInt8]) -> Bool {
        let wanted = LineDifference.lines(expected)
        let found = LineDifference.lines(actual)
        guard wanted.count == found.count else { return false }
        return zip(wanted, found).allSatisfy { wanted, found in
            let wanted = YAMLTree.read(SourceText(file: "rejected", wanted)).0
            let found = YAMLTree.read(SourceText(file: "rejected", found)).0
            guard let wanted, let found, !wanted.entries.isEmpty else { return false }
            return wanted.entries.allSatisfy { $0.value.json == found[$0.key]?.json }
        }
    }

    /// Writes what came as what is expected. The names of files that were written or taken away.
    func update() throws(CommandError) -> [String] {
        var changed: [String] = []
        for (file, content) in outcome.files.sorted(by: { $0.key < $1.key }) {
            let path = Path.join(test.folder, file)
            if test.files.contains(file),
                [UInt8](copyOf: try Files.read(path, limit: PluginArtifact.sizeLimit)) == content
            {
                continue
            }
            // Of an error that is expected the output before it is not written anew.
            if outcome.files[PluginCase.errorFile] != nil, file.hasPrefix("expected."), !test.files.contains(file) {
                continue
            }
            try Files.makeFolder(Path.parent(path))
            try Files.write(path, content.span)
            changed.append(file)
        }
        for file in [PluginCase.errorFile, PluginCase.rejectedFile, PluginCase.skippedFile]
        where test.files.contains(file) && outcome.files[file] == nil {
            Files.remove(Path.join(test.folder, file))
            changed.append(file)
        }
        return changed
    }
}

extension ConfigNode {
    fileprivate var json: String {
        var writer = JSONWriter()
        writer.value(self)
        return writer.finish().text
    }
}
