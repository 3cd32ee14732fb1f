internal import PatchbayPlugin

/// The requests of the contract that belong to an instance.
enum ProcessOperation: String {
    case create, destroy, describe, bind, start, stop, save, restore, recognize, parse, boundary, reset, filter
    case transform, validate, accumulate, finish, write, flush, answer
    case readBytes = "read-bytes"
    case readBatch = "read-batch"

    /// What the request is for.
    var target: String { "/v1/" + rawValue }

    /// Whether asking twice is as good as asking once: nothing is taken in that only this process knows.
    var isRepeatable: Bool {
        switch self {
        case .create, .describe, .bind, .start, .recognize, .parse, .boundary, .reset, .filter, .transform, .validate:
            true
        default: false
        }
    }

    /// Whether the plugin knows something afterwards that the run depends on, in roles that do not decide batch by batch.
    var leavesState: Bool {
        switch self {
        case .readBytes, .readBatch, .accumulate, .finish, .write, .flush: true
        default: false
        }
    }

    /// Whether an answer shows that the plugin can do its work.
    var carriesData: Bool {
        switch self {
        case .parse, .filter, .transform, .validate, .answer: true
        default: leavesState
        }
    }
}

extension Capability {
    /// What is lost with an instance of this role, in words for an error; nil for roles that go on with a new one.
    var loss: String? {
        switch role {
        case .aggregate: "what it had summed up is lost"
        case .sink: "what it had not written is lost"
        case .source, .byteSource: "its place in the input is lost"
        case .filter, .validator, .transform, .parser, nil: nil
        }
    }
}

extension PluginError {
    /// What is wrong with an answer, with the request that it answers in front.
    func during(_ operation: ProcessOperation) -> PluginError {
        guard code == .invalidResult, !message.utf8.starts(with: operation.rawValue.utf8) else { return self }
        var error = self
        error.message = "\(operation.rawValue): \(message)"
        return error
    }
}
