import Patchbay

extension CommandSpec {
    static let pluginList = CommandSpec(
        "plugin list",
        "List the plugins: role, name, version, origin."
    ) { (_, console) throws(CommandError) in
        let registry = try Builtins.registry()
        let rows = Role.allCases.flatMap { role in
            registry.all(ofType: role.rawValue).map { capability, factory in
                [role.rawValue, capability.name, factory.manifest.version, factory.origin]
            }
        }
        console.write(TextTable.text([["role", "name", "version", "origin"]] + rows))
        return .success
    }

    static let pluginInfo = CommandSpec(
        "plugin info",
        "Show what a plugin says of itself: its manifest, as JSON.",
        operands: [
            OperandSpec("NAME", completion: .plugins, summary: "The plugin; 'sink/file' when several have the name.")
        ]
    ) { (arguments, console) throws(CommandError) in
        let registry = try Builtins.registry()
        for component in try Component.find(arguments.operands[0], in: registry) {
            console.write(String(decoding: component.factory.manifest.json().span) + "\n")
        }
        return .success
    }
}
