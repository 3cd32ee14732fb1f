internal import PatchbayEngine
internal import PatchbayPlugin

extension PipelineDefinition {
    /// A diagnostic for each output that is one of the inputs: it would be emptied before it is read.
    func overwrittenInputs() -> [Diagnostic] {
        var inputs: [[UInt64]: String] = [:]
        for (path, _) in paths(.input) {
            for file in PathCheck.files(path) {
                if let identity = PathCheck.identity(ofFile: file) { inputs[identity] = file }
            }
        }
        return paths(.output).compactMap { path, position in
            guard let identity = PathCheck.identity(ofFile: path), let input = inputs[identity] else { return nil }
            return Diagnostic(
                "\(path) is an input too: writing it would destroy \(input)",
                at: position,
                advice: "write to another file"
            )
        }
    }

    private func paths(_ use: ConfigOption.PathUse) -> [(path: String, position: ConfigPosition?)] {
        (stages + [deadLetters].compactMap(\.self)).flatMap { stage in
            stage.factory.manifest.configuration.options.filter { $0.path == use }.flatMap { option in
                stage.configuration.strings(option.name).map { path in
                    (path, stage.configuration[option.name]?.position ?? stage.configuration.position)
                }
            }
        }
    }
}
