internal import PatchbayCore
internal import PatchbayPlugin

/// One instance of a stage's plugin, used to agree on schemas before anything runs.
enum StageProbe {
    case byteSource
    case source(SourceProxy)
    case parser(ParserProxy)
    case filter(FilterProxy)
    case validator(ValidatorProxy)
    case transform(TransformProxy)
    case aggregate(AggregateProxy)
    case sink(SinkProxy)

    init(_ stage: StagePlan) throws(PluginError) {
        let name = stage.definition.factory.manifest.name
        switch (stage.role, try stage.makeInstance()) {
        case (.byteSource, .byteSource): self = .byteSource
        case (.source, .source(let plugin)): self = .source(SourceProxy(plugin, plugin: name, stage: stage.id))
        case (.parser, .parser(let plugin)): self = .parser(ParserProxy(plugin, plugin: name, stage: stage.id))
        case (.filter, .filter(let plugin)): self = .filter(FilterProxy(plugin, plugin: name, stage: stage.id))
        case (.validator, .validator(let plugin)):
            self = .validator(ValidatorProxy(plugin, plugin: name, stage: stage.id))
        case (.transform, .transform(let plugin)):
            self = .transform(TransformProxy(plugin, plugin: name, stage: stage.id))
        case (.aggregate, .aggregate(let plugin)):
            self = .aggregate(AggregateProxy(plugin, plugin: name, stage: stage.id))
        case (.sink, .sink(let plugin)): self = .sink(SinkProxy(plugin, plugin: name, stage: stage.id))
        default: throw stage.wrongRole
        }
    }

    /// The columns that it reads itself, known before any schema.
    var ownNames: [String] {
        switch self {
        case .filter(let proxy): proxy.wanted.names
        case .validator(let proxy): proxy.wanted.names
        case .transform(let proxy): proxy.wanted(for: .none).names
        case .aggregate(let proxy): proxy.wanted.names
        default: []
        }
    }

    /// Checks the schema that may arrive; returns the one that may go out.
    func prospectiveOutput(for input: Schema?) throws(PluginError) -> Schema? {
        switch self {
        case .byteSource: return nil
        case .source(let proxy): return proxy.schema
        case .parser(let proxy): return proxy.schema.adding(ProvenanceColumn.all(for: proxy.schema))
        case .filter(var proxy):
            guard let input else { return nil }
            let opened = input.opening(ownNames)
            try proxy.bind(opened)
            return opened
        case .validator(var proxy):
            guard let input else { return nil }
            let opened = input.opening(ownNames)
            try proxy.bind(opened)
            return opened
        case .transform(var proxy):
            guard let input else { return nil }
            return try proxy.outputSchema(for: input.opening(ownNames))
        case .aggregate(var proxy):
            guard let input else { return nil }
            return try proxy.outputSchema(for: input.opening(ownNames))
        case .sink: return nil
        }
    }

    /// What it must be given so that the stages behind it get `request`.
    func wanted(for request: FieldRequest, input: Schema?) throws(PluginError) -> FieldRequest {
        switch self {
        case .byteSource, .source, .parser: return request
        case .filter(let proxy):
            var wanted = request
            wanted.formUnion(proxy.wanted)
            return wanted
        case .validator(let proxy):
            var wanted = request
            wanted.formUnion(proxy.wanted)
            return wanted
        case .transform(let proxy): return proxy.wanted(for: request)
        case .aggregate(let proxy): return proxy.wanted
        case .sink(var proxy):
            guard let input else { return .everything }
            return try proxy.wanted(from: input)
        }
    }
}

extension Schema {
    /// An open schema with these fields as columns; a closed one as it is.
    func opening(_ names: [String]) -> Schema {
        guard isOpen else { return self }
        let missing = names.filter { resolve($0) == nil }
        if missing.isEmpty { return self }
        return replacing(fields: fields + missing.map { Field($0, .json) }, textTemplate: textTemplate)
    }

    /// With columns that the engine makes.
    func adding(_ provenance: [ProvenanceColumn]) -> Schema {
        if provenance.isEmpty { return self }
        return replacing(fields: fields + provenance.map(\.field), textTemplate: textTemplate)
    }
}
