public import PatchbayCore

/// What stands in the file of a WebAssembly module besides its code: sections, imports, exports, memories.
///
/// Read from the binary format (WebAssembly specification, chapter 5) without running or compiling anything. The code
/// itself, initial values and data are measured and not read: whether they are valid is the compiler's question.
public struct WasmModule: Sendable {
    /// The file.
    public let bytes: Bytes
    /// Its parts, in order.
    public internal(set) var sections: [ModuleSection] = []
    /// The types of functions.
    public internal(set) var types: [FunctionType] = []
    /// What the module takes from its host.
    public internal(set) var imports: [ModuleImport] = []
    /// What it gives to its host.
    public internal(set) var exports: [ModuleExport] = []
    /// The memories that it has itself.
    public internal(set) var memories: [SizeLimits] = []
    /// How many functions it has itself.
    public var functionCount: Int { functionTypes.count }
    /// The number of the function that runs when an instance is made.
    public internal(set) var startFunction: UInt32?

    var functionTypes: [UInt32] = []
    var tableCount = 0
    var globalCount = 0
    var tagCount = 0
    var codeCount: Int?

    init(unread bytes: Bytes) { self.bytes = bytes }

    /// The content of the first custom section called `name`.
    public func customSection(_ name: String) -> Bytes? {
        sections.first { $0.isCustom && $0.name.utf8.elementsEqual(name.utf8) }.map(content)
    }

    /// The content of a section of this module.
    public func content(of section: ModuleSection) -> Bytes {
        Bytes(bytes.buffer, at: bytes.offset + section.contentOffset, count: section.contentSize)
    }

    /// The export called `name`.
    public func export(_ name: String) -> ModuleExport? {
        exports.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// How many things of a kind there are, imported ones included.
    func count(_ kind: ExternalKind) -> Int {
        let own =
            switch kind {
            case .function: functionTypes.count
            case .table: tableCount
            case .memory: memories.count
            case .global: globalCount
            case .tag: tagCount
            }
        return own + imports.count { $0.kind == kind }
    }

    /// The type of a function, imported ones first.
    func functionType(_ index: UInt32) -> FunctionType? {
        let imported = imports.filter { $0.kind == .function }
        if index < imported.count { return imported[Int(index)].type }
        let own = Int(index) - imported.count
        guard own < functionTypes.count else { return nil }
        return types[Int(functionTypes[own])]
    }
}
