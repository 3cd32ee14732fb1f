import PatchbayCore

extension WasmModule {
    mutating func readTypes(_ reader: inout BinaryReader) throws(ModuleError) {
        for _ in 0..<(try reader.count("types")) {
            let start = reader.offset
            guard try reader.byte("a type") == 0x60 else {
                throw ModuleError(
                    .unsupported, "this type is not a function's", at: start,
                    advice: "build the plugin without garbage-collected types")
            }
            types.append(FunctionType(try reader.valueTypes("parameters"), try reader.valueTypes("results")))
        }
    }

    mutating func readImport(_ reader: inout BinaryReader) throws(ModuleError) -> ModuleImport {
        let start = reader.offset
        let module = try reader.name("the module of an import")
        let name = try reader.name("the name of an import")
        let kind = try reader.externalKind("an import")
        var type: FunctionType?
        var memory: SizeLimits?
        switch kind {
        case .function: type = try readType(&reader)
        case .table:
            _ = try reader.valueType("the type of a table")
            _ = try reader.limits("a table")
        case .memory: memory = try reader.limits("a memory")
        case .global:
            _ = try reader.valueType("the type of a global")
            _ = try reader.byte("a global")
        case .tag: try readTag(&reader, countsAsOwn: false)
        }
        return ModuleImport(module: module, name: name, kind: kind, type: type, memory: memory, offset: start)
    }

    mutating func readFunction(_ reader: inout BinaryReader) throws(ModuleError) -> UInt32 {
        let start = reader.offset
        let index = try reader.number("the type of a function")
        try checkType(index, at: start)
        return index
    }

    mutating func readTag(_ reader: inout BinaryReader, countsAsOwn: Bool = true) throws(ModuleError) {
        _ = try reader.byte("a tag")
        _ = try readType(&reader)
        if countsAsOwn { tagCount += 1 }
    }

    mutating func readExports(_ reader: inout BinaryReader) throws(ModuleError) {
        var names: Set<[UInt8]> = []
        let imported = imports.filter { $0.kind == .function }
        let counts = [ExternalKind.function, .table, .memory, .global, .tag].map(count)
        for _ in 0..<(try reader.count("exports")) {
            let start = reader.offset
            let name = try reader.name("the name of an export")
            let kind = try reader.externalKind("an export")
            let place = reader.offset
            let index = try reader.number("the number of an export")
            guard index < counts[Int(kind.rawValue)] else {
                throw reader.problem(
                    "there is no \(kind.word) \(index), which the export \(Self.shown(name)) names", at: place)
            }
            guard names.insert(Array(name.utf8)).inserted else {
                throw reader.problem("two exports are called \(Self.shown(name))", at: start)
            }
            var type: FunctionType?
            if kind == .function {
                let own = Int(index) - imported.count
                type = own < 0 ? imported[Int(index)].type : types[Int(functionTypes[own])]
            }
            exports.append(ModuleExport(name: name, kind: kind, index: index, type: type, offset: start))
        }
    }

    mutating func readStart(_ reader: inout BinaryReader) throws(ModuleError) {
        let start = reader.offset
        let index = try reader.number("the number of the start function")
        guard index < count(.function) else { throw reader.problem("there is no function \(index)", at: start) }
        startFunction = index
    }

    private func readType(_ reader: inout BinaryReader) throws(ModuleError) -> FunctionType {
        let start = reader.offset
        let index = try reader.number("the number of a type")
        return try checkType(index, at: start)
    }

    @discardableResult
    private func checkType(_ index: UInt32, at offset: Int) throws(ModuleError) -> FunctionType {
        guard index < types.count else { throw ModuleError(.damaged, "there is no type \(index)", at: offset) }
        return types[Int(index)]
    }

    /// A name from a module in quotes, short and without control characters.
    static func shown(_ name: String) -> String {
        let kept = name.unicodeScalars.prefix(60).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: "?"
            default: String(scalar)
            }
        }
        return "'\(kept.joined())'"
    }
}

extension BinaryReader {
    mutating func externalKind(_ what: String) throws(ModuleError) -> ExternalKind {
        let start = offset
        let number = try byte("the kind of \(what)")
        guard let kind = ExternalKind(rawValue: number) else {
            throw problem("\(what) has the unknown kind \(number)", at: start)
        }
        return kind
    }

    mutating func valueTypes(_ what: String) throws(ModuleError) -> [ValueType] {
        var types: [ValueType] = []
        for _ in 0..<(try count(what)) { types.append(try valueType("the type of a value")) }
        return types
    }

    mutating func valueType(_ what: String) throws(ModuleError) -> ValueType {
        let start = offset
        switch try byte(what) {
        case 0x7F: return .i32
        case 0x7E: return .i64
        case 0x7D: return .f32
        case 0x7C: return .f64
        case 0x7B: return .v128
        case 0x70: return .funcref
        case 0x6F: return .externref
        case 0x64: return .reference(heap: try signedNumber(what), isNullable: false)
        case 0x63: return .reference(heap: try signedNumber(what), isNullable: true)
        case let code: throw problem("\(what) has the unknown code \(code)", at: start)
        }
    }

    /// Flags: 1 there is a maximum, 2 shared, 4 of 64 bits, 8 pages of another size.
    mutating func limits(_ what: String) throws(ModuleError) -> SizeLimits {
        let start = offset
        let flags = try number("the flags of \(what)")
        guard flags < 16 else { throw problem("\(what) has unknown flags \(flags)", at: start) }
        let is64Bit = flags & 4 != 0
        let minimum = try bound(is64Bit, "the minimum of \(what)")
        let maximum = flags & 1 != 0 ? try bound(is64Bit, "the maximum of \(what)") : nil
        if let maximum, maximum < minimum {
            throw problem("\(what) has a maximum of \(maximum) and a minimum of \(minimum)", at: start)
        }
        var pageSize: UInt64 = 65536
        if flags & 8 != 0 {
            let place = offset
            let exponent = try number("the page size of \(what)")
            guard exponent <= 16 else { throw problem("\(what) has pages of 2^\(exponent) bytes", at: place) }
            pageSize = 1 << UInt64(exponent)
        }
        return SizeLimits(
            minimum: minimum, maximum: maximum, isShared: flags & 2 != 0, is64Bit: is64Bit, pageSize: pageSize)
    }

    private mutating func bound(_ is64Bit: Bool, _ what: String) throws(ModuleError) -> UInt64 {
        is64Bit ? try longNumber(what) : UInt64(try number(what))
    }
}
