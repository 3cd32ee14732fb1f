internal import PatchbayPlugin

/// The scopes of the stages that instances belong to: shared by the instances of a stage, and forgotten with the last one.
final class StageScopes: Sendable {
    private struct Reported {
        weak var scope: StageScope?
        /// What the host was told already.
        var values = MetricValues()
    }
    private let log: ServerLog
    private let content = Locked([String: Reported]())

    init(_ log: ServerLog) { self.log = log }

    /// The scope of a stage.
    func scope(_ stage: String) -> StageScope {
        content.with { content in
            if let scope = content[stage]?.scope { return scope }
            let log = log
            let scope = StageScope(stage: stage) { log.write($0) }
            content[stage] = Reported(scope: scope)
            return scope
        }
    }

    /// Tells the host what was counted and measured since the last time.
    func reportMetrics() {
        var news: [(String, MetricValues)] = []
        content.with { content in
            for (stage, reported) in content {
                guard let scope = reported.scope else {
                    content[stage] = nil
                    continue
                }
                let values = scope.metrics.values
                guard values != reported.values else { continue }
                news.append((stage, values.subtracting(reported.values)))
                content[stage]?.values = values
            }
        }
        for (stage, values) in news { log.write(values, stage: stage) }
    }
}
