import Patchbay

/// The page of `patchbay plugin list`.
struct PluginListReport {
    private let registry: PluginRegistry
    private let mode: SandboxMode
    /// Registered plugins by role, then files, by directory and name.
    private let entries: [PluginCatalog.Entry]

    init(_ registry: PluginRegistry, _ mode: SandboxMode) {
        self.registry = registry
        self.mode = mode
        let entries = PluginCatalog(registry).entries
        let own = entries.filter { $0.kind == "native" }
        self.entries =
            Role.allCases.flatMap { role in own.filter { $0.capability?.role == role } }
            + own.filter { $0.capability?.role == nil } + entries.filter { $0.kind != "native" }
    }

    /// Asks all programs of which nothing is known what they are. False when there was none.
    func examine() -> Bool {
        var isChanged = false
        for entry in entries {
            switch entry.state {
            case .ready, .shadowed: continue
            case .notExamined, .setAside: break
            }
            // Why one cannot be used stands in the list afterwards.
            _ = try? registry.runtime(entry.kind)?.examine(entry.origin, sandbox: mode)
            isChanged = true
        }
        return isChanged
    }

    /// For people.
    var table: String {
        let rows = entries.map { entry in
            [
                entry.capability?.type ?? "-", entry.capability?.name ?? "-", entry.manifest?.version ?? "-",
                entry.kind,
                entry.origin, entry.state.words,
            ]
        }
        return TextTable.text([["role", "name", "version", "kind", "origin", "state"]] + rows)
    }

    /// What the table does not say.
    var notes: [String] {
        var notes: [String] = []
        for runtime in registry.runtimes where runtime.kind == PluginReference.Kind.process.rawValue {
            guard entries.contains(where: { $0.kind == runtime.kind }) else { continue }
            notes.append("the sandbox of programs: \(runtime.sandbox(mode))")
        }
        let unknown = entries.count { $0.state == .notExamined }
        if unknown > 0 {
            notes.append("\(Amount.counted(UInt64(unknown), "program")) not examined; --examine runs each of them once")
        }
        return notes
    }

    /// For programs: one line.
    var json: String {
        let sandboxes = Dictionary(
            registry.runtimes.map { ($0.kind, $0.sandbox(mode)) }, uniquingKeysWith: { first, _ in first })
        var json = JSONWriter()
        json.object { json in
            json.member("directories", registry.directories.paths)
            json.key("plugins")
            json.array { json in
                for entry in entries { write(entry, sandbox: sandboxes[entry.kind] ?? "none", into: &json) }
            }
        }
        return String(decoding: json.finish().span) + "\n"
    }

    private func write(_ entry: PluginCatalog.Entry, sandbox: String, into json: inout JSONWriter) {
        json.object { json in
            if let capability = entry.capability {
                json.member("type", capability.type)
                json.member("name", capability.name)
            }
            if let manifest = entry.manifest {
                json.member("plugin", manifest.name)
                json.member("version", manifest.version)
                json.member("summary", manifest.summary)
            }
            json.member("kind", entry.kind)
            json.member("origin", entry.origin)
            json.member("sandbox", sandbox)
            json.member("state", entry.state.word)
            switch entry.state {
            case .ready, .notExamined: break
            case .setAside(let reason): json.member("reason", reason)
            case .shadowed(let other): json.member("shadowed_by", other)
            }
        }
    }
}

extension PluginCatalog.State {
    /// As programs read it.
    fileprivate var word: String {
        switch self {
        case .ready: "ready"
        case .notExamined: "not_examined"
        case .setAside: "set_aside"
        case .shadowed: "shadowed"
        }
    }

    /// As people read it, on one line.
    fileprivate var words: String {
        switch self {
        case .ready: "ready"
        case .notExamined: "not examined"
        case .setAside(let reason): "set aside: \(reason.split(separator: "\n").joined(separator: " | "))"
        case .shadowed(let other): "shadowed by \(other)"
        }
    }
}
