public import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// What all roles of a plugin in a process share: life, state.
public class ProcessRole: StatefulPlugin {
    let session: ProcessSession
    let coding: any RecordCoding
    /// Instances replaced after a fault.
    public var reloads: UInt64 { session.reloads }

    init(_ session: ProcessSession) {
        self.session = session
        coding = session.process.interface.makeCoding(
            memoryLimit: session.configuration.limits.outputBytesPerCall)
        session.role = self
    }

    /// Binds a new instance as the last one was bound.
    func resume() throws(PluginError) {}

    /// See ``PatchbayPlugin/Plugin/start(_:)``.
    public func start(_ context: PluginContext) throws(PluginError) { try session.start(context) }

    /// See ``PatchbayPlugin/Plugin/stop()``.
    public func stop() { session.stop() }

    /// See ``PatchbayPlugin/StatefulPlugin/saveState()``.
    public func saveState() throws(PluginError) -> Bytes? { try session.saveState() }

    /// See ``PatchbayPlugin/StatefulPlugin/restore(_:)``.
    public func restore(_ state: Bytes) throws(PluginError) { try session.restore(state) }

    /// Sends `batch`, whose refused records come back.
    func send(
        _ batch: Batch, _ operation: ProcessOperation, into rejections: inout Rejections
    ) throws(PluginError) {
        let body = try coding.body(of: batch)
        let answer = try session.invoke(operation, type: coding.mediaType, body: [body])
        do throws(PluginError) {
            for entry in try coding.rejections(answer, rows: batch.count).entries {
                rejections.reject(entry.row, entry.error)
            }
        } catch {
            throw session.judged(error, operation)
        }
    }
}

/// Follows one operation over several calls, as long as the plugin says that there is more.
struct ProcessResults {
    /// Calls that may follow each other; each has to bring something.
    private static let limit = 1 << 16
    private var calls = 0

    /// Whether the plugin has to be asked again. `madeProgress`: whether the last call brought anything.
    mutating func goesOn(_ answer: ProcessAnswer, madeProgress: Bool) throws(PluginError) -> Bool {
        guard answer.has(.more) else { return false }
        calls += 1
        guard madeProgress else { throw PluginError(.invalidResult, "it says that there is more, and gives nothing") }
        guard calls < Self.limit else {
            throw PluginError(.invalidResult, "it says \(calls) times that there is more")
        }
        return true
    }
}
