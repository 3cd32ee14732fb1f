internal import PatchbayCore
internal import PatchbayFrame
internal import PatchbayPlugin
internal import PatchbayWire

/// An operation of an instance, named as in the path of its requests.
enum ServedOperation: String {
    case describe, bind, start, stop, save, restore, parse, boundary, reset, filter, transform, validate, accumulate
    case finish, write, flush, answer
    case readBytes = "read-bytes"
    case readBatch = "read-batch"
}

/// What two neighbours agreed on.
struct Agreement {
    var output: Schema?
    var wanted: ColumnRequest
}

/// A plugin instance as requests see it. Used by one thread at a time.
class ServedInstance {
    private let context: PluginContext
    private var input: Schema?
    /// The schema of the last frame, which fits ``input``.
    private var accepted: Schema?
    private var reader = FrameReader()
    var frames = AnswerFrames()

    init(_ context: PluginContext) { self.context = context }

    // MARK: What roles differ in

    /// Whether a parser can tell where it would stop.
    var splits: Bool { false }
    /// Agrees on schemas; `commits` is false when it is only asked.
    func agree(_ input: Schema?, _ request: ColumnRequest?, commits: Bool) throws(PluginError) -> Agreement {
        Agreement(output: nil, wanted: ColumnRequest(.none, value: false, key: false, time: false))
    }
    /// Opens what is needed.
    func start(_ context: PluginContext) throws(PluginError) {}
    /// Releases what was opened.
    func stop() {}
    /// What it knows; nil when it offers nothing.
    func saveState() throws(PluginError) -> Bytes? { nil }
    /// Takes over what another instance knew.
    func restore(_ state: Bytes) throws(PluginError) { throw unsupported(.restore) }
    /// Everything else.
    func answer(_ operation: ServedOperation, _ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        throw unsupported(operation)
    }

    // MARK: Requests

    /// Answers a request.
    final func respond(_ operation: ServedOperation, _ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        switch operation {
        case .describe, .bind: return try agree(request, commits: operation == .bind)
        case .start: try start(context)
        case .stop: stop()
        case .save:
            guard let state = try saveState() else { throw unsupported(.save) }
            return .bytes(state)
        case .restore: try restore(request.body)
        default: return try answer(operation, request)
        }
        return .done
    }

    /// The error for what a plugin does not do.
    final func unsupported(_ operation: ServedOperation) -> PluginError {
        PluginError(.unsupported, "the plugin has no use for '\(operation.rawValue)'")
    }

    private func agree(_ request: ServedRequest, commits: Bool) throws(PluginError) -> ServedAnswer {
        let name = commits ? "the request to bind" : "the request to describe"
        let tree = try request.json(name)
        var given: Schema?
        if let node = tree?["input"], !node.isNull { given = try Schema(json: node, source: name) }
        var wanted: ColumnRequest?
        if let node = tree?["request"], !node.isNull { wanted = try ColumnRequest(json: node, source: name) }
        let agreement = try agree(given, wanted, commits: commits)
        if commits {
            input = given
            accepted = nil
        }
        return .json { json in
            json.key("output")
            if let output = agreement.output { output.write(into: &json) } else { json.null() }
            json.key("wanted")
            agreement.wanted.write(into: &json)
        }
    }

    /// The records of a request, in the schema that was bound.
    final func batch(_ request: ServedRequest) throws(PluginError) -> Batch {
        guard let input else { throw PluginError(.input, "records before 'bind' said what they look like") }
        let batch = try frame(request.body)
        if batch.schema !== accepted {
            let fits =
                batch.schema.hasSameColumns(as: input)
                && zip(batch.schema.fields, input.fields).allSatisfy { $0.order == $1.order }
            guard fits else { throw PluginError(.schema, "the records are not those that were agreed") }
            accepted = batch.schema
        }
        return Batch(
            schema: input, count: batch.count, key: batch.key, value: batch.value, time: batch.time,
            fields: batch.fields)
    }

    private func frame(_ body: Bytes) throws(PluginError) -> Batch {
        let length: Int?
        do throws(FrameError) {
            length = try FrameReader.length(of: body.span)
            if length == body.count { return try reader.read(body) }
        } catch {
            throw PluginError(.input, "the records cannot be read", cause: error.description)
        }
        throw PluginError(.input, "the body of \(body.count) bytes is not one frame")
    }

    /// What `plugin`, which reads `fields` and hands nothing on, wants to be sent.
    static func wanted<P>(_ fields: FieldRequest, by plugin: P) -> ColumnRequest {
        guard let reads = (plugin as? any WellKnownColumnReader)?.readsOfWellKnown else { return ColumnRequest(fields) }
        return ColumnRequest(fields, value: reads.value, key: reads.key, time: reads.time)
    }

    /// The part of an answer that says which records were refused; none when there are none.
    final func errors(_ rejections: Rejections) -> [(WirePart, Batch)] {
        rejections.entries.isEmpty ? [] : [(.errors, AnswerParts.batch(rejections))]
    }
}
