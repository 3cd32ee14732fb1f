internal import PatchbayCore
internal import PatchbayPlugin

/// The instances that hosts have made, by number. Safe to use from any thread; each instance answers one request at a
/// time.
final class InstanceTable: Sendable {
    /// Most instances at once.
    static let limit = 4096

    /// An instance and its turn.
    // Invariant behind @unchecked: the instance is touched only while the lock is held.
    final class Entry: @unchecked Sendable {
        private let turn = Locked(())
        private let instance: ServedInstance
        let scope: StageScope

        init(_ instance: sending ServedInstance, _ scope: StageScope) {
            self.instance = instance
            self.scope = scope
        }

        /// Runs `body` when the requests before it are through.
        func use<Result>(_ body: (ServedInstance) throws(PluginError) -> Result) throws(PluginError) -> Result {
            try turn.with { (_) throws(PluginError) in try body(instance) }
        }
    }

    private struct Content {
        var entries: [UInt64: Entry] = [:]
        var last: UInt64 = 0
    }
    private let content = Locked(Content())

    /// Adds an instance; gives its number.
    func insert(_ entry: Entry) throws(PluginError) -> UInt64 {
        try content.with { (content) throws(PluginError) in
            guard content.entries.count < Self.limit else {
                throw PluginError(.internalError, "the plugin has \(Self.limit) instances already")
            }
            content.last += 1
            content.entries[content.last] = entry
            return content.last
        }
    }

    /// The instance of a number.
    func find(_ number: UInt64?) throws(PluginError) -> Entry {
        guard let number else { throw PluginError(.input, "the request does not say which instance it is for") }
        guard let entry = content.with({ $0.entries[number] }) else {
            throw PluginError(.input, "there is no instance \(number)")
        }
        return entry
    }

    /// Takes an instance out.
    func remove(_ number: UInt64?) throws(PluginError) -> Entry {
        let entry = try find(number)
        content.with { content in if let number { content.entries[number] = nil } }
        return entry
    }

    /// Whether there are none.
    var isEmpty: Bool { content.with { $0.entries.isEmpty } }
}
