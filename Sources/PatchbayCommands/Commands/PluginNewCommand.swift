import Patchbay

extension CommandSpec {
    static let pluginNew = CommandSpec(
        "plugin new",
        "Begin a plugin: a folder with sources, manifest and a test.",
        details: [
            "The folder is called as the plugin is and must not exist. What is in it builds and passes its test; a "
                + "README says how."
        ],
        operands: [
            OperandSpec(
                "NAME", completion: .words([]),
                summary: "The plugin's name: letters a-z, digits and dashes; also a path whose last part is the name.")
        ],
        options: [
            OptionSpec(
                "role", .choice(PluginTemplate.roles),
                summary: "What the plugin does in a pipeline; filter when left out. A capability is called by programs."
            ),
            OptionSpec(
                "language", .choice(PluginLanguage.allCases.map(\.rawValue)),
                summary: "What it is written in; swift when left out."),
        ],
        examples: [
            Example(
                line: "patchbay plugin new --role filter --language swift keep-errors",
                comment: "then: cd keep-errors && patchbay plugin build")
        ]
    ) { (arguments, console) throws(CommandError) in
        let folder = arguments.operands[0]
        let name = Path.name(folder)
        guard PluginName.isValid(name), !name.hasPrefix("patchbay") else {
            throw .usage(
                name.hasPrefix("patchbay")
                    ? "names that begin with 'patchbay' are the SDK's"
                    : "\(PluginName.rule), not \(name.quotedForMessage)")
        }
        guard Files.kind(folder) == nil else {
            throw CommandError(
                .environment, "\(folder.quotedForMessage) is there already", advice: "choose another name")
        }
        let sdk = try GuestSDK.find()
        let language = arguments.value("language").flatMap(PluginLanguage.init) ?? .swift
        let template = try PluginTemplate(role: arguments.value("role") ?? "filter", language: language, sdk: sdk)
        let files = try template.write(name, sdk: sdk, to: folder)
        console.write("\(folder): a \(template.role) in \(language.title)\n" + files.map { "  \($0)\n" }.joined())
        return .success
    }
}
