import Patchbay

/// Builds plugins written in C with the compiler of the Swift toolchain, or with `clang` from the `PATH`.
struct CBuilder {
    private let request: BuildRequest
    private let compiler: String
    private let sdk: String
    /// Folders with the SDK's headers and the ABI's.
    private let includes: [String]

    init(_ request: BuildRequest) throws(CommandError) {
        let sdk = try request.sdk.folder(.c)
        let candidates = [sdk, "\(sdk)/include", "\(request.sdk.path)/include"]
        // In a checkout the header of the ABI lies with the host's sources.
        let checkout = "\(Path.parent(request.sdk.path))/Sources/CPatchbay/include"
        self.request = request
        self.sdk = sdk
        includes = (candidates + [checkout]).filter { Files.kind($0) == .folder }
        compiler = try Self.findCompiler()
    }

    /// Makes the module.
    func build() throws(CommandError) {
        let folder = request.project.folder
        let own = Files.tree(folder) { $0.hasPrefix(".") || $0 == "tests" }.filter { $0.hasSuffix(".c") }
        let shared = try sdkObjects()
        var arguments = Self.flags + ["-nostdlib", "-Wall", "-Wl,--no-entry", "-Wl,--stack-first"]
        arguments.append("-Wl,-z,stack-size=131072")
        arguments += request.isDebug ? ["-O1", "-g"] : ["-O2", "-Wl,--strip-all"]
        let ownIncludes = [folder, "\(folder)/include"].filter { Files.kind($0) == .folder }
        arguments += (ownIncludes + includes).flatMap { ["-I", $0] } + ["-o", request.module]
        arguments += own.map { Path.join(folder, $0) } + shared
        try BuildStep(program: compiler, arguments: arguments).run()
    }

    private static let flags = [
        "--target=\(Toolchain.target)", "-ffreestanding", "-mbulk-memory", "-msimd128", "-ffunction-sections",
        "-fdata-sections",
    ]

    /// The SDK's objects, compiled once per compiler.
    private func sdkObjects() throws(CommandError) -> [String] {
        let names = Files.names(in: sdk)
        let sources = names.filter { $0.hasSuffix(".c") }
        var ingredients = Self.flags + [compiler, Files.fingerprint(compiler) ?? "", sdk]
        ingredients.append(try SourceDigest.of(sdk, files: names.filter { $0.hasSuffix(".c") || $0.hasSuffix(".h") }))
        for folder in includes where folder != sdk {
            ingredients.append(try SourceDigest.of(folder, files: Files.tree(folder)))
        }
        let (compiler, sdk, includes) = (compiler, sdk, includes)
        let folder = try BuildCache.standard(request.sdk).folder("c", of: ingredients) {
            (folder) throws(CommandError) in
            for source in sources {
                let arguments =
                    Self.flags + ["-O2"] + includes.flatMap { ["-I", $0] }
                    + ["-c", "\(sdk)/\(source)", "-o", "\(folder)/\(source).o"]
                try BuildStep(program: compiler, arguments: arguments).run()
            }
        }
        return sources.map { "\(folder)/\($0).o" }
    }

    private static func findCompiler() throws(CommandError) -> String {
        do throws(CommandError) { return try Toolchain.swift().clang } catch {
            // Without Swift a clang with its linker does as well.
            if let clang = Subprocess.find("clang"), Subprocess.find("wasm-ld") != nil { return clang }
            throw CommandError(
                .environment, "there is no clang that makes WebAssembly",
                advice: "install Swift 6.3 from swift.org, or 'apt install clang lld'")
        }
    }
}
