/// A language that plugins can be written in.
enum PluginLanguage: String, CaseIterable, Sendable {
    case swift, c, rust, zig

    /// How its sources end.
    var ending: String {
        switch self {
        case .swift: ".swift"
        case .c: ".c"
        case .rust: ".rs"
        case .zig: ".zig"
        }
    }

    /// As it is written in prose.
    var title: String {
        switch self {
        case .swift: "Swift"
        case .c: "C"
        case .rust: "Rust"
        case .zig: "Zig"
        }
    }
}
