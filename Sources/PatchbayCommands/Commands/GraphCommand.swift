import Patchbay

extension CommandSpec {
    static let graph = CommandSpec(
        "graph",
        "Draw the pipeline of a configuration.",
        operands: [OperandSpec("FILE", summary: "The configuration (YAML), or '-' for standard input.")],
        options: [
            OptionSpec(
                "format", letter: "f", .choice(["mermaid", "dot"]),
                summary: "For Mermaid (the default) or for Graphviz.")
        ],
        examples: [
            Example(line: "patchbay graph pipeline.yaml --format dot | dot -Tsvg > pipeline.svg", comment: "a picture")
        ]
    ) { (arguments, console) throws(CommandError) in
        let source = try ConfigurationFile.read(arguments.operands[0])
        let check = PipelineCheck(source, registry: try Builtins.registry(arguments))
        // Files that are not there do not change the picture.
        guard let definition = check.definition, check.failedPhase == nil || check.failedPhase == .environment else {
            return ConfigurationFile.report(check, source, console) ?? .plugins
        }
        let graph = PipelineGraph(definition)
        console.write(arguments.value("format") == "dot" ? graph.dot : graph.mermaid)
        return .success
    }
}
