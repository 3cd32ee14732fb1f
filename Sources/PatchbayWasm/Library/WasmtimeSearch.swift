/// Where Wasmtime's library is looked for.
///
/// `PATCHBAY_WASMTIME` names the file, and then nothing else is looked at. Without it, in this order: beside the program,
/// in `../lib/patchbay` of an installation, in `build/wasmtime` of the checkout that the program was built in, and in what
/// `pip install wasmtime` fills: the virtual environment, PYTHONPATH, the user's and the system's packages.
struct WasmtimeSearch {
    /// The variables that decide.
    var override: String?
    var home: String?
    var virtualEnvironment: String?
    var pythonPath: String?
    /// The path of the running program, nil where it is not known.
    var executable: String?
    /// Where the system keeps its packages.
    var systemLibraries = ["/usr/local/lib", "/usr/lib"]

    /// The search with this process's variables and program.
    static func ofThisProcess() -> WasmtimeSearch {
        WasmtimeSearch(
            override: SystemFiles.variable("PATCHBAY_WASMTIME"),
            home: SystemFiles.variable("HOME"),
            virtualEnvironment: SystemFiles.variable("VIRTUAL_ENV"),
            pythonPath: SystemFiles.variable("PYTHONPATH"),
            executable: SystemFiles.executable())
    }

    /// Loads the first library that fits. Where none does but one is there, its error is thrown.
    func load() throws(WasmError) -> WasmtimeLibrary {
        if let override, !override.isEmpty {
            do {
                return try WasmtimeLibrary(path: override)
            } catch {
                var error = error
                error.message = "PATCHBAY_WASMTIME: \(error.message)"
                throw error
            }
        }
        var failure: WasmError?
        for path in candidates() where SystemFiles.isFile(path) {
            do {
                return try WasmtimeLibrary(path: path)
            } catch {
                failure = failure ?? error
            }
        }
        throw failure
            ?? WasmError(
                .library,
                "WebAssembly plugins need Wasmtime's library, which is not on this machine",
                cause: "it is neither beside the program, nor in its installation, nor in Python's packages",
                advice: WasmtimeLibrary.advice)
    }

    /// The files that may be the library, the nearest first; most do not exist.
    func candidates() -> [String] {
        besideProgram() + packageDirectories().map { "\($0)/wasmtime/\(Self.platform)/_libwasmtime.so" }
    }

    #if arch(arm64)
        private static let platform = "linux-aarch64"
    #else
        private static let platform = "linux-x86_64"
    #endif

    private func besideProgram() -> [String] {
        guard let executable, let directory = Self.parent(executable) else { return [] }
        var paths = ["\(directory)/libwasmtime.so"]
        if let prefix = Self.parent(directory) { paths.append("\(prefix)/lib/patchbay/libwasmtime.so") }
        var ancestor = Self.parent(directory)
        while let place = ancestor {
            // Only a checkout of ours counts: anybody may make a directory called build.
            if SystemFiles.isFile("\(place)/Tools/setup-wasmtime") {
                paths.append("\(place)/build/wasmtime/libwasmtime.so")
            }
            ancestor = Self.parent(place)
        }
        return paths
    }

    private func packageDirectories() -> [String] {
        var directories: [String] = []
        if let virtualEnvironment, !virtualEnvironment.isEmpty {
            directories += Self.pythonPackages(in: "\(virtualEnvironment)/lib")
        }
        // An empty entry is the working directory to Python; a library from there is not wanted.
        directories += (pythonPath ?? "").split(separator: ":").filter { $0.first == "/" }.map(String.init)
        if let home, !home.isEmpty { directories += Self.pythonPackages(in: "\(home)/.local/lib") }
        for library in systemLibraries { directories += Self.pythonPackages(in: library) }
        return directories
    }

    /// The package directories of every Python 3 in `library`, the newest first.
    private static func pythonPackages(in library: String) -> [String] {
        let versions = SystemFiles.names(in: library).compactMap { name -> (number: Int, name: String)? in
            guard name.hasPrefix("python3") else { return nil }
            return (Int(name.dropFirst("python3.".count)) ?? 0, name)
        }
        return versions.sorted { ($0.number, $0.name) > ($1.number, $1.name) }.flatMap { version in
            ["\(library)/\(version.name)/site-packages", "\(library)/\(version.name)/dist-packages"]
        }
    }

    /// The directory of an absolute path; nil for the root and for what is not absolute.
    private static func parent(_ path: String) -> String? {
        guard path.first == "/", path.count > 1, let slash = path.lastIndex(of: "/") else { return nil }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
