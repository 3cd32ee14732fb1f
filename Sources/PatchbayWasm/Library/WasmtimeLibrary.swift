internal import CWasmtime

/// Wasmtime, loaded: the table of its functions, and which library it is.
///
/// A process loads it once, at first use, and keeps it until it ends; a failure is kept as well.
@safe
public struct WasmtimeLibrary: @unchecked Sendable {
    /// The version that the declarations were written for, as the library says it of itself.
    public static let neededVersion = "50.0.0"
    /// The PyPI package that carries such a library.
    public static let package = "wasmtime==50.0.1"

    /// The file that was loaded.
    public let path: String
    /// Which build it is: the version and the linker's build ID. Machine code of one build is not another's.
    public let identity: String
    /// The functions. Never freed, so a copy of the pointer stays good.
    let functions: UnsafePointer<cwasmtime>

    /// The process's library, found as `WasmtimeSearch` describes.
    ///
    /// - Throws: `.library`, when there is none that fits.
    public static func shared() throws(WasmError) -> WasmtimeLibrary {
        try loaded.get()
    }

    private static let loaded = Result<WasmtimeLibrary, WasmError> { () throws(WasmError) in
        try WasmtimeSearch.ofThisProcess().load()
    }

    /// Loads the library in the file at `path` after reading that it is one and is whole.
    ///
    /// The file is read first because loading runs a library's own code: what is not Wasmtime is never loaded.
    init(path: String) throws(WasmError) {
        let file = try LibraryFile(path: path)
        guard file.version == Self.neededVersion else {
            throw WasmError(
                .library,
                "\(path) is Wasmtime \(file.version), and Patchbay needs the library \(Self.neededVersion)",
                advice: Self.advice)
        }
        self.path = path
        identity = "wasmtime-\(file.version)-\(file.build)"
        unsafe functions = try Self.resolve(path: path)
    }

    /// How to get the right library.
    static let advice =
        "get it with 'pip install \(package)' (in a development checkout: 'make'), "
        + "or set PATCHBAY_WASMTIME to the path of its libwasmtime.so"

    private static func resolve(path: String) throws(WasmError) -> UnsafePointer<cwasmtime> {
        let table = UnsafeMutablePointer<cwasmtime>.allocate(capacity: 1)
        var reason = [CChar](repeating: 0, count: 1024)
        // A bare name would be searched for in the system's directories, and another file be loaded than was read.
        let file = path.contains("/") ? path : "./\(path)"
        guard unsafe cwasmtime_load(file, table, &reason, reason.count) == 0 else {
            unsafe table.deallocate()
            throw WasmError(
                .library,
                "\(path) can not be loaded as Wasmtime",
                cause: String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
                advice: advice)
        }
        return unsafe UnsafePointer(table)
    }
}
