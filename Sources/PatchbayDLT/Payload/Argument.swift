/// Where the parts of one argument lie.
struct Argument: BitwiseCopyable {
    enum Kind: UInt8 {
        case bool, signed, unsigned, float, text, raw, traceInfo, structure

        /// The name of the type; numbers have their size in bits behind it.
        var name: StaticString {
            switch self {
            case .bool: "bool"
            case .signed: "sint"
            case .unsigned: "uint"
            case .float: "float"
            case .text: "string"
            case .raw: "raw"
            case .traceInfo: "trace_info"
            case .structure: "struct"
            }
        }
    }

    var kind: Kind
    var type: TypeInfo
    /// First byte of the value (of an array or structure: of its first element).
    var value = 0
    /// Size of the value in bytes; of an array: of one element.
    var size = 0
    /// Number of array elements, or of the entries of a structure; 1 for others.
    var count = 1
    /// Number of array dimensions and where their 16-bit extents stand; 0 for what is no array.
    var dimensionCount = 0
    var dimensions = 0
    /// First byte and size of the name, without its NUL being looked at; size 0 without a name.
    var name = 0
    var nameSize = 0
    var unit = 0
    var unitSize = 0
    /// Bit pattern of the fixed-point factor, and the fixed-point offset.
    var quantization: UInt32 = 0
    var offset: Int64 = 0

    init(kind: Kind, type: TypeInfo) {
        self.kind = kind
        self.type = type
    }
}

/// What is wrong with an argument.
enum ArgumentFault: UInt8, Error {
    /// The payload ends before the argument does.
    case incomplete
    /// A text is longer than the rest of the payload.
    case textTooLong
    /// No known kind of argument.
    case unknownType
    /// Structures inside structures beyond ``ArgumentReader/maximumDepth``.
    case tooDeep

    /// For people.
    var text: StaticString {
        switch self {
        case .incomplete: "the payload ends too early"
        case .textTooLong: "longer than the payload"
        case .unknownType: "unknown type"
        case .tooDeep: "structures nested too deep"
        }
    }
}
