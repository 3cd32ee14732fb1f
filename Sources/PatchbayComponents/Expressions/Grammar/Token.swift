import PatchbayPlugin

/// A word or sign of an expression.
struct Token: Equatable {
    enum Kind: Equatable {
        /// A name or keyword as it was written.
        case word(String)
        /// A name between backquotes.
        case quotedName(String)
        /// Text between quotes, escapes resolved.
        case text([UInt8])
        /// A whole number; the sign is an operator.
        case integer(UInt64)
        /// A number with a fraction or an exponent.
        case number(Double)
        /// An operator or bracket.
        case sign(Sign)
        /// The end of the text.
        case end
    }

    enum Sign: String, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case and = "&&"
        case or = "||"
        case range = ".."
        case assign = "="
        case less = "<"
        case greater = ">"
        case not = "!"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divide = "/"
        case remainder = "%"
        case open = "("
        case close = ")"
        case openList = "["
        case closeList = "]"
        case comma = ","
    }

    let kind: Kind
    /// In bytes from the start of the text.
    let range: Range<Int>

    /// Whether it is the keyword `word`, which is written in lower or upper case.
    func isKeyword(_ word: String) -> Bool {
        guard case .word(let text) = kind else { return false }
        return text == word || text == word.uppercased()
    }

    /// How messages call it.
    var description: String {
        switch kind {
        case .word(let text), .quotedName(let text): text.quotedForMessage
        case .text: "a text"
        case .integer, .number: "a number"
        case .sign(let sign): "'\(sign.rawValue)'"
        case .end: "the end of the expression"
        }
    }
}
