import Foundation
import PatchbayCore
import Testing

@testable import PatchbayModule

struct ContractTests {
    private func problems(
        imports: [UInt8] = SmallModule.imports, memory: [UInt8] = SmallModule.memory,
        exports: [UInt8] = SmallModule.exports
    ) throws -> [String] {
        let bytes =
            SmallModule.header + SmallModule.types + imports + SmallModule.functions + memory + exports
            + SmallModule.code
        return try WasmModule(Bytes(bytes)).interfaceProblems().map(\.description)
    }

    private func imports(_ module: String, _ name: String, _ rest: [UInt8]) -> [UInt8] {
        SmallModule.section(
            2,
            [2] + SmallModule.name(module) + SmallModule.name(name) + rest + SmallModule.name("patchbay")
                + SmallModule.name("granted") + [0, 0])
    }

    @Test func foreignImports() throws {
        #expect(try problems(imports: imports("env", "log", [0, 0]))[0].contains("'env.log', which no host offers"))
        #expect(try problems(imports: imports("patchbay", "teleport", [0, 0]))[0].contains("newer Patchbay"))
        #expect(
            try problems(imports: imports("patchbay", "clock", [0, 0]))[0]
                .hasSuffix("'patchbay.clock' must be (i32) -> i64, not (i32, i32) -> i32"))
        #expect(try problems(imports: imports("wasi_snapshot_preview1", "fd_write", [0, 0])).isEmpty)
    }

    @Test func missingExports() throws {
        let found = try problems(exports: SmallModule.section(7, [0]))
        #expect(found.count == 4)
        #expect(found[0].contains("does not export 'patchbay_call'; link the SDK"))
        let wrong = SmallModule.section(7, [1] + SmallModule.name("patchbay_call") + [0, 4])
        #expect(try problems(exports: wrong)[0].contains("must be (i32, i32) -> i32, not (i32) -> ()"))
    }

    @Test func memories() throws {
        #expect(try problems(memory: SmallModule.section(5, [1, 3, 2, 16]))[0].contains("shared"))
        #expect(try problems(memory: SmallModule.section(5, [1, 5, 2, 16]))[0].contains("of 64"))
    }

    /// The table of imports against the header that both sides are compiled with.
    @Test func tableFollowsTheHeader() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let header = try String(
            contentsOf: root.appending(path: "Sources/CPatchbay/include/patchbay_plugin.h"), encoding: .utf8)
        var found: [String: FunctionType] = [:]
        let text = header.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for declaration in text.components(separatedBy: "PATCHBAY_IMPORT(").dropFirst(2) {
            let name = String(declaration.prefix { $0 != ")" })
            let rest = declaration.dropFirst(name.count + 2)
            let result = rest.prefix { $0 != " " }
            let list = rest.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
            let parameters = list.split(separator: ",").compactMap { Self.type(String($0)) }
            found[name] = FunctionType(parameters, Self.type(String(result)).map { [$0] } ?? [])
        }
        #expect(found.count == PluginInterface.hostFunctions.count)
        for function in PluginInterface.hostFunctions {
            #expect(found[function.name] == function.type, "\(function.name)")
        }
        #expect(header.contains("#define PATCHBAY_ABI_VERSION \(PluginInterface.version)\n"))
        #expect(header.contains("#define PATCHBAY_MANIFEST_SECTION \"\(PluginInterface.manifestSection)\"\n"))
    }

    private static func type(_ parameter: String) -> ValueType? {
        if parameter.contains("*") { return .i32 }
        if parameter.contains("double") { return .f64 }
        if parameter.contains("int64_t") { return .i64 }
        return parameter.contains("int32_t") ? .i32 : nil
    }
}
