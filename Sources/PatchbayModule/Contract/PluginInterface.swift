/// What a module and its host have to agree on: the exports and imports of the plugin ABI, version 1
/// (`patchbay_plugin.h`), and what each import needs to be allowed.
public enum PluginInterface {
    /// The version of the ABI.
    public static let version = 1
    /// The custom section that holds a module's manifest as JSON.
    public static let manifestSection = "patchbay.manifest"
    /// The space that host functions are imported from.
    public static let importModule = "patchbay"
    /// The space of WASI preview 1.
    public static let systemModule = "wasi_snapshot_preview1"

    /// A function that hosts offer.
    public struct HostFunction: Sendable {
        /// The name of the import.
        public let name: String
        /// Its type.
        public let type: FunctionType
        /// What it needs to be allowed, as in a list of permissions; nil for nothing.
        public let grant: String?
        /// Whether hosts give the grant unless they are told otherwise.
        public let isGrantedByDefault: Bool

        init(
            _ name: String, _ parameters: [ValueType], _ results: [ValueType] = [], grant: String? = nil,
            byDefault: Bool = false
        ) {
            self.name = name
            type = FunctionType(parameters, results)
            self.grant = grant
            isGrantedByDefault = byDefault
        }
    }

    /// The functions that a module has to export.
    public static let exports: [(name: String, type: FunctionType)] = [
        ("patchbay_call", FunctionType([.i32, .i32], [.i32])),
        ("patchbay_allocate", FunctionType([.i32], [.i32])),
        ("patchbay_free", FunctionType([.i32])),
    ]

    /// The functions that a module may import from ``importModule``.
    public static let hostFunctions: [HostFunction] = [
        HostFunction("granted", [.i32, .i32], [.i32]),
        HostFunction("log", [.i32, .i32, .i32, .i32, .i32], grant: "log", byDefault: true),
        HostFunction("clock", [.i32], [.i64], grant: "clock"),
        HostFunction("random", [.i32, .i32], grant: "random"),
        HostFunction("config", [.i32, .i32, .i32, .i32], [.i64]),
        HostFunction("secret", [.i32, .i32, .i32, .i32], [.i64], grant: "secret:NAME"),
        HostFunction("state_get", [.i32, .i32, .i32, .i32], [.i64], grant: "state"),
        HostFunction("state_set", [.i32, .i32, .i32, .i32], [.i32], grant: "state"),
        HostFunction("counter", [.i32, .i32, .i64], grant: "metrics", byDefault: true),
        HostFunction("histogram", [.i32, .i32, .f64], grant: "metrics", byDefault: true),
        HostFunction(
            "call", [.i32, .i32, .i32, .i32, .i32, .i32, .i32, .i32], [.i64], grant: "call:TYPE/NAME"),
        HostFunction("answer", [.i32, .i32], [.i64], grant: "call:TYPE/NAME"),
        HostFunction("open", [.i32, .i32, .i32], [.i32], grant: "read:PATH or write:PATH"),
        HostFunction("connect", [.i32, .i32, .i32], [.i32], grant: "connect:HOST:PORT"),
        HostFunction("read", [.i32, .i32, .i64], [.i64]),
        HostFunction("forward", [.i32, .i64], [.i64]),
        HostFunction("write", [.i32, .i32, .i64], [.i64]),
        HostFunction("seek", [.i32, .i64], [.i64]),
        HostFunction("size", [.i32], [.i64]),
        HostFunction("sync", [.i32], [.i32]),
        HostFunction("close", [.i32]),
    ]

    /// The function that a module may import under `name`.
    public static func hostFunction(_ name: String) -> HostFunction? {
        hostFunctions.first { $0.name.utf8.elementsEqual(name.utf8) }
    }
}
