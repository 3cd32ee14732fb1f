import PatchbayCore

// The numbers of the format, version 1. `docs/frame.md` is the description.

/// Places and sizes of the header.
enum FrameFormat {
    static let headerSize = 64
    static let version: UInt16 = 1
    /// Bytes of one entry of the buffer table.
    static let entrySize = 24
    /// Everything begins at a multiple of this.
    static let alignment = 8
    /// Most records of a frame that leaves out columns: each of their rows costs the reader memory that no byte stands for.
    static let sparseLimit = 1 << 22
    /// Fields that a schema block may have.
    static let fieldLimit = 4096

    /// The first eight bytes, as a little-endian number: 89 'P' 'B' 'F' 0D 0A 1A 0A.
    static let magic: UInt64 = 0x0A1A_0A0D_4642_5089

    /// Where header fields stand.
    enum At {
        static let version = 8
        static let flags = 10
        static let recordCount = 12
        static let totalLength = 16
        static let schemaLength = 24
        static let bufferCount = 28
        static let schemaOffset = 32
        static let tableOffset = 40
        static let reserved = 48
    }

    static func padded(_ length: Int) -> Int { (length + 7) & ~7 }

    static func bitmapSize(_ rows: Int) -> Int { (rows + 7) / 8 }
}

/// What a buffer of the table holds.
enum BufferKind: UInt32 {
    /// One bit per row, set where there is a value.
    case validity = 1
    /// 64-bit numbers.
    case numbers = 2
    /// One bit per row of a `bool` column.
    case bits = 3
    /// 32-bit offsets, one more than rows: into `bytes`, or into the entries of a map.
    case offsets = 4
    /// Bytes of variable values.
    case bytes = 5
    /// 32-bit indices into the words.
    case indices = 6
    case wordOffsets = 7
    case wordBytes = 8
    case keyOffsets = 9
    case keyBytes = 10
    case entryValidity = 11
    case entryOffsets = 12
    case entryBytes = 13
    /// In the place of `offsets` and `bytes`: where each value begins and ends in the bytes of the call that the frame
    /// answers.
    case starts = 14
    case ends = 15
}

/// Tags of the schema block.
enum SchemaTag {
    static let flags: UInt16 = 1
    static let field: UInt16 = 2
    static let textTemplate: UInt16 = 3
    static let recordSuffix: UInt16 = 4
    /// Bit of an item's flags: a reader that does not know the tag must not go on.
    static let critical: UInt16 = 1
    static let itemHeaderSize = 8
}

/// Tags within a field.
enum FieldTag {
    static let name: UInt16 = 1
    static let type: UInt16 = 2
    static let word: UInt16 = 3
    static let flags: UInt16 = 4
    static let summary: UInt16 = 5
}

extension FieldType {
    /// The number of this type in a schema block.
    var frameCode: UInt32 {
        switch self {
        case .int64: 1
        case .float64: 2
        case .bool: 3
        case .utf8: 4
        case .binary: 5
        case .word: 6
        case .timestamp: 7
        case .json: 8
        case .map(json: false): 9
        case .map(json: true): 10
        }
    }

    init?(frameCode: UInt32) {
        switch frameCode {
        case 1: self = .int64
        case 2: self = .float64
        case 3: self = .bool
        case 4: self = .utf8
        case 5: self = .binary
        case 6: self = .word
        case 7: self = .timestamp
        case 8: self = .json
        case 9: self = .map(json: false)
        case 10: self = .map(json: true)
        default: return nil
        }
    }
}
