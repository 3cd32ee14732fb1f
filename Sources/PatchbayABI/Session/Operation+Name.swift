internal import CPatchbay
internal import PatchbayPlugin

extension patchbay_operation {
    private static let names = [
        "?", "CREATE", "DESTROY", "DESCRIBE", "BIND", "START", "STOP", "HEALTH", "RESET", "READ_BYTES",
        "READ_BATCH",
        "PARSE", "BOUNDARY", "FILTER", "TRANSFORM", "VALIDATE", "ACCUMULATE", "FINISH", "WRITE", "FLUSH", "ANSWER",
        "SAVE", "RESTORE", "RECOGNIZE", "RELEASE",
    ]

    /// The name in messages.
    package var name: String {
        return rawValue < Self.names.count ? Self.names[Int(rawValue)] : "operation \(rawValue)"
    }
}

extension PluginError.Code {
    /// What a status of the ABI stands for.
    init(status: Int32) {
        self =
            switch patchbay_status(status) {
            case PATCHBAY_UNSUPPORTED: .unsupported
            case PATCHBAY_BAD_OPTIONS: .configuration
            case PATCHBAY_BAD_SCHEMA: .schema
            case PATCHBAY_BAD_INPUT: .input
            case PATCHBAY_BAD_OUTPUT: .output
            default: .crashed
            }
    }
}

extension PluginError {
    /// What is wrong with an answer, with the call that it answers in front.
    func during(_ operation: patchbay_operation) -> PluginError {
        guard code == .invalidResult, !message.utf8.starts(with: operation.name.utf8) else { return self }
        var error = self
        error.message = "\(operation.name): \(message)"
        return error
    }
}
