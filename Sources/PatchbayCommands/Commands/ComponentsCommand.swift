import Patchbay

extension CommandSpec {
    static let components = CommandSpec(
        "components",
        "List what pipelines can be made of, or explain one with its options.",
        operands: [
            OperandSpec(
                "NAME", .optional, completion: .plugins,
                summary: "The component; 'sink/file' when several have the name.")
        ],
        examples: [Example(line: "patchbay components where", comment: "the options of one")]
    ) { (arguments, console) throws(CommandError) in
        let registry = try Builtins.registry()
        if let name = arguments.operands.first {
            let found = try Component.find(name, in: registry)
            console.write(found.map(\.description).joined(separator: "\n"))
        } else {
            console.write(Component.overview(registry))
        }
        return .success
    }
}

/// A plugin in one of its roles.
struct Component {
    let role: Role
    let name: String
    let factory: any PluginFactory

    /// Those called `name`, or `role/name`.
    static func find(_ name: String, in registry: PluginRegistry) throws(CommandError) -> [Component] {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        let everything = all(registry)
        let found = everything.filter {
            parts.count == 2 ? $0.role.rawValue == parts[0] && $0.name == parts[1] : $0.name == name
        }
        if !found.isEmpty { return found }
        throw CommandError(
            .plugins,
            "there is no plugin called \(name.quotedForMessage)",
            advice: NameSuggestion.advice(for: name, in: everything.map(\.name)) ?? "'patchbay components' lists them"
        )
    }

    private static func all(_ registry: PluginRegistry) -> [Component] {
        Role.allCases.flatMap { role in
            registry.all(ofType: role.rawValue).map {
                Component(role: role, name: $0.capability.name, factory: $0.factory)
            }
        }
    }

    /// Names and summaries by role.
    static func overview(_ registry: PluginRegistry) -> String {
        let components = all(registry)
        return Role.allCases.compactMap { role in
            let members = components.filter { $0.role == role }.map { ($0.name, $0.factory.manifest.summary.sentence) }
            guard !members.isEmpty else { return nil }
            return "\(role.title)\n" + HelpText.columns(members, indent: 2)
        }.joined(separator: "\n")
    }

    /// Everything about one, with its options and fields.
    var description: String {
        let manifest = factory.manifest
        var text =
            "\(role.rawValue) \(name) \(manifest.version)\n\n" + HelpText.wrap(manifest.summary.sentence, indent: 2)
        text += Self.lists(of: manifest)
        return text
    }

    /// Options and fields of a plugin, each with an empty line and a heading in front; nothing where it has none.
    static func lists(of manifest: PluginManifest) -> String {
        var text = ""
        let options = manifest.configuration.options
        if !options.isEmpty {
            text +=
                "\nOPTIONS\n"
                + HelpText.columns(
                    options.map {
                        ("\($0.name): \($0.kind.words)", $0.remarks(shorthand: manifest.configuration.shorthand))
                    }, indent: 2)
        }
        if !manifest.fields.isEmpty {
            text +=
                "\nFIELDS\n"
                + HelpText.columns(manifest.fields.map { ("\($0.name): \($0.type.name)", $0.remarks) }, indent: 2)
        }
        return text
    }
}

extension Role {
    /// The heading in lists.
    fileprivate var title: String {
        switch self {
        case .byteSource: "Byte sources"
        case .source: "Sources"
        case .parser: "Parsers"
        case .filter: "Filters"
        case .transform: "Transforms"
        case .aggregate: "Aggregates"
        case .validator: "Validators"
        case .sink: "Sinks"
        }
    }
}

extension String {
    /// With a full stop.
    fileprivate var sentence: String { hasSuffix(".") || isEmpty ? self : "\(self)." }
}

extension Field {
    fileprivate var remarks: String {
        let words = order.isEmpty ? "" : " In order: \(order.joined(separator: ", "))."
        return summary.sentence + words + (isOnDemand ? " Made only when named." : "")
    }
}

extension ConfigOption {
    fileprivate func remarks(shorthand: String?) -> String {
        var text = summary.sentence
        if isRequired { text += " Required." }
        if let defaultValue, let shown = defaultValue.shown { text += " Default: \(shown)." }
        if shorthand == name { text += " A plain value stands for this option." }
        return text
    }
}

extension ConfigNode {
    /// A short value in the words of a configuration.
    fileprivate var shown: String? {
        switch content {
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let text): text.isEmpty ? nil : text
        case .null, .list, .map: nil
        }
    }
}

extension ConfigOption.Kind {
    /// What may be written.
    var words: String {
        switch self {
        case .string(let choices): choices.isEmpty ? "text" : choices.joined(separator: "|")
        case .integer: "whole number"
        case .number: "number"
        case .boolean: "true|false"
        case .size: "size (64KiB)"
        case .duration: "time (10s)"
        case .list(let element): "list of \(element.words)"
        case .map(let element): "map to \(element.words)"
        case .any: "anything"
        }
    }
}
