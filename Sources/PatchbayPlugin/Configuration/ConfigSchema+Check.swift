extension ConfigSchema {
    /// Checks what a user gave against the options: fills in defaults and turns sizes into bytes, time spans into
    /// nanoseconds. Reports everything that is wrong, not only the first. The configuration is nil when there is an error.
    /// - Parameter node: the options; nil or nothing means none were given. A plain value stands for ``shorthand``.
    /// - Parameter position: the place to report what has no place of its own, such as a missing option.
    public func check(
        _ node: ConfigNode?,
        position: ConfigPosition? = nil
    ) -> (configuration: PluginConfiguration?, diagnostics: [Diagnostic]) {
        var checker = ValueChecker()
        let place = node?.position ?? position
        var values: [String: ConfigNode] = [:]
        var given: [ConfigNode.Entry] = []
        for entry in entries(of: node, at: place, checker: &checker) {
            guard let option = option(exactly: entry.key) else {
                checker.unknownOption(entry, in: self)
                continue
            }
            if let first = given.first(where: { $0.key.hasSameBytes(as: entry.key) }) {
                checker.report(
                    "option '\(entry.key)' is given twice",
                    at: entry.position ?? place,
                    notes: [Diagnostic.Note("first given here", at: first.position)]
                )
                continue
            }
            given.append(entry)
            if let value = checker.check(entry, option, fallback: place) { values[option.name] = value }
        }
        for option in options where values[option.name] == nil {
            let wasGiven = given.contains { $0.key.hasSameBytes(as: option.name) && !$0.value.isNull }
            if wasGiven { continue }
            if let value = option.defaultValue {
                // A default is written like a user's value: '64KiB' in a manifest must come out in bytes.
                values[option.name] = checker.check(
                    ConfigNode.Entry(key: option.name, value: value),
                    option,
                    fallback: place
                )
            } else if option.isRequired {
                checker.report("the option '\(option.name)' is missing", at: place, advice: option.summaryAsAdvice)
            }
        }
        let secrets = Set(options.filter(\.isSecret).map(\.name))
        checker.hideLines(of: given.filter { secrets.contains($0.key) })
        guard !checker.hasError else { return (nil, checker.diagnostics) }
        return (PluginConfiguration(checked: values, position: place, secrets: secrets), checker.diagnostics)
    }

    /// The options that were given, whichever form they were given in.
    private func entries(
        of node: ConfigNode?,
        at position: ConfigPosition?,
        checker: inout ValueChecker
    ) -> [ConfigNode.Entry] {
        guard let node, !node.isNull else { return [] }
        if case .map(let entries) = node.content { return entries }
        if let shorthand {
            return [ConfigNode.Entry(key: shorthand, position: node.position, value: node)]
        }
        checker.report(
            "expected options as a mapping, got \(node.kindName)",
            at: position,
            advice: options.first.map { "write '\($0.name): ...'" }
        )
        return []
    }

    private func option(exactly name: String) -> ConfigOption? {
        options.first { $0.name.hasSameBytes(as: name) }
    }
}

extension ConfigOption {
    fileprivate var summaryAsAdvice: String? { summary.isEmpty ? nil : "'\(name)' is: \(summary)" }
}
