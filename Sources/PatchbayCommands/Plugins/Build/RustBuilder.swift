import Patchbay

/// Builds plugins written in Rust: the compiler is called directly, as the SDK has no dependencies.
struct RustBuilder {
    let request: BuildRequest
    private static let target = "wasm32-unknown-unknown"

    /// Makes the module.
    func build() throws(CommandError) {
        let tools = try Toolchain.rust()
        let library = try sdkLibrary(tools.compiler)
        var arguments = Self.flags + ["--crate-name", PluginName.identifier(request.project.manifest.name)]
        arguments += ["--crate-type", "cdylib", "--extern", "patchbay=\(library)", "-o", request.module]
        arguments += request.isDebug ? ["-g"] : ["-C", "opt-level=s", "-C", "strip=symbols", "-C", "lto"]
        if let linker = tools.linker { arguments += ["-C", "linker=\(linker)"] }
        arguments.append(try root(request.project.folder, "the plugin"))
        try BuildStep(program: tools.compiler, arguments: arguments).run()
    }

    private static let flags = [
        "--target", target, "--edition", "2021", "-C", "panic=abort", "-C", "target-feature=+bulk-memory,+simd128",
        "-C", "link-arg=--stack-first", "-C", "link-arg=-zstack-size=131072",
    ]

    /// The SDK as a library, built once per compiler.
    private func sdkLibrary(_ compiler: String) throws(CommandError) -> String {
        let sdk = try request.sdk.folder(.rust)
        let source = try root(sdk, "the SDK")
        let files = Files.tree(sdk) { $0 == "target" || $0 == "examples" }.filter { $0.hasSuffix(".rs") }
        let ingredients = [
            compiler, Files.fingerprint(Files.resolved(compiler) ?? compiler) ?? "",
            try SourceDigest.of(sdk, files: files),
        ]
        let folder = try BuildCache.standard(request.sdk).folder("rust", of: ingredients + Self.flags) {
            (folder) throws(CommandError) in
            let arguments =
                Self.flags + [
                    "--crate-name", "patchbay", "--crate-type", "rlib", "-C", "opt-level=3",
                    "-o", "\(folder)/libpatchbay.rlib", source,
                ]
            try BuildStep(program: compiler, arguments: arguments).run()
        }
        return "\(folder)/libpatchbay.rlib"
    }

    private func root(_ folder: String, _ what: String) throws(CommandError) -> String {
        for name in ["src/lib.rs", "lib.rs"] where Files.kind("\(folder)/\(name)") == .file {
            return Path.join(folder, name)
        }
        throw CommandError(.fields, "\(what) has no 'src/lib.rs' in \(folder.quotedForMessage)")
    }
}
