/// One thing to say about a configuration: where, what, and what the user can do.
public struct Diagnostic: Sendable, Equatable {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// The configuration cannot be used.
        case error
        /// It can be used and is probably not what was meant.
        case warning
    }

    /// A second place that belongs to it.
    public struct Note: Sendable, Equatable {
        /// Where.
        public var position: ConfigPosition?
        /// What is there, one line without a full stop.
        public var message: String

        /// A note.
        public init(_ message: String, at position: ConfigPosition?) {
            self.message = message
            self.position = position
        }
    }

    /// How bad it is.
    public var severity: Severity
    /// Where, when it has a place.
    public var position: ConfigPosition?
    /// What is wrong, one line without a full stop.
    public var message: String
    /// What the user can do about it.
    public var advice: String?
    /// Other places that belong to it.
    public var notes: [Note]
    /// Whether the line at `position` must not be shown, because a secret stands in it.
    public var hidesSource = false
    /// A guilty piece of text and a line with a mark below it, shown in place of the line at `position`.
    public var excerpt: String?

    /// Something to say.
    public init(
        _ message: String,
        at position: ConfigPosition?,
        severity: Severity = .error,
        advice: String? = nil,
        notes: [Note] = []
    ) {
        self.severity = severity
        self.position = position
        self.message = message
        self.advice = advice
        self.notes = notes
    }
}

extension Diagnostic: CustomStringConvertible {
    /// One line: `pipeline.yaml:12:7: error: unknown key 'plugin_nam'; did you mean 'plugin_name'?`.
    public var description: String {
        var text = position.map { "\($0): " } ?? ""
        text += "\(severity.rawValue): \(message)"
        if let advice { text += "; \(advice)" }
        return text
    }
}

extension String {
    /// The text in quotes for a message: shortened, on one line, without control characters.
    public var quotedForMessage: String { quotedForMessage(limit: 60) }

    /// The same, shortened to `limit` characters only.
    func quotedForMessage(limit: Int) -> String {
        var shown = "'"
        for (index, scalar) in unicodeScalars.enumerated() {
            if index == limit { return shown + "...'" }
            shown += scalar.isShowable ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
        }
        return shown + "'"
    }

    /// Whether both consist of the same bytes; `==` also takes different codings of one character as equal.
    func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension Unicode.Scalar {
    /// Whether it may be written to a terminal as it is.
    public var isShowable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
