import Patchbay
import Synchronization

/// A sink that keeps a tally in place of records.
final class TallySink: SinkPlugin {
    /// Where the tally goes when the run has ended.
    final class Result: Sendable {
        private let tally = Mutex<Tally?>(nil)

        /// The tally of all records; nil when there was no record and no end.
        var value: Tally? { tally.withLock { $0 } }
        fileprivate func put(_ value: Tally?) { tally.withLock { $0 = value } }
    }

    /// Makes such sinks, for one run.
    struct Factory: PluginFactory {
        let result = Result()
        let manifest = PluginManifest(.sink, name: "inspect", summary: "Counts what records have in common.")
        let origin = "patchbay inspect"

        func makeInstance(
            for capability: Capability,
            configuration: PluginConfiguration
        ) throws(PluginError) -> PluginInstance {
            .sink(TallySink(result))
        }
    }

    private let result: Result
    private var tally: Tally?

    private init(_ result: Result) {
        self.result = result
    }

    /// Words, and of open schemas all members. What else a record holds need not be read.
    func wanted(from input: Schema) throws(PluginError) -> FieldRequest {
        let words = input.fields.filter { $0.type == .word && !$0.isOnDemand && $0.name != "source" }.map(\.name)
        return FieldRequest(names: words + (input.isOpen ? [Schema.restName] : []))
    }

    func bind(_ input: Schema) throws(PluginError) { tally = Tally(input) }

    func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError) { tally?.add(batch) }

    func flush() throws(PluginError) { result.put(tally) }
}
