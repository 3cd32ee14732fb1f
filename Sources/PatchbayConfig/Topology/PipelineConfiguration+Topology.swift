public import PatchbayPlugin

extension PipelineConfiguration {
    /// What is wrong with the way the stages hang together: missing sources or sinks, names given twice, inputs that
    /// do not exist, circles, stages that get no records, and stages whose records nobody reads.
    public func topologyDiagnostics() -> [Diagnostic] {
        var found = missingSections()
        found += repeatedNames()
        found += badInputs()
        let inputs = inputIndices()
        found += circles(inputs)
        // What does not hang together because of one of these would only hide them.
        if found.isEmpty { found += looseEnds(inputs) }
        found += deadLetters()
        return found
    }

    /// Problems of one kind that are reported, at most.
    private static var reportLimit: Int { 100 }

    private var start: ConfigPosition { ConfigPosition(file: file, line: 0, column: 0) }

    private func missingSections() -> [Diagnostic] {
        [StageConfiguration.Section.sources, .sinks].compactMap { section in
            guard !stages.contains(where: { $0.section == section }) else { return nil }
            let kind = section == .sources ? "source" : "sink"
            return Diagnostic("the pipeline has no \(kind)", at: start, advice: "add one under '\(section.rawValue)'")
        }
    }

    private func repeatedNames() -> [Diagnostic] {
        var first: [String: Int] = [:]
        return stages.indices.compactMap { index in
            let stage = stages[index]
            guard let other = first[stage.id] else {
                first[stage.id] = index
                return nil
            }
            let wasNamed = stage.positions.id != nil
            return Diagnostic(
                "two stages are called '\(stage.id)'",
                at: stage.namePosition,
                advice: wasNamed ? "give one another 'id'" : "give each an 'id' of its own",
                notes: [Diagnostic.Note("the first is here", at: stages[other].namePosition)]
            )
        }
    }

    private func badInputs() -> [Diagnostic] {
        let known = firstIndices()
        var found: [Diagnostic] = []
        for stage in stages {
            for input in stage.inputs ?? [] where found.count < Self.reportLimit {
                if let index = known[input.id] {
                    if stages[index].section != .sinks { continue }
                    found.append(
                        Diagnostic("'\(input.id)' is a sink; nothing can be read from it", at: input.position)
                    )
                } else {
                    let others = stages.indices.filter {
                        stages[$0].section != .sinks && stages[$0].id != stage.id && known[stages[$0].id] == $0
                    }
                    let names = others.map { stages[$0].id }
                    let all =
                        names.isEmpty ? nil : "stages to read from are \(names.prefix(20).joined(separator: ", "))"
                    found.append(
                        Diagnostic(
                            "there is no stage \(input.id.quotedForMessage)",
                            at: input.position,
                            advice: NameSuggestion.advice(for: input.id, in: names) ?? all
                        )
                    )
                }
            }
        }
        return found
    }

    /// Every circle once, found by walking up the inputs.
    private func circles(_ inputs: [[Int]]) -> [Diagnostic] {
        enum Mark { case new, open, done }
        var marks = [Mark](repeating: .new, count: stages.count)
        var found: [Diagnostic] = []
        for root in stages.indices where marks[root] == .new {
            // An explicit stack: a line of a hundred thousand stages must not overflow the thread's.
            var path: [(stage: Int, next: Int)] = [(root, 0)]
            marks[root] = .open
            while let (stage, next) = path.last {
                guard next < inputs[stage].count else {
                    marks[stage] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let input = inputs[stage][next]
                switch marks[input] {
                case .done: break
                case .new:
                    marks[input] = .open
                    path.append((input, 0))
                case .open:
                    let members = path.drop { $0.stage != input }.map(\.stage)
                    found.append(circle(members))
                }
            }
        }
        return found
    }

    /// - Parameter members: the stages of a circle, each reading the next.
    private func circle(_ members: [Int]) -> Diagnostic {
        var names = ([members[0]] + members.reversed()).map { stages[$0].id }
        if names.count > 12 { names.replaceSubrange(6..<(names.count - 5), with: ["..."]) }
        let stage = stages[members.min() ?? members[0]]
        return Diagnostic(
            "the stages run in a circle: \(names.joined(separator: " -> "))",
            at: stage.positions.inputs ?? stage.namePosition
        )
    }

    private func looseEnds(_ inputs: [[Int]]) -> [Diagnostic] {
        let isRead = Set(inputs.joined())
        let isFed = stagesFedBySources(inputs)
        return stages.indices.compactMap { index in
            let stage = stages[index]
            if stage.section != .sinks, !isRead.contains(index) {
                return Diagnostic(
                    "nothing reads the records of '\(stage.id)'",
                    at: stage.namePosition,
                    advice: "add '\(stage.id)' to the inputs of a stage, or remove it"
                )
            }
            if isFed[index] { return nil }
            return Diagnostic("no source feeds '\(stage.id)'", at: stage.namePosition)
        }
    }

    /// Whether records of some source reach each stage.
    private func stagesFedBySources(_ inputs: [[Int]]) -> [Bool] {
        var readers = [[Int]](repeating: [], count: stages.count)
        for (stage, feeding) in inputs.enumerated() {
            for input in feeding { readers[input].append(stage) }
        }
        var isFed = stages.map { $0.section == .sources }
        var open = stages.indices.filter { isFed[$0] }
        while let stage = open.popLast() {
            for reader in readers[stage] where !isFed[reader] {
                isFed[reader] = true
                open.append(reader)
            }
        }
        return isFed
    }

    private func deadLetters() -> [Diagnostic] {
        guard settings.deadLetterPath == nil else { return [] }
        return stages.filter { $0.onError == .deadLetter }.map { stage in
            Diagnostic(
                "'on_error: dead_letter' needs a dead-letter file",
                at: stage.positions.onError,
                advice: "add 'settings: {dead_letter: {path: FILE}}'"
            )
        }
    }
}

extension StageConfiguration {
    /// Where the stage gets its name from.
    var namePosition: ConfigPosition? { positions.id ?? positions.plugin ?? positions.stage }
}
