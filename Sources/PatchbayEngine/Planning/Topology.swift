internal import PatchbayPlugin

/// Who feeds whom: checks that the graph can work at all.
struct Topology {
    let inputs: [[Int]]
    let consumers: [[Int]]
    /// All stages, each after its inputs.
    let order: [Int]

    init(_ stages: [StageDefinition]) throws(PluginError) {
        var byName: [String: Int] = [:]
        for (index, stage) in stages.enumerated() {
            guard byName.updateValue(index, forKey: stage.id) == nil else {
                throw PluginError(.topology, "two stages are called '\(stage.id)'")
            }
        }
        var inputs: [[Int]] = []
        var consumers: [[Int]] = Array(repeating: [], count: stages.count)
        for (index, stage) in stages.enumerated() {
            var indices: [Int] = []
            for name in stage.inputs {
                guard let input = byName[name] else {
                    throw Self.error(stage, "its input '\(name)' does not exist")
                }
                guard !indices.contains(input) else { throw Self.error(stage, "its input '\(name)' is listed twice") }
                indices.append(input)
                consumers[input].append(index)
            }
            inputs.append(indices)
        }
        self.inputs = inputs
        self.consumers = consumers
        order = try Self.sort(stages, inputs: inputs, consumers: consumers)
        for (index, stage) in stages.enumerated() {
            try Self.check(
                stage, inputs: inputs[index].map { stages[$0] }, consumers: consumers[index].map { stages[$0] })
        }
        guard stages.contains(where: { $0.inputs.isEmpty }), stages.contains(where: { $0.role == .sink }) else {
            throw PluginError(.topology, "a pipeline needs a source and a sink")
        }
    }

    private static func sort(
        _ stages: [StageDefinition], inputs: [[Int]], consumers: [[Int]]
    ) throws(PluginError) -> [Int] {
        var missing = inputs.map(\.count)
        var ready = stages.indices.filter { missing[$0] == 0 }
        var order: [Int] = []
        while let next = ready.first {
            ready.removeFirst()
            order.append(next)
            for consumer in consumers[next] {
                missing[consumer] -= 1
                if missing[consumer] == 0 { ready.append(consumer) }
            }
        }
        if let stuck = stages.indices.first(where: { !order.contains($0) }) {
            throw error(stages[stuck], "it feeds itself, directly or through other stages")
        }
        return order
    }

    private static func check(
        _ stage: StageDefinition, inputs: [StageDefinition], consumers: [StageDefinition]
    ) throws(PluginError) {
        switch stage.role {
        case .byteSource, .source:
            if let input = inputs.first { throw error(stage, "a source has no inputs, but '\(input.id)' feeds it") }
        case .parser:
            if inputs.isEmpty { throw error(stage, "no source feeds it") }
            if let input = inputs.first(where: { $0.role != .byteSource }) {
                throw error(stage, "a parser reads bytes, but '\(input.id)' delivers records")
            }
        default:
            if inputs.isEmpty { throw error(stage, "no stage feeds it") }
            if let input = inputs.first(where: { $0.role == .byteSource }) {
                throw error(
                    stage, "it reads records, but '\(input.id)' delivers bytes", advice: "put a parser between them")
            }
        }
        if stage.role == .sink {
            if let consumer = consumers.first { throw error(consumer, "its input '\(stage.id)' is a sink") }
        } else if consumers.isEmpty {
            throw error(stage, "nothing reads what it delivers", advice: "add a sink, or the stage to an 'inputs'")
        }
        if stage.role == .byteSource, consumers.count > 1 {
            throw error(
                stage, "\(consumers.count) parsers read it", advice: "give each parser a source of its own")
        }
    }

    private static func error(_ stage: StageDefinition, _ message: String, advice: String? = nil) -> PluginError {
        PluginError(.topology, message, configuration: stage.configuration.position, advice: advice)
            .located(plugin: stage.factory.manifest.name, stage: stage.id)
    }
}
