import Patchbay
import PatchbayModule

extension CommandSpec {
    static let pluginInspect = CommandSpec(
        "plugin inspect",
        "Show what a plugin is: manifest, imports, exports, memory, sizes.",
        details: [
            "A file with a WebAssembly module is read and not run. A program is asked what it is, also when that is known: it "
                + "is run once. Of a plugin of this program the manifest is shown, as 'plugin info' does.",
            "Ends with the exit code 5 when the file is no module, or its imports and exports do not fit the "
                + "plugin ABI.",
        ],
        operands: [
            OperandSpec(
                "PLUGIN", summary: "A file such as 'keep.wasm' or './keep', or the name of a plugin of this program.")
        ],
        options: [
            OptionSpec("json", summary: "Write one line of JSON, with everything."), Builtins.directory,
            Builtins.sandbox,
        ],
        examples: [Example(line: "patchbay plugin inspect keep.wasm", comment: "what does it want to be allowed?")]
    ) { (arguments, console) throws(CommandError) in
        let operand = arguments.operands[0]
        guard PluginArtifact.isFile(operand) else {
            for component in try Component.find(operand, in: try Builtins.registry(arguments)) {
                let json = component.factory.manifest.json(isIndented: !arguments.has("json"))
                console.write(String(decoding: json.span) + "\n")
            }
            return .success
        }
        if PluginTarget.kind(operand) == .process, Files.isProgram(operand) {
            let report = try ProgramReport(operand, try Builtins.registry(arguments), arguments.sandbox)
            console.write(arguments.has("json") ? report.json : report.text)
            return .success
        }
        let artifact = try PluginArtifact(operand)
        let report = ArtifactReport(artifact: artifact)
        console.write(arguments.has("json") ? report.json : report.text)
        return report.problems.isEmpty ? .success : .plugins
    }
}
