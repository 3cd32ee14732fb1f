import Patchbay

/// Builds plugins written in C with the compiler of the Swift toolchain, or with `clang` from the `PATH`.
struct CBuilder {
    let request: BuildRequest

    /// Makes the module.
    func build() throws(CommandError) {
        let folder = request.project.folder
        let sdk = try request.sdk.folder(.c)
        let own = Files.tree(folder) { $0.hasPrefix(".") || $0 == "tests" }.filter { $0.hasSuffix(".c") }
        let shared = Files.names(in: sdk).filter { $0.hasSuffix(".c") }.map { "\(sdk)/\($0)" }
        let includes = [sdk, "\(sdk)/include", folder, "\(folder)/include"].filter { Files.kind($0) == .folder }
        var arguments = [
            "--target=\(Toolchain.target)", "-nostdlib", "-ffreestanding", "-mbulk-memory", "-msimd128", "-Wall",
            "-ffunction-sections", "-Wl,--no-entry", "-Wl,--stack-first", "-Wl,-z,stack-size=131072",
        ]
        arguments += request.isDebug ? ["-O1", "-g"] : ["-O2", "-Wl,--strip-all"]
        arguments += includes.flatMap { ["-I", $0] } + ["-o", request.module]
        arguments += own.map { Path.join(folder, $0) } + shared
        try BuildStep(program: try compiler(), arguments: arguments).run()
    }

    private func compiler() throws(CommandError) -> String {
        do throws(CommandError) { return try Toolchain.swift().clang } catch {
            // Without Swift a clang with its linker does as well.
            if let clang = Subprocess.find("clang"), Subprocess.find("wasm-ld") != nil { return clang }
            throw CommandError(
                .environment, "there is no clang that makes WebAssembly",
                advice: "install Swift 6.3 from swift.org, or 'apt install clang lld'")
        }
    }
}
