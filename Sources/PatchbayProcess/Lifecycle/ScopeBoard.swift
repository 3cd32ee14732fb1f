internal import PatchbayPlugin

/// Where a program's lines go: the scopes of the sessions that it serves.
final class ScopeBoard: Sendable {
    struct Entry: Sendable {
        let scope: StageScope
        let limit: Int
        var sessions: Int
    }
    private let entries = Guarded<[Entry]>([])

    /// How many sessions there are.
    var sessions: Int { entries.with { $0.reduce(0) { $0 + $1.sessions } } }

    /// One more session of a scope.
    func attach(_ scope: StageScope, limit: Int) {
        entries.with { entries in
            if let index = entries.firstIndex(where: { $0.scope === scope }) {
                entries[index].sessions += 1
            } else {
                entries.append(Entry(scope: scope, limit: limit, sessions: 1))
            }
        }
    }

    /// One session less. What was not logged is said with the last one.
    func detach(_ scope: StageScope) {
        let gone = entries.with { entries -> Entry? in
            guard let index = entries.firstIndex(where: { $0.scope === scope }) else { return nil }
            entries[index].sessions -= 1
            return entries[index].sessions == 0 ? entries.remove(at: index) : nil
        }
        if let gone { gone.scope.reportMissedLines(limit: gone.limit) }
    }

    /// The scope of a stage, or the first one when the line names none that there is.
    func scope(of stage: String?) -> Entry? {
        entries.with { entries in
            stage.flatMap { stage in entries.first { $0.scope.stage == stage } } ?? entries.first
        }
    }
}
