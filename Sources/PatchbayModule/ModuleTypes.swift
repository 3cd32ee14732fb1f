/// The type of a value in WebAssembly.
public enum ValueType: Sendable, Hashable, CustomStringConvertible {
    /// The number types and the two plain reference types.
    case i32, i64, f32, f64, v128, funcref, externref
    /// Any other reference, as it is coded: the heap type's number and whether it may be null.
    case reference(heap: Int64, isNullable: Bool)

    /// The name in the text format.
    public var description: String {
        switch self {
        case .i32: "i32"
        case .i64: "i64"
        case .f32: "f32"
        case .f64: "f64"
        case .v128: "v128"
        case .funcref: "funcref"
        case .externref: "externref"
        case .reference(let heap, let isNullable): "(ref \(isNullable ? "null " : "")\(heap))"
        }
    }
}

/// The type of a function.
public struct FunctionType: Sendable, Hashable, CustomStringConvertible {
    /// What it takes.
    public let parameters: [ValueType]
    /// What it returns.
    public let results: [ValueType]

    /// A type.
    public init(_ parameters: [ValueType], _ results: [ValueType] = []) {
        self.parameters = parameters
        self.results = results
    }

    /// `(i32, i32) -> i32`.
    public var description: String {
        let results = results.map(\.description).joined(separator: ", ")
        let shown = self.results.count == 1 ? results : "(\(results))"
        return "(\(parameters.map(\.description).joined(separator: ", "))) -> \(shown)"
    }
}

/// The size of a memory or table.
public struct SizeLimits: Sendable, Hashable {
    /// Pages of a memory, or elements of a table, that are there from the start.
    public let minimum: UInt64
    /// How many there may be at most; nil when the module does not say.
    public let maximum: UInt64?
    /// Whether threads share it.
    public let isShared: Bool
    /// Whether addresses have 64 bits.
    public let is64Bit: Bool
    /// Bytes of a page of a memory.
    public let pageSize: UInt64
}

/// What is imported or exported.
public enum ExternalKind: UInt8, Sendable, Hashable {
    /// In the numbering of the binary format.
    case function = 0
    case table, memory, global, tag

    /// The word in messages.
    public var word: String {
        switch self {
        case .function: "function"
        case .table: "table"
        case .memory: "memory"
        case .global: "global"
        case .tag: "tag"
        }
    }
}

/// Something that a module takes from its host.
public struct ModuleImport: Sendable, Hashable {
    /// The name of the space that it comes from.
    public let module: String
    /// Its name there.
    public let name: String
    /// What it is.
    public let kind: ExternalKind
    /// For functions.
    public let type: FunctionType?
    /// For memories.
    public let memory: SizeLimits?
    /// Where it stands in the file.
    public let offset: Int
}

/// Something that a module gives to its host.
public struct ModuleExport: Sendable, Hashable {
    /// Its name, unique in the module.
    public let name: String
    /// What it is.
    public let kind: ExternalKind
    /// Its number among those of its kind, imported ones first.
    public let index: UInt32
    /// For functions.
    public let type: FunctionType?
    /// Where it stands in the file.
    public let offset: Int
}

/// A part of a module's file.
public struct ModuleSection: Sendable, Hashable {
    /// The number that says what it holds; 0 for custom ones.
    public let identifier: UInt8
    /// The word for it, or the name of a custom section.
    public let name: String
    /// Where it starts, with its header.
    public let offset: Int
    /// Bytes that it takes with its header.
    public let size: Int
    /// Where its content starts; behind the name in custom sections.
    public let contentOffset: Int

    /// Whether it is a custom section.
    public var isCustom: Bool { identifier == 0 }
    /// Bytes of the content.
    public var contentSize: Int { offset + size - contentOffset }
}
