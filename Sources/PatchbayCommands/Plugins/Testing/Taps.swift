import Patchbay
import Synchronization

/// Keeps what passes through a pipeline, for one run. Shared by the plugins that fill it.
final class Recording: Sendable {
    private struct State {
        var offsets: [UInt64?] = []
        var rejected: [RejectedRecord] = []
    }
    private let state = Mutex(State())

    /// Where each record of the input begins, in order; nil where it is not known.
    var offsets: [UInt64?] { state.withLock { $0.offsets } }
    /// The records that were refused, in order.
    var rejected: [RejectedRecord] { state.withLock { $0.rejected } }

    fileprivate func addRows(of batch: Batch) {
        state.withLock { state in
            for row in 0..<batch.count { state.offsets.append(batch.position(of: row)) }
        }
    }

    fileprivate func addRejected(_ batch: Batch) {
        let messages = batch.fields[3]
        let offsets = batch.fields[5]
        state.withLock { state in
            for row in 0..<batch.count {
                state.rejected.append(
                    RejectedRecord(
                        offset: offsets.isValid(row) ? offsets.int64s[row] : nil,
                        value: Self.copy(batch.value.bytes(row)),
                        message: String(decoding: Self.copy(messages.bytes(row)), as: UTF8.self)))
            }
        }
    }

    private static func copy(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }
}

/// A filter that lets everything through and notes where each record begins.
final class RowTap: FilterPlugin {
    private let recording: Recording

    init(_ recording: Recording) { self.recording = recording }

    var wanted: FieldRequest { .none }
    func bind(_ input: Schema) {}
    func filter(_ batch: Batch, into selection: inout Selection) { recording.addRows(of: batch) }
}

/// The dead-letter destination of a test: keeps what was refused.
final class RejectionSink: SinkPlugin {
    private let recording: Recording

    init(_ recording: Recording) { self.recording = recording }

    func wanted(from input: Schema) -> FieldRequest { .everything }
    func bind(_ input: Schema) {}
    func write(_ batch: Batch, rejections: inout Rejections) { recording.addRejected(batch) }
    func flush() {}
}

/// Makes one of the plugins above.
struct TapFactory: PluginFactory {
    /// Which one.
    enum Kind: String {
        case rows, rejected

        fileprivate var role: Role { self == .rows ? .filter : .sink }
    }

    let kind: Kind
    let recording: Recording
    let manifest: PluginManifest
    let origin = "patchbay plugin test"

    init(_ kind: Kind, _ recording: Recording) {
        self.kind = kind
        self.recording = recording
        manifest = PluginManifest(kind.role, name: kind.rawValue, summary: "Keeps what passes.", isOrdered: true)
    }

    func makeInstance(for capability: Capability, configuration: PluginConfiguration) -> PluginInstance {
        switch kind {
        case .rows: .filter(RowTap(recording))
        case .rejected: .sink(RejectionSink(recording))
        }
    }
}
