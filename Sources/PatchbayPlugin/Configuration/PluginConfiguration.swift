import PatchbayCore

/// The options that a plugin was given: checked against its schema, defaults filled in; with them what it is permitted.
public struct PluginConfiguration: Sendable {
    /// The values by name.
    public let values: [String: ConfigNode]
    /// Where the configuration stands.
    public let position: ConfigPosition?
    /// The options whose values must not appear in any output.
    public let secrets: Set<String>
    /// What a sandboxed plugin is permitted.
    public var grants: Grants
    /// How much a sandboxed plugin may use.
    public var limits: PluginLimits
    /// Whether a plugin that is a program of its own is sandboxed.
    public var sandbox: SandboxMode
    /// The name of the stage that the instance is for; empty outside of a pipeline.
    public var stage: String
    /// What all instances of the stage share; made anew for each run.
    public var scope: StageScope

    /// A configuration of values that ``ConfigSchema`` has checked.
    public init(
        checked values: [String: ConfigNode],
        position: ConfigPosition? = nil,
        secrets: Set<String> = [],
        grants: Grants = .default,
        limits: PluginLimits = PluginLimits(),
        sandbox: SandboxMode = .preferred,
        stage: String = "",
        scope: StageScope? = nil
    ) {
        self.values = values
        self.position = position
        self.secrets = secrets
        self.grants = grants
        self.limits = limits
        self.sandbox = sandbox
        self.stage = stage
        self.scope = scope ?? StageScope(stage: stage)
    }

    /// Whether every value is known; false when a variable or a file that it names was not there.
    public var isComplete: Bool { values.values.allSatisfy(\.isResolved) }

    /// The value of an option; nil when it was left out and has no default.
    public subscript(name: String) -> ConfigNode? {
        guard let node = values[name] else { return nil }
        if case .null = node.content { return nil }
        return node
    }

    /// The text of an option, nil when left out.
    public func string(_ name: String) -> String? { self[name]?.string }

    /// The text of an option that must be there.
    public func requiredString(_ name: String) throws(PluginError) -> String {
        guard let text = string(name) else {
            throw PluginError(.configuration, "the option '\(name)' is missing", configuration: position)
        }
        return text
    }

    /// The whole number of an option, also of a size in bytes; nil when left out.
    public func integer(_ name: String) -> Int64? {
        if case .integer(let value) = self[name]?.content { return value }
        return nil
    }

    /// The number of an option, nil when left out.
    public func number(_ name: String) -> Double? {
        switch self[name]?.content {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The truth value of an option, nil when left out.
    public func bool(_ name: String) -> Bool? {
        if case .bool(let value) = self[name]?.content { return value }
        return nil
    }

    /// The texts of a list option, empty when left out.
    public func strings(_ name: String) -> [String] {
        guard let node = self[name] else { return [] }
        return node.string.map { [$0] } ?? node.elements.compactMap(\.string)
    }

    /// The entries of a map option, empty when left out.
    public func entries(_ name: String) -> [ConfigNode.Entry] { self[name]?.entries ?? [] }
}

// Printing and dumping a configuration, also as part of something else, must not show secrets.
extension PluginConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The options as JSON, sorted by name; `"***"` stands for secrets and for text that came from variables.
    public var description: String {
        var json = JSONWriter()
        json.object { json in
            for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                json.key(name)
                if secrets.contains(name) { json.value("***") } else { json.value(value.withoutSubstituted) }
            }
        }
        return json.finish().text
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Shows ``description`` alone.
    public var customMirror: Mirror { Mirror(self, children: ["options": description]) }
}

extension ConfigNode {
    /// The same tree with `***` in the place of text that came from variables and files.
    public var withoutSubstituted: ConfigNode {
        var node = self
        switch content {
        case _ where provenance == .substituted: node.content = .string("***")
        case .list(let elements): node.content = .list(elements.map(\.withoutSubstituted))
        case .map(let entries):
            node.content = .map(
                entries.map { Entry(key: $0.key, position: $0.position, value: $0.value.withoutSubstituted) }
            )
        default: break
        }
        return node
    }
}
