internal import CPatchbay
internal import PatchbayCore

extension FieldType {
    /// The number of this type in the ABI.
    var abi: patchbay_type {
        switch self {
        case .int64: PATCHBAY_INT64
        case .float64: PATCHBAY_FLOAT64
        case .bool: PATCHBAY_BOOL
        case .utf8: PATCHBAY_UTF8
        case .binary: PATCHBAY_BINARY
        case .word: PATCHBAY_WORD
        case .timestamp: PATCHBAY_TIMESTAMP
        case .json: PATCHBAY_JSON
        case .map(json: false): PATCHBAY_MAP
        case .map(json: true): PATCHBAY_JSON_MAP
        }
    }

    /// The type with a number of the ABI; nil when there is none.
    init?(abi number: UInt32) {
        switch patchbay_type(number) {
        case PATCHBAY_INT64: self = .int64
        case PATCHBAY_FLOAT64: self = .float64
        case PATCHBAY_BOOL: self = .bool
        case PATCHBAY_UTF8: self = .utf8
        case PATCHBAY_BINARY: self = .binary
        case PATCHBAY_WORD: self = .word
        case PATCHBAY_TIMESTAMP: self = .timestamp
        case PATCHBAY_JSON: self = .json
        case PATCHBAY_MAP: self = .map(json: false)
        case PATCHBAY_JSON_MAP: self = .map(json: true)
        default: return nil
        }
    }
}
