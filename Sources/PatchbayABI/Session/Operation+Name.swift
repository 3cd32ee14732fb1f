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
