internal import CPatchbay
internal import PatchbayPlugin

extension patchbay_operation {
    /// Whether the plugin knows something afterwards that the run depends on, in roles that do not decide batch by batch.
    var leavesState: Bool {
        switch self {
        case PATCHBAY_READ_BYTES, PATCHBAY_READ_BATCH, PATCHBAY_ACCUMULATE, PATCHBAY_FINISH, PATCHBAY_WRITE,
            PATCHBAY_FLUSH:
            true
        default: false
        }
    }
}

extension Capability {
    /// What is lost with an instance of this role, in words for an error; nil for roles that go on with a new one.
    ///
    /// Filters, validators, transforms, parsers and answers may keep something from call to call, but their records do
    /// not depend on it as a sum depends on its terms: after a fault they start anew.
    var loss: String? {
        switch role {
        case .aggregate: "what it had summed up is lost"
        case .sink: "what it had not written is lost"
        case .source, .byteSource: "its place in the input is lost"
        case .filter, .validator, .transform, .parser, nil: nil
        }
    }
}
