/// A language that plugins can be written in.
enum PluginLanguage: String, CaseIterable, Sendable {
    case swift, c, rust, zig, python

    /// How its sources end.
    var ending: String {
        switch self {
        case .swift: ".swift"
        case .c: ".c"
        case .rust: ".rs"
        case .zig: ".zig"
        case .python: ".py"
        }
    }

    /// As it is written in prose.
    var title: String {
        switch self {
        case .swift: "Swift"
        case .c: "C"
        case .rust: "Rust"
        case .zig: "Zig"
        case .python: "Python"
        }
    }

    /// What its plugins can be built to, what they are built to by default first.
    var forms: [PluginForm] {
        switch self {
        case .swift: [.wasm, .process]
        case .c, .rust, .zig: [.wasm]
        case .python: [.process]
        }
    }
}

/// What a plugin is built to.
enum PluginForm: String, CaseIterable, Sendable {
    /// A WebAssembly module.
    case wasm
    /// A program of its own.
    case process

    /// The file's name for a plugin's name.
    func file(_ name: String) -> String {
        switch self {
        case .wasm: "\(name).wasm"
        case .process: "\(name).plugin"
        }
    }
}
