import Patchbay

/// A shell that can complete the commands.
enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    /// What the shell has to read.
    var completions: String {
        switch self {
        case .bash: BashCompletion.text
        case .zsh: ZshCompletion.text
        case .fish: FishCompletion.text
        }
    }
}

/// What completions of all shells are made of.
enum CompletionWords {
    /// The words that may come first, in order.
    static var firstWords: [String] {
        var words: [String] = []
        for command in CommandTable.commands {
            let first = command.name.split(separator: " ").first.map(String.init) ?? command.name
            if !words.contains(first) { words.append(first) }
        }
        return words + ["help"]
    }

    /// The second words of a group.
    static func members(of group: String) -> [String] {
        CommandTable.commands.map(\.name).filter { $0.hasPrefix("\(group) ") }.map {
            String($0.dropFirst(group.count + 1))
        }
    }

    /// Names of plugins that play one of `roles`; all when nil.
    static func plugins(_ roles: [Role]? = nil) -> [String] {
        guard let registry = try? Builtins.registry() else { return [] }
        var names: [String] = []
        for role in roles ?? Role.allCases {
            for (capability, _) in registry.all(ofType: role.rawValue) where !names.contains(capability.name) {
                names.append(capability.name)
            }
        }
        return names
    }

    /// The words that an option's value may be; nil when it is free.
    static func values(of option: OptionSpec) -> [String]? {
        if option.completion == .parsers { return plugins([.parser]) }
        return switch option.value {
        case .choice(let words), .optionalChoice(let words): words
        case .none, .text, .number: nil
        }
    }

    /// The words that an operand may be; nil for files.
    static func values(of operand: OperandSpec) -> [String]? {
        switch operand.completion {
        case .files: nil
        case .words(let words): words
        case .plugins: plugins()
        }
    }
}

extension String {
    /// In single quotes for a POSIX shell.
    var shellQuoted: String {
        "'" + map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
    }
}
