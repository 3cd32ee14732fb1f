/// How the compilers are called for each form that Swift plugins have.
extension PluginForm {
    /// What Swift is compiled with.
    var swiftFlags: [String] {
        let common = [
            "-swift-version", "6", "-wmo", "-package-name", "patchbay",
            "-enable-experimental-feature", "Lifetimes", "-enable-experimental-feature", "Extern",
            "-Xfrontend", "-function-sections",
        ]
        switch self {
        case .wasm:
            return common + [
                "-target", Toolchain.target, "-enable-experimental-feature", "Embedded",
                "-Xfrontend", "-disable-stack-protector", "-Xfrontend", "-disable-incremental-llvm-codegen",
                "-Xcc", "-msimd128", "-Xcc", "-mbulk-memory",
            ]
        case .process: return common + ["-enable-default-cmo"]
        }
    }

    /// What the beginning of a module with code outside of declarations is compiled with.
    var entryFlags: [String] {
        switch self {
        case .wasm: []
        // The program has a beginning of its own, and calls this one with the first operation.
        case .process: ["-Xfrontend", "-entry-point-function-name", "-Xfrontend", "patchbay_guest_main"]
        }
    }

    /// What C is compiled with.
    var cFlags: [String] {
        switch self {
        case .wasm:
            [
                "--target=\(Toolchain.target)", "-O2", "-mbulk-memory", "-msimd128", "-ffreestanding",
                "-ffunction-sections",
            ]
        case .process: ["-O2", "-fPIC", "-ffunction-sections", "-fdata-sections"]
        }
    }
}
