import Patchbay

/// Builds plugins written in Python: the SDK's own program makes one executable file and tries it.
struct PythonBuilder {
    let request: BuildRequest

    /// Writes the program to `target`; returns its size in bytes.
    func build(to target: String) throws(CommandError) -> Int {
        let sdk = try request.sdk.folder(.python)
        let interpreter = try Toolchain.python()
        let manifest = "\(request.scratch)/manifest.json"
        let json = request.project.manifest.json(isIndented: false)
        try Files.write(manifest, json.span)
        let arguments = [
            "-B", "\(sdk)/patchbay/build.py", request.project.folder, "--manifest", manifest, "--output", target,
        ]
        let step = Subprocess(interpreter, arguments, output: .captured(limit: 64 << 10))
        let result = try step.run()
        guard result.isSuccess else {
            throw CommandError(.runFailed, result.output.text.trimmed)
        }
        return try Files.read(target, limit: PluginArtifact.sizeLimit).count
    }
}
