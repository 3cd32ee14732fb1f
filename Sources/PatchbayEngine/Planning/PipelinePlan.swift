internal import PatchbayCore
public import PatchbayPlugin

/// A checked pipeline: every stage can be made, and every field that a stage reads is made by one before it.
public struct PipelinePlan: Sendable {
    let definition: PipelineDefinition
    var stages: [StagePlan]
    /// Stages, each after its inputs.
    let order: [Int]

    /// Checks graph, options and schemas without reading any input. Throws the first error.
    public init(_ definition: PipelineDefinition) throws(PluginError) {
        self.definition = definition
        let topology = try Topology(definition.stages)
        order = topology.order
        stages = definition.stages.enumerated().map { index, stage in
            StagePlan(
                definition: stage, index: index, inputs: topology.inputs[index], consumers: topology.consumers[index])
        }
        if definition.deadLetters == nil, let stage = definition.stages.first(where: { $0.onError == .deadLetter }) {
            throw PluginError(
                .topology, "it sends bad records to the dead-letter file, but there is none",
                configuration: stage.configuration.position, advice: "set 'dead_letter' in 'settings'"
            ).located(plugin: stage.factory.manifest.name, stage: stage.id)
        }
        try negotiate()
        partition()
    }

    /// The same plan for one run: each stage with a scope of its own, whose log lines go to `log`.
    func renewed(log: @escaping @Sendable (LogLine) -> Void) -> PipelinePlan {
        var plan = self
        for index in stages.indices { plan.stages[index].definition = stages[index].definition.renewed(log: log) }
        return plan
    }

    /// Prospective schemas downstream, requests upstream, agreed schemas downstream.
    private mutating func negotiate() throws(PluginError) {
        var probes: [StageProbe] = []
        for stage in stages { probes.append(try StageProbe(stage)) }
        var prospective: [Schema?] = Array(repeating: nil, count: stages.count)
        var arriving = prospective
        for index in order {
            arriving[index] = try merged(index, prospective)
            prospective[index] = try probes[index].prospectiveOutput(for: arriving[index])
        }
        var wanted: [FieldRequest] = Array(repeating: .none, count: stages.count)
        for index in order.reversed() {
            for consumer in stages[index].consumers { stages[index].request.formUnion(wanted[consumer]) }
            wanted[index] = try probes[index].wanted(for: stages[index].request, input: arriving[index])
        }
        for index in order {
            try bind(&probes[index], index, prospective: prospective[index])
        }
    }

    private mutating func bind(
        _ probe: inout StageProbe, _ index: Int, prospective: Schema?
    ) throws(PluginError) {
        let input = try merged(index, stages.map(\.output))
        stages[index].input = input
        switch probe {
        case .byteSource: break
        case .source(var proxy): stages[index].output = try proxy.bind(stages[index].request)
        case .parser(var proxy):
            var request = stages[index].request
            stages[index].provenance = ProvenanceColumn.all(for: proxy.schema).filter {
                request.lists($0.field.name)
            }
            for column in stages[index].provenance { request.remove(column.field.name) }
            stages[index].request = request
            stages[index].output = try proxy.bind(request).adding(stages[index].provenance)
        case .filter(var proxy):
            if let input { try proxy.bind(input) }
            stages[index].output = input
        case .validator(var proxy):
            if let input { try proxy.bind(input) }
            stages[index].output = input
        case .transform(var proxy):
            if let input { stages[index].output = try proxy.bind(input) }
        case .aggregate(var proxy):
            if let input { stages[index].output = try proxy.bind(input) }
        case .sink(var proxy):
            if let input {
                try proxy.bind(input)
                _ = try proxy.makeEncoder()
            }
        }
    }

    /// The schema of what arrives at a stage; stages with several inputs need the same from all.
    private func merged(_ index: Int, _ schemas: [Schema?]) throws(PluginError) -> Schema? {
        let stage = stages[index]
        guard let first = stage.inputs.first, let schema = schemas[first] else { return nil }
        for other in stage.inputs.dropFirst() {
            guard let second = schemas[other] else { continue }
            guard schema.describesSameRecords(as: second) else {
                throw PluginError(
                    .schema,
                    "its inputs '\(stages[first].id)' and '\(stages[other].id)' deliver different fields",
                    cause: "\(schema.fieldList) and \(second.fieldList)",
                    advice: "bring them into line with 'select'"
                ).located(plugin: stage.definition.factory.manifest.name, stage: stage.id)
            }
        }
        return schema
    }

    /// Whether a parser works in another process while a thread of this one deals with what it made before: with few
    /// threads that is faster than to send each chunk twice, once to learn where it can be cut.
    func isAhead(_ stage: StagePlan) -> Bool {
        stage.role == .parser && stage.definition.factory.worksElsewhere && definition.settings.threads <= 2
    }

    /// Decides which stages run in the workers, which in order, and which on threads of their own.
    private mutating func partition() {
        var pumps: [Set<Int>] = Array(repeating: [], count: stages.count)
        for index in order {
            let stage = stages[index]
            if stage.role == .parser || stage.role == .source {
                pumps[index] = stage.role == .source ? [index] : Set(stage.inputs)
                continue
            }
            if stage.role == .byteSource { continue }
            for input in stage.inputs { pumps[index].formUnion(pumps[input]) }
            let afterOrdered = stage.inputs.contains { stages[$0].isOrdered }
            let ordered =
                afterOrdered || stage.role == .sink || stage.role == .aggregate
                || stage.definition.factory.manifest.isOrdered
            let inherited = stage.inputs.first.map { stages[$0].segment } ?? .pump
            let needsQueue =
                stage.definition.queue != nil || stage.inputs.count > 1
                || stage.inputs.contains { isAhead(stages[$0]) }
                || (ordered && pumps[index].count > 1 && inherited == .pump)
            if needsQueue {
                stages[index].queueCapacity = stage.definition.queue ?? definition.settings.queueCapacity
                stages[index].segment = .queue(index)
                stages[index].isOrdered = true
            } else {
                stages[index].segment = inherited
                stages[index].isOrdered = ordered || inherited != .pump
            }
        }
    }
}

extension Schema {
    func describesSameRecords(as other: Schema) -> Bool {
        hasKey == other.hasKey && hasTime == other.hasTime && isOpen == other.isOpen
            && fields.count == other.fields.count
            && zip(fields, other.fields).allSatisfy { $0.name == $1.name && $0.type == $1.type }
    }

    var fieldList: String {
        "(" + fields.map { "\($0.name): \($0.type.name)" }.joined(separator: ", ") + ")"
    }
}
