import Patchbay

extension CommandSpec {
    static let pluginList = CommandSpec(
        "plugin list",
        "List the plugins: role, name, version, kind, origin."
    ) { (_, console) throws(CommandError) in
        let registry = try Builtins.registry()
        var rows = Role.allCases.flatMap { role in
            registry.all(ofType: role.rawValue).map { capability, factory in
                [role.rawValue, capability.name, factory.manifest.version, "native", factory.origin]
            }
        }
        var problems: [String] = []
        for runtime in registry.runtimes {
            for path in runtime.installed() {
                do throws(PluginError) {
                    let manifest = try runtime.open(path).manifest
                    rows += manifest.capabilities.map { [$0.type, $0.name, manifest.version, runtime.kind, path] }
                } catch {
                    problems.append("\(error)")
                }
            }
        }
        console.write(TextTable.text([["role", "name", "version", "kind", "origin"]] + rows))
        for problem in problems { console.report("warning", problem) }
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
