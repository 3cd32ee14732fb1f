public import PatchbayPlugin

extension PipelineConfiguration {
    /// The same configuration with the variables in `with`, `params` and `connection` replaced by their values.
    ///
    /// A value stays text whatever it looks like; options that take numbers, sizes or truth values read it. Where a
    /// variable or file is missing, the diagnostics say so and the text is marked as unresolved, so that all other
    /// checks can go on.
    public func substituting(
        _ environment: ConfigurationEnvironment
    ) -> (configuration: PipelineConfiguration, diagnostics: [Diagnostic]) {
        var result = self
        var substitution = Substitution(environment: environment, configuration: self)
        for index in stages.indices {
            result.stages[index].parameters = stages[index].parameters.map { substitution.replace($0) }
            result.stages[index].connection = stages[index].connection.map { substitution.replace($0) }
        }
        return (result, substitution.diagnostics)
    }
}

/// Replaces variables in trees. Every file is read once.
private struct Substitution {
    let environment: ConfigurationEnvironment
    let configuration: PipelineConfiguration
    var diagnostics: [Diagnostic] = []
    private var files: [String: String?] = [:]
    /// Bytes that may still be put in: many uses of a large file must not fill the memory.
    private var room = 16 << 20

    init(environment: ConfigurationEnvironment, configuration: PipelineConfiguration) {
        self.environment = environment
        self.configuration = configuration
    }

    mutating func replace(_ node: ConfigNode) -> ConfigNode {
        var result = node
        switch node.content {
        case .list(let elements): result.content = .list(elements.map { replace($0) })
        case .map(let entries):
            result.content = .map(
                entries.map { ConfigNode.Entry(key: $0.key, position: $0.position, value: replace($0.value)) }
            )
        case .string(let text) where text.contains("${"):
            guard case .success(let parts) = VariableTemplate.parse(text) else { return node }
            let found = parts.map { value(of: $0, at: node.position) }
            let values = found.compactMap(\.self)
            guard values.count == found.count else {
                result.provenance = .unresolved
                return result
            }
            result.content = .string(values.joined())
            let isPlain = parts.allSatisfy { if case .text = $0 { true } else { false } }
            result.provenance = isPlain ? .written : .substituted
        default: break
        }
        return result
    }

    private mutating func value(of part: VariableTemplate.Part, at position: ConfigPosition?) -> String? {
        do throws(ConfigurationError) {
            switch part {
            case .text(let text): return text
            case .environment(let name, let fallback):
                let value = try environment.variable(name)
                if let fallback, value ?? "" == "" { return fits(fallback, position) }
                if let value { return fits(value, position) }
                report(
                    "the variable \(name) is not set", position, "set it, or give a default: '${env:\(name):-default}'")
            case .file(let path):
                return try content(of: configuration.resolve(path: path), position)
            }
        } catch {
            report(error.description, position, nil)
        }
        return nil
    }

    private mutating func content(of path: String, _ position: ConfigPosition?) throws(ConfigurationError) -> String? {
        if let known = files[path] {
            if known == nil { report("the file \(path.quotedForMessage) cannot be read", position, nil) }
            return known.flatMap { fits($0, position) }
        }
        files[path] = .some(nil)
        var text = try environment.file(path)
        // "\r\n" is one character here.
        if text.last == "\n" || text.last == "\r\n" { text.removeLast() }
        files[path] = text
        return fits(text, position)
    }

    private mutating func fits(_ text: String, _ position: ConfigPosition?) -> String? {
        room -= text.utf8.count
        if room >= 0 { return text }
        report("the variables stand for more than 16 MiB", position, nil)
        return nil
    }

    private mutating func report(_ message: String, _ position: ConfigPosition?, _ advice: String?) {
        if diagnostics.count < 100 { diagnostics.append(Diagnostic(message, at: position, advice: advice)) }
    }
}
