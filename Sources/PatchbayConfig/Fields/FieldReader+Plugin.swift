import PatchbayPlugin

extension FieldReader {
    /// The part of a stage in which the two forms differ.
    struct Draft {
        var role: Role?
        var plugin: PluginReference?
        var parameters: ConfigNode?
        var connection: ConfigNode?
        var grants: ConfigNode.Entry?
        var limits: ConfigNode.Entry?
        var sandbox: ConfigNode.Entry?
        var positions = StageConfiguration.Positions()

        init() {}

        init(used: (role: Role?, plugin: PluginReference, position: ConfigPosition?)?) {
            guard let used else { return }
            plugin = used.plugin
            positions.plugin = used.position
            role = used.role
            if role != nil { positions.role = used.position }
        }
    }

    /// `uses`, `with`.
    mutating func shortForm(_ fields: [String: ConfigNode.Entry]) -> Draft {
        for key in ["type", "config"] {
            guard let entry = fields[key] else { continue }
            report("a stage has either 'uses' or '\(key)', not both", at: entry.position)
        }
        var draft = Draft(used: fields["uses"].flatMap { uses($0.value) })
        draft.parameters = fields["with"]?.value
        draft.positions.parameters = fields["with"]?.position
        return draft
    }

    /// `exec`, `with`: short for the plugin `exec` with that command and further options.
    mutating func execForm(_ program: ConfigNode.Entry, _ fields: [String: ConfigNode.Entry]) -> Draft {
        for key in ["uses", "type", "config"] {
            guard let entry = fields[key] else { continue }
            report("a stage has either 'exec' or '\(key)', not both", at: entry.position)
        }
        var draft = Draft(used: (nil, .name("exec", version: nil), program.position))
        let command = ConfigNode.Entry(key: "command", position: program.position, value: program.value)
        let more = fields["with"]?.value
        if let more, !more.isNull, case .map = more.content {
        } else if let more, !more.isNull {
            report("'with' beside 'exec' must be a mapping, not \(more.kindName)", at: more.position)
        }
        draft.parameters = ConfigNode(.map([command] + (more?.entries ?? [])), at: program.value.position)
        draft.positions.parameters = program.position
        return draft
    }

    /// `type: plugin`, `config: {plugin_type, plugin_name | plugin_source + plugin_path, params, connection}`.
    mutating func longForm(
        _ fields: [String: ConfigNode.Entry],
        _ node: ConfigNode,
        _ section: StageConfiguration.Section
    ) -> Draft {
        if let entry = fields["with"] {
            report("'with' belongs to 'uses'", at: entry.position, advice: "write 'params' inside of 'config'")
        }
        if let entry = fields["type"], let text = text(entry), text != "plugin" {
            report(
                "'type' is \(text.quotedForMessage) and must be 'plugin'",
                at: entry.value.position,
                advice: "name the plugin with 'uses: \(text)', or with 'plugin_name' in 'config'"
            )
        }
        guard let config = fields["config"] else {
            report("the stage names no plugin", at: node.position, advice: "add 'uses: NAME'")
            return Draft()
        }
        let keys = [
            "plugin_type", "plugin_name", "plugin_source", "plugin_path", "params", "connection", "grants", "limits",
            "sandbox",
        ]
        let others = ["with": "params", "name": "plugin_name", "path": "plugin_path", "type": "plugin_type"]
        guard let inner = self.fields(of: config.value, "'config'", keys: keys, others: others) else { return Draft() }
        let hasUnknownKeys = config.value.entries.contains { !keys.contains($0.key) }
        var draft = Draft()
        draft.role = choice(inner["plugin_type"], Role.self)
        draft.positions.role = inner["plugin_type"]?.value.position
        draft.parameters = inner["params"]?.value
        draft.positions.parameters = inner["params"]?.position
        draft.connection = inner["connection"]?.value
        draft.positions.connection = inner["connection"]?.position
        draft.grants = inner["grants"]
        draft.limits = inner["limits"]
        draft.sandbox = inner["sandbox"]
        let namesNone = inner["plugin_name"] == nil && inner["plugin_path"] == nil
        // A misspelt key has been reported; that the plugin is missing would follow from it.
        if !(namesNone && hasUnknownKeys) { plugin(of: inner, config, into: &draft) }
        return draft
    }

