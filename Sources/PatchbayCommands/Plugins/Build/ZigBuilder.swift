import Patchbay

/// Builds plugins written in Zig: the compiler is called directly, with the SDK as a module.
struct ZigBuilder {
    let request: BuildRequest

    /// Makes the module.
    func build() throws(CommandError) {
        let sdk = try request.sdk.folder(.zig)
        let words = try Toolchain.zig()
        var arguments = [
            "build-exe", "-target", "wasm32-freestanding", "-mcpu", "generic+bulk_memory+simd128", "-fno-entry",
            "-rdynamic", "--stack", "131072", "-femit-bin=\(request.module)",
            "-O", request.isDebug ? "Debug" : "ReleaseSmall",
        ]
        if !request.isDebug { arguments.append("-fstrip") }
        arguments += ["--dep", "patchbay", "-Mroot=\(try root(request.project.folder, ["src/main.zig", "main.zig"]))"]
        arguments.append("-Mpatchbay=\(try root(sdk, ["src/patchbay.zig", "patchbay.zig"]))")
        try BuildStep(program: words[0], arguments: words.dropFirst() + arguments, title: "zig").run()
    }

    private func root(_ folder: String, _ names: [String]) throws(CommandError) -> String {
        for name in names where Files.kind("\(folder)/\(name)") == .file { return Path.join(folder, name) }
        throw CommandError(.fields, "there is no \(names[0].quotedForMessage) in \(folder.quotedForMessage)")
    }
}
