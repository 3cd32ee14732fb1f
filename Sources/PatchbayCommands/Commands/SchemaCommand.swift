import Patchbay

extension CommandSpec {
    static let schema = CommandSpec(
        "schema",
        "Print the JSON Schema of configurations, for editors.",
        details: [
            "An editor with a YAML language server then completes, explains and checks a pipeline while it is written. "
                + "Put '# yaml-language-server: $schema=FILE' into the first line of the configuration."
        ],
        examples: [
            Example(line: "patchbay schema > patchbay.schema.json", comment: "a file for the editor")
        ]
    ) { (_, console) throws(CommandError) in
        console.write(String(decoding: configurationSchema(registry: try Builtins.registry()).span) + "\n")
        return .success
    }
}
