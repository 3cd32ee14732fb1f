import PatchbayComponents
import PatchbayCore
import PatchbayEngine
import PatchbayPlugin

/// Builds pipelines of test plugins.
struct Pipeline {
    var stages: [StageDefinition] = []
    var settings = PipelineSettings()
    var deadLetters: StageDefinition?

    init(chunkSize: Int = 64, threads: Int = 1) {
        settings.chunkSize = chunkSize
        settings.threads = threads
    }

    mutating func add(
        _ id: String, _ role: Role, inputs: [String]? = nil, onError: ErrorPolicy = .fail, isOrdered: Bool = false,
        queue: Int? = nil, _ make: @escaping @Sendable () -> PluginInstance
    ) {
        stages.append(
            StageDefinition(
                id: id, role: role, factory: ClosureFactory(role, id, isOrdered: isOrdered, make),
                inputs: inputs ?? (stages.last.map { [$0.id] } ?? []), onError: onError, queue: queue))
    }

    mutating func addLines(_ text: String, piece: Int = .max) {
        let bytes = Array(text.utf8)
        add("in", .byteSource, inputs: []) { .byteSource(MemorySource([bytes], piece: piece)) }
        addParser()
    }

    mutating func addParser(inputs: [String]? = nil, onError: ErrorPolicy = .fail) {
        add("lines", .parser, inputs: inputs, onError: onError) { makeLineParser() }
    }

    @discardableResult
    mutating func collect(_ id: String = "out", inputs: [String]? = nil, columns: [String] = ["value"]) -> Collected {
        let collected = Collected()
        add(id, .sink, inputs: inputs) { .sink(CollectingSink(collected, columns: columns)) }
        return collected
    }

    func plan() throws(PluginError) -> PipelinePlan {
        try PipelinePlan(PipelineDefinition(stages: stages, settings: settings, deadLetters: deadLetters))
    }

    func run() throws(PluginError) -> RunReport {
        PipelineRun(try plan()).run()
    }
}

func makeLineParser() -> PluginInstance {
    do {
        return .parser(try LineParser(PluginConfiguration(checked: [:])))
    } catch {
        return .parser(ThrowingParser())
    }
}
