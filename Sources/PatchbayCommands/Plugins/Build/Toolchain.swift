import Patchbay

/// The programs that make modules of sources.
enum Toolchain {
    /// The Swift toolchain: compiler, C compiler and linker lie in one folder.
    struct Swift {
        let folder: String
        var compiler: String { "\(folder)/swiftc" }
        var clang: String { "\(folder)/clang" }
        var linker: String { "\(folder)/wasm-ld" }
        var archiver: String { "\(folder)/llvm-ar" }
        var packages: String { "\(folder)/swift" }
        /// The library of the tables behind `Character` and `String` comparison.
        let unicodeTables: String
        /// Differs between any two toolchains.
        let fingerprint: String
    }

    static let target = "wasm32-unknown-none-wasm"

    /// The Swift toolchain on the `PATH`.
    static func swift() throws(CommandError) -> Swift {
        let advice = "install Swift 6.3 from swift.org, or put its 'usr/bin' on the PATH"
        guard let found = Subprocess.find("swiftc"), let compiler = Files.resolved(found) else {
            throw CommandError(.environment, "the Swift compiler (swiftc) is not on the PATH", advice: advice)
        }
        let folder = Path.parent(compiler)
        let library = "\(Path.parent(folder))/lib/swift/embedded/\(target)"
        for file in ["\(folder)/clang", "\(folder)/wasm-ld"] where Files.kind(file) != .file {
            throw CommandError(.environment, "the Swift toolchain has no \(file.quotedForMessage)", advice: advice)
        }
        guard Files.kind("\(Path.parent(folder))/lib/swift/embedded/Swift.swiftmodule") == .folder else {
            throw CommandError(
                .environment, "the Swift toolchain in \(folder.quotedForMessage) has no Embedded Swift", advice: advice)
        }
        return Swift(
            folder: folder,
            unicodeTables: "\(library)/libswiftUnicodeDataTables.a",
            fingerprint: "\(compiler) \(Files.fingerprint(compiler) ?? "")"
        )
    }

    /// A Rust compiler that has the library for WebAssembly, and the linker that goes with it.
    static func rust() throws(CommandError) -> (compiler: String, linker: String?) {
        let candidates = [Subprocess.find("rustc"), "/usr/bin/rustc"].compactMap { $0 }
        guard !candidates.isEmpty else {
            throw CommandError(
                .environment, "there is no Rust compiler (rustc)",
                advice: "install it: 'apt install rustc libstd-rust-dev-wasm32 lld'")
        }
        for compiler in candidates {
            let query = ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]
            let answer = try Subprocess(compiler, query, output: .captured(limit: 4096)).run()
            guard answer.isSuccess else { continue }
            let folder = answer.output.text.split(separator: "\n").last.map(String.init) ?? ""
            guard Files.names(in: folder).contains(where: { $0.hasPrefix("libcore-") }) else { continue }
            // Debian's compiler brings no linker of its own; a newer one cannot read what it makes.
            let root = try Subprocess(compiler, ["--print", "sysroot"], output: .captured(limit: 4096)).run()
            let own = root.output.text.split(separator: "\n").last.map(String.init) ?? ""
            if own != "/usr" { return (compiler, nil) }
            let linkers = ["wasm-ld-14", "wasm-ld-13", "wasm-ld-15", "wasm-ld"].lazy.compactMap(Subprocess.find)
            guard let linker = linkers.first else {
                throw CommandError(
                    .environment, "\(compiler) needs the linker 'wasm-ld'", advice: "install it: 'apt install lld'")
            }
            return (compiler, linker)
        }
        throw CommandError(
            .environment, "the Rust compiler (\(candidates[0])) has no library for wasm32-unknown-unknown",
            advice: "'rustup target add wasm32-unknown-unknown', or 'apt install rustc libstd-rust-dev-wasm32 lld'")
    }

    /// A Python interpreter, 3.9 or newer.
    static func python() throws(CommandError) -> String {
        let advice = "install it: 'apt install python3'"
        guard let python = Subprocess.find("python3") else {
            throw CommandError(.environment, "there is no Python (python3) on the PATH", advice: advice)
        }
        let query = ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]
        guard try Subprocess(python, query, output: .captured(limit: 4096)).run().isSuccess else {
            throw CommandError(.environment, "\(python) is older than Python 3.9", advice: advice)
        }
        return python
    }

    /// The Zig compiler, as a program of its own or of Python's package: the words that a command begins with.
    static func zig() throws(CommandError) -> [String] {
        if let zig = Subprocess.find("zig") { return [zig] }
        if let python = Subprocess.find("python3") {
            let query = Subprocess(python, ["-c", "import ziglang"], output: .captured(limit: 4096))
            if try query.run().isSuccess { return [python, "-m", "ziglang"] }
        }
        throw CommandError(
            .environment, "there is no Zig compiler (zig)",
            advice: "install it: 'pip install ziglang', or from ziglang.org")
    }
}
