import Patchbay

extension CommandSpec {
    static let pluginList = CommandSpec(
        "plugin list",
        "List the plugins: role, name, version, kind, origin, state.",
        details: [
            "Shows the plugins of this program, and the files in the plugin directories: those of --plugin-dir and "
                + "PATCHBAY_PLUGINS, '~/.config/patchbay/plugins', and the installation's own. Nothing is executed: a "
                + "program that was never asked what it is is 'not examined'.",
            "Of two with one name the first wins: a plugin of this program, then the file in the earlier directory, then "
                + "the one whose file name comes first. The other is 'shadowed', and can be used by its path.",
        ],
        options: [
            OptionSpec(
                "examine", summary: "Ask programs that are not examined or set aside what they are, by running them."),
            OptionSpec("json", summary: "Write one line of JSON, with everything."),
            Builtins.directory, Builtins.sandbox,
        ],
        examples: [
            Example(line: "patchbay plugin list --plugin-dir ./plugins --examine", comment: "what can these do?")
        ]
    ) { (arguments, console) throws(CommandError) in
        let registry = try Builtins.registry(arguments)
        let mode = arguments.sandbox ?? .preferred
        var report = PluginListReport(registry, mode)
        if arguments.has("examine"), report.examine() { report = PluginListReport(registry, mode) }
        if arguments.has("json") {
            console.write(report.json)
            return .success
        }
        console.write(report.table)
        for note in report.notes { console.report("note", note) }
        return .success
    }

    static let pluginInfo = CommandSpec(
        "plugin info",
        "Show what a plugin says of itself: its manifest, as JSON.",
        operands: [
            OperandSpec(
                "NAME", completion: .plugins,
                summary: "The plugin, 'sink/file' when several have the name, or a file such as './keep'.")
        ],
        options: [Builtins.directory, Builtins.sandbox]
    ) { (arguments, console) throws(CommandError) in
        let registry = try Builtins.registry(arguments)
        let operand = arguments.operands[0]
        if PluginArtifact.isFile(operand) {
            let factory = try PluginTarget.open(operand, registry, arguments.sandbox)
            console.write(String(decoding: factory.manifest.json().span) + "\n")
            return .success
        }
        for component in try Component.find(operand, in: registry) {
            console.write(String(decoding: component.factory.manifest.json().span) + "\n")
        }
        return .success
    }
}