    private mutating func plugin(
        of fields: [String: ConfigNode.Entry],
        _ config: ConfigNode.Entry,
        into draft: inout Draft
    ) {
        let kind = choice(fields["plugin_source"], PluginReference.Kind.self)
        switch (fields["plugin_name"], fields["plugin_path"]) {
        case (let name?, let path?):
            report(
                "a stage has either 'plugin_name' or 'plugin_path', not both",
                at: path.position,
                notes: [Diagnostic.Note("the name is here", at: name.position)]
            )
        case (let name?, nil):
            if let source = fields["plugin_source"] {
                report("'plugin_source' goes with 'plugin_path', not with 'plugin_name'", at: source.position)
            }
            guard let text = text(name) else { return }
            draft.plugin = named(text, name.value.position)
            draft.positions.plugin = name.value.position
        case (nil, let path?):
            guard let text = text(path) else { return }
            draft.plugin = .path(kind ?? PluginReference.kind(ofPath: text), path: text)
            draft.positions.plugin = path.value.position
        case (nil, nil):
            report(
                "the stage names no plugin",
                at: config.position,
                advice: "add 'plugin_name', or 'plugin_source' and 'plugin_path'"
            )
        }
    }

    /// What `uses` says: `dlt`, `dlt@1.2`, `parser/dlt`, `./dlt.wasm`.
    mutating func uses(_ node: ConfigNode) -> (role: Role?, plugin: PluginReference, position: ConfigPosition?)? {
        guard let text = text(node, "'uses'") else { return nil }
        if text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") {
            return (nil, .path(PluginReference.kind(ofPath: text), path: text), node.position)
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return named(text, node.position).map { (nil, $0, node.position) } }
        let roles = Role.allCases.map(\.rawValue)
        guard let role = Role(rawValue: String(parts[0])) else {
            report(
                "\(String(parts[0]).quotedForMessage) is no role",
                at: node.position,
                advice: NameSuggestion.advice(for: String(parts[0]), in: roles) ?? "for a file write './\(text)'"
            )
            return nil
        }
        return named(String(parts[1]), node.position).map { (role, $0, node.position) }
    }

    /// `dlt` or `dlt@1.2`.
    private mutating func named(_ text: String, _ position: ConfigPosition?) -> PluginReference? {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, PluginReference.isName(name) else {
            report("\(text.quotedForMessage) is no plugin name", at: position, advice: "for a file write './' in front")
            return nil
        }
        if name.hasSuffix(".wasm") || name.hasSuffix(".so") {
            report("\(text.quotedForMessage) is no plugin name", at: position, advice: "for the file write './\(text)'")
            return nil
        }
        guard parts.count == 2 else { return .name(name, version: nil) }
        guard PluginReference.isVersion(parts[1]) else {
            report(
                "\(parts[1].quotedForMessage) is no version",
                at: position,
                advice: "write '\(name)@1', '\(name)@1.2' or '\(name)@1.2.3'"
            )
            return nil
        }
        return .name(name, version: parts[1])
    }
}

extension PluginReference {
    /// Letters, digits, `_`, `-` and `.`, beginning with a letter or digit, at most 64.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 64, isLetterOrDigit(first) else { return false }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || "_-.".utf8.contains($0) }
    }

    /// One to three numbers with dots between.
    static func isVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return false }
        return parts.allSatisfy { part in
            (1...9).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) }
        }
    }

    /// By the file's ending: a WebAssembly module, a shared library, anything else an executable.
    public static func kind(ofPath path: String) -> Kind {
        if path.hasSuffix(".wasm") { return .wasm }
        return path.hasSuffix(".so") ? .native : .process
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
