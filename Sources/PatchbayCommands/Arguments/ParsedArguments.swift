import Patchbay

/// What a user asked of a command.
struct ParsedArguments: Sendable {
    private(set) var values: [String: [String]] = [:]
    /// Arguments without a dash, in order.
    fileprivate(set) var operands: [String] = []

    /// Whether an option was given.
    func has(_ option: String) -> Bool { values[option] != nil }

    /// The value of an option; empty for one without a value.
    func value(_ option: String) -> String? { values[option]?.last }

    /// All values of an option that may be repeated.
    func all(_ option: String) -> [String] { values[option] ?? [] }

    /// The value of an option that takes a number; the parser has checked it.
    func number(_ option: String) -> Int? { value(option).flatMap { Int($0) } }
}

extension ParsedArguments {
    /// Reads the arguments behind the command's name.
    init(_ arguments: ArraySlice<String>, for command: CommandSpec) throws(CommandError) {
        var rest = arguments
        var onlyOperands = false
        while let argument = rest.popFirst() {
            if onlyOperands || argument == "-" || !argument.hasPrefix("-") {
                operands.append(argument)
            } else if argument == "--" {
                onlyOperands = true
            } else if argument.hasPrefix("--") {
                try readLong(argument.dropFirst(2), &rest, command)
            } else {
                try readShort(argument.dropFirst(), &rest, command)
            }
        }
        if has(CommandTable.help.name) { return }
        try checkOperands(of: command)
    }

    private mutating func readLong(
        _ text: Substring,
        _ rest: inout ArraySlice<String>,
        _ command: CommandSpec
    ) throws(CommandError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = command.options.first(where: { $0.name == name }) else {
            throw CommandError.unknownOption("--\(name)", command)
        }
        try take(option, attached: parts.count > 1 ? String(parts[1]) : nil, &rest, command)
    }

    /// `-o FILE`, `-oFILE`, and several letters without values in one word.
    private mutating func readShort(
        _ text: Substring,
        _ rest: inout ArraySlice<String>,
        _ command: CommandSpec
    ) throws(CommandError) {
        var letters = text
        while let letter = letters.popFirst() {
            guard let option = command.options.first(where: { $0.letter == letter }) else {
                throw CommandError.unknownOption("-\(letter)", command)
            }
            if case .none = option.value {
                try take(option, attached: nil, &rest, command)
                continue
            }
            return try take(option, attached: letters.isEmpty ? nil : String(letters), &rest, command)
        }
    }

    private mutating func take(
        _ option: OptionSpec,
        attached: String?,
        _ rest: inout ArraySlice<String>,
        _ command: CommandSpec
    ) throws(CommandError) {
        let value = try readValue(option, attached, &rest, command)
        if !option.repeats, has(option.name), option.name != CommandTable.help.name {
            throw .usage("--\(option.name) is given twice")
        }
        values[option.name, default: []].append(value)
    }

    private func readValue(
        _ option: OptionSpec,
        _ attached: String?,
        _ rest: inout ArraySlice<String>,
        _ command: CommandSpec
    ) throws(CommandError) -> String {
        switch option.value {
        case .none:
            if attached != nil { throw .usage("--\(option.name) takes no value") }
            return ""
        case .optionalChoice(let words):
            if let attached { return try check(attached, words, option) }
            guard let next = rest.first, words.contains(next) else { return "" }
            rest.removeFirst()
            return next
        case .text, .choice, .number:
            guard let value = attached ?? rest.popFirst() else {
                throw .usage("--\(option.name) needs a value", advice: "write '\(option.usage.drop { $0 == " " })'")
            }
            if case .choice(let words) = option.value { return try check(value, words, option) }
            if case .number(_, let range) = option.value {
                guard let number = Int(value), range.contains(number) else {
                    throw .usage(
                        "--\(option.name) needs a whole number from \(range.lowerBound)"
                            + (range.upperBound == .max ? "" : " to \(range.upperBound)")
                            + ", not \(value.quotedForMessage)"
                    )
                }
            }
            return value
        }
    }

    private func check(_ value: String, _ words: [String], _ option: OptionSpec) throws(CommandError) -> String {
        if words.contains(value) { return value }
        throw .usage(
            "--\(option.name) can be \(words.joined(separator: ", ")), not \(value.quotedForMessage)",
            advice: NameSuggestion.advice(for: value, in: words)
        )
    }

    private func checkOperands(of command: CommandSpec) throws(CommandError) {
        let needed = command.operands.count { $0.count != .optional }
        if operands.count < needed {
            throw .usage(
                "\(command.operands[operands.count].name) is missing",
                advice: "write '\(command.usage)'"
            )
        }
        let takesAny = command.operands.contains { $0.count == .oneOrMore }
        if !takesAny, operands.count > command.operands.count {
            throw .usage(
                "\(operands[command.operands.count].quotedForMessage) is too much",
                advice: "write '\(command.usage)'"
            )
        }
    }
}

extension CommandError {
    fileprivate static func unknownOption(_ text: String, _ command: CommandSpec) -> CommandError {
        let names = command.options.map { "--\($0.name)" }
        return .usage(
            "'\(command.name)' has no option \(text.quotedForMessage)",
            advice: NameSuggestion.advice(for: text, in: names) ?? "see 'patchbay \(command.name) --help'"
        )
    }
}
