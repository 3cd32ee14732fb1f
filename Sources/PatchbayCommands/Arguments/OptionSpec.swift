/// One option of a command, as help, parser and completions know it.
struct OptionSpec: Sendable {
    /// What follows the option's name.
    enum Value: Sendable {
        /// Nothing.
        case none
        /// Any text; the name stands for it in the help.
        case text(String)
        /// One of these words.
        case choice([String])
        /// One of these words, or nothing.
        case optionalChoice([String])
        /// A whole number within a range.
        case number(String, ClosedRange<Int>)
    }

    /// What a shell offers for the value.
    enum Completion: Sendable {
        case nothing, files, parsers
    }

    /// The name without dashes.
    let name: String
    /// The letter, if there is a short form.
    let letter: Character?
    let value: Value
    /// Whether it may be given several times.
    let repeats: Bool
    let completion: Completion
    /// One sentence for the help.
    let summary: String

    init(
        _ name: String,
        letter: Character? = nil,
        _ value: Value = .none,
        repeats: Bool = false,
        completion: Completion = .nothing,
        summary: String
    ) {
        self.name = name
        self.letter = letter
        self.value = value
        self.repeats = repeats
        self.completion = completion
        self.summary = summary
    }

    /// As in the help: `-o, --output FILE`.
    var usage: String {
        let short = letter.map { "-\($0), " } ?? "    "
        return switch value {
        case .none: "\(short)--\(name)"
        case .text(let what), .number(let what, _): "\(short)--\(name) \(what)"
        case .choice(let words): "\(short)--\(name) \(words.joined(separator: "|"))"
        case .optionalChoice(let words): "\(short)--\(name) [\(words.joined(separator: "|"))]"
        }
    }
}

/// What a command works on: arguments without a dash.
struct OperandSpec: Sendable {
    /// How many there may be.
    enum Count: Sendable {
        case one, optional, oneOrMore
    }

    /// What a shell offers.
    enum Completion: Sendable {
        case files
        case words([String])
        case plugins
    }

    let name: String
    let count: Count
    let completion: Completion
    let summary: String

    init(_ name: String, _ count: Count = .one, completion: Completion = .files, summary: String) {
        self.name = name
        self.count = count
        self.completion = completion
        self.summary = summary
    }

    /// As in the usage line: `FILE`, `[NAME]`, `INPUT...`.
    var usage: String {
        switch count {
        case .one: name
        case .optional: "[\(name)]"
        case .oneOrMore: "\(name)..."
        }
    }
}
