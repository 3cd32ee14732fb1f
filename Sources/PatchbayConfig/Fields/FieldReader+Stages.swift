import PatchbayPlugin

extension FieldReader {
    /// The stages of one section.
    mutating func stages(_ entry: ConfigNode.Entry?, _ section: StageConfiguration.Section) -> [StageConfiguration] {
        guard let entry else { return [] }
        guard case .list(let elements) = entry.value.content else {
            report(
                "'\(section.rawValue)' must be a list of stages, not \(entry.value.kindName)",
                at: entry.value.position,
                advice: "begin each stage with '- '"
            )
            return []
        }
        return elements.compactMap { stage($0, section) }
    }

    private mutating func stage(_ node: ConfigNode, _ section: StageConfiguration.Section) -> StageConfiguration? {
        let keys = [
            "id", "uses", "with", "exec", "type", "config", "inputs", "on_error", "grants", "limits", "sandbox",
        ]
        let others = [
            "name": "id", "plugin": "uses", "params": "with", "parameters": "with", "options": "with", "from": "inputs",
            "plugin_name": "uses", "plugin_type": "config", "permissions": "grants",
        ]
        if node.string != nil || node.isNull, let text = node.writtenText {
            // `- dlt` says as much as `- uses: dlt`.
            guard !text.isEmpty else {
                report("the stage names no plugin", at: node.position)
                return nil
            }
            return finish(Draft(used: self.uses(node)), [:], section, node)
        }
        guard let fields = fields(of: node, "a stage", keys: keys, others: others) else { return nil }
        let draft: Draft
        if let program = fields["exec"] {
            draft = execForm(program, fields)
        } else {
            draft = fields["uses"] == nil ? longForm(fields, node, section) : shortForm(fields)
        }
        return finish(draft, fields, section, node)
    }

    /// What both forms have in common, and the name.
    private mutating func finish(
        _ draft: Draft,
        _ fields: [String: ConfigNode.Entry],
        _ section: StageConfiguration.Section,
        _ node: ConfigNode
    ) -> StageConfiguration? {
        var positions = draft.positions
        positions.stage = node.position
        positions.id = fields["id"]?.value.position
        positions.inputs = fields["inputs"]?.position
        positions.onError = fields["on_error"]?.value.position
        let granted = one(fields["grants"], draft.grants)
        let limited = one(fields["limits"], draft.limits)
        positions.grants = granted?.position
        positions.limits = limited?.position
        let walls = one(fields["sandbox"], draft.sandbox)
        positions.sandbox = walls?.value.position
        let sandbox = choice(walls, SandboxMode.self)
        let id = id(fields["id"])
        let inputs = inputs(fields["inputs"], section)
        let onError = choice(fields["on_error"], StageConfiguration.ErrorPolicy.self) ?? .fail
        let (grants, limits) = (grants(granted), limits(limited))
        checkRole(draft.role, section, positions.role)
        for node in [draft.parameters, draft.connection] { if let node { checkVariables(node) } }
        guard let plugin = draft.plugin else { return nil }
        if fields["id"] == nil, !PluginReference.isName(plugin.shortName) {
            report("the stage needs a name", at: draft.positions.plugin, advice: "add 'id: NAME'")
        }
        return StageConfiguration(
            id: id ?? plugin.shortName,
            section: section,
            role: draft.role,
            plugin: plugin,
            parameters: draft.parameters,
            connection: draft.connection,
            inputs: inputs,
            onError: onError,
            grants: grants,
            limits: limits,
            sandbox: sandbox,
            positions: positions
        )
    }

    private mutating func checkRole(_ role: Role?, _ section: StageConfiguration.Section, _ position: ConfigPosition?) {
        guard let role, role.section != section.rawValue else { return }
        report(
            "a \(role.rawValue) does not belong under '\(section.rawValue)'",
            at: position,
            advice: "move the stage to '\(role.section)'"
        )
    }

    private mutating func id(_ entry: ConfigNode.Entry?) -> String? {
        guard let entry, let text = text(entry) else { return nil }
        if PluginReference.isName(text) { return text }
        report(
            "\(text.quotedForMessage) is no name for a stage",
            at: entry.value.position,
            advice: "use up to 64 letters, digits, '_', '-' and '.', beginning with a letter or digit"
        )
        return nil
    }

    private mutating func inputs(
        _ entry: ConfigNode.Entry?,
        _ section: StageConfiguration.Section
    ) -> [StageConfiguration.Input]? {
        guard let entry else { return nil }
        guard section != .sources else {
            report("a source has no inputs", at: entry.position, advice: "remove 'inputs'")
            return nil
        }
        let elements: [ConfigNode]
        if case .list(let given) = entry.value.content { elements = given } else { elements = [entry.value] }
        if elements.isEmpty {
            report("'inputs' is empty", at: entry.value.position, advice: "name a stage to read from")
        }
        var inputs: [StageConfiguration.Input] = []
        var names: Set<String> = []
        for element in elements {
            guard let name = text(element, "an input") else { continue }
            if !names.insert(name).inserted {
                report("the input \(name.quotedForMessage) is given twice", at: element.position)
            } else {
                inputs.append(StageConfiguration.Input(name, at: element.position))
            }
        }
        return inputs
    }

    /// Reports variables that are not written as they must be; missing ones are another matter.
    private mutating func checkVariables(_ node: ConfigNode) {
        switch node.content {
        case .string(let text):
            if case .failure(let problem) = VariableTemplate.parse(text) {
                report(problem.message, at: node.position, advice: problem.advice)
            }
        case .list(let elements): for element in elements { checkVariables(element) }
        case .map(let entries):
            for entry in entries {
                if entry.key.contains("${") { report("no variable can stand in a key", at: entry.position) }
                checkVariables(entry.value)
            }
        default: break
        }
    }
}
