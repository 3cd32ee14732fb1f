import PatchbayPlugin

/// Text with variables in it: `http://${env:HOST:-localhost}/`. `$${` stands for `${` itself.
enum VariableTemplate {
    /// One part of it.
    enum Part: Equatable {
        case text(String)
        case environment(name: String, default: String?)
        case file(path: String)
    }

    /// What is wrong with its form.
    struct Problem: Error {
        var message: String
        var advice: String?
    }

    /// The parts of `text`, in order.
    static func parse(_ text: String) -> Result<[Part], Problem> {
        var parts: [Part] = []
        var plain = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            plain += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                plain += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    return .failure(
                        Problem(message: "'${' without '}'", advice: "write '$${' for the characters themselves"))
                }
                if !plain.isEmpty { parts.append(.text(plain)) }
                plain = ""
                switch variable(rest[..<end].dropFirst(2)) {
                case .success(let part): parts.append(part)
                case .failure(let problem): return .failure(problem)
                }
                rest = rest[rest.index(after: end)...]
            } else {
                plain += "$"
                rest = rest.dropFirst()
            }
        }
        plain += rest
        if !plain.isEmpty { parts.append(.text(plain)) }
        return .success(parts)
    }

    /// What stands between the braces.
    private static func variable(_ inner: Substring) -> Result<Part, Problem> {
        let shown = "${\(inner)}".quotedForMessage
        guard let colon = inner.firstIndex(of: ":") else {
            let advice = isName(inner) ? "write '${env:\(inner)}', or '$${' for the characters themselves" : nil
            return .failure(Problem(message: "\(shown) is no variable", advice: advice))
        }
        let kind = String(inner[..<colon])
        let value = inner[inner.index(after: colon)...]
        switch kind {
        case "env": return environment(value, shown)
        case "file":
            guard !value.isEmpty else { return .failure(Problem(message: "\(shown) names no file", advice: nil)) }
            return .success(.file(path: String(value)))
        default:
            let advice = NameSuggestion.advice(for: kind, in: ["env", "file"])
            return .failure(
                Problem(
                    message: "\(shown) is no variable", advice: advice ?? "there are '${env:NAME}' and '${file:PATH}'")
            )
        }
    }

    private static func environment(_ value: Substring, _ shown: String) -> Result<Part, Problem> {
        var name = value
        var fallback: String?
        if let colon = value.firstIndex(of: ":") {
            name = value[..<colon]
            let rest = value[colon...]
            guard rest.hasPrefix(":-") else {
                return .failure(
                    Problem(
                        message: "\(shown) is no variable", advice: "a default is written '${env:\(name):-default}'"))
            }
            fallback = String(rest.dropFirst(2))
        }
        guard isName(name) else {
            return .failure(
                Problem(message: "\(shown) names no variable", advice: "a name has letters, digits and '_'"))
        }
        return .success(.environment(name: String(name), default: fallback))
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.unicodeScalars.allSatisfy {
            $0 == "_" || ($0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil))
        }
    }
}
