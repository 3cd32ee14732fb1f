import PatchbayCore
import Testing

@testable import PatchbayModule

struct ReadingTests {
    @Test func smallModule() throws {
        let module = try WasmModule(Bytes(SmallModule.bytes))
        #expect(
            module.sections.map(\.name) == [
                "type", "import", "function", "memory", "export", "code", "data", "name",
            ])
        #expect(module.sections.map(\.size).reduce(8, +) == SmallModule.bytes.count)
        #expect(module.imports.map(\.name) == ["clock", "granted"])
        #expect(module.imports[0].type == FunctionType([.i32], [.i64]))
        #expect(module.export("patchbay_call")?.type?.description == "(i32, i32) -> i32")
        #expect(module.export("patchbay_free")?.type?.description == "(i32) -> ()")
        #expect(module.memories.first?.minimum == 2)
        #expect(module.memories.first?.maximum == 16)
        #expect(module.customSection("name")?.array == [1, 2, 3])
        #expect(module.customSection("nam") == nil)
        #expect(module.interfaceProblems().isEmpty)
    }

    @Test func sectionsAreReplaced() throws {
        let module = try WasmModule(Bytes(SmallModule.bytes))
        let long = [UInt8](repeating: 7, count: 300)
        let once = try WasmModule(module.replacing(section: "patchbay.manifest", with: long.span))
        #expect(once.customSection("patchbay.manifest")?.array == long)
        #expect(once.customSection("name") != nil)
        let short: [UInt8] = [1]
        let twice = try WasmModule(once.replacing(section: "patchbay.manifest", with: short.span) { $0 == "name" })
        #expect(twice.customSection("patchbay.manifest")?.array == [1])
        #expect(twice.customSection("name") == nil)
        #expect(twice.sections.count == module.sections.count)
        let none: [UInt8] = []
        let back = once.replacing(section: "patchbay.manifest", with: none.span).array
        #expect(Array(back.dropLast(20)) == SmallModule.bytes)
    }

    /// Cut anywhere, the file is a module only where a section ends and nothing is missing.
    @Test func everyTruncation() {
        let whole = SmallModule.bytes
        for length in 0..<whole.count {
            do throws(ModuleError) {
                let module = try WasmModule(Bytes(Array(whole.prefix(length))))
                #expect(module.sections.map(\.size).reduce(8, +) == length)
                #expect(module.functionCount == 0 || module.sections.contains { $0.name == "code" })
            } catch {
                #expect(error.offset != nil)
                #expect(error.offset ?? 0 <= length)
            }
        }
    }

    /// Each byte changed to every other value: an error with a place, or a module whose parts lie within the file.
    @Test func everyByteChanged() throws {
        let whole = SmallModule.bytes
        for index in whole.indices {
            var bytes = whole
            for value in UInt8.min...UInt8.max where value != whole[index] {
                bytes[index] = value
                do throws(ModuleError) {
                    let module = try WasmModule(Bytes(bytes))
                    try Self.walk(module)
                } catch {
                    let offset = try #require(error.offset)
                    #expect(offset <= bytes.count)
                }
            }
        }
    }

    private static func walk(_ module: WasmModule) throws(ModuleError) {
        #expect(module.sections.map(\.size).reduce(8, +) == module.bytes.count)
        for section in module.sections { #expect(module.content(of: section).count == section.contentSize) }
        _ = module.interfaceProblems().map(\.description)
        let content: [UInt8] = [1]
        let again = try WasmModule(module.replacing(section: "x", with: content.span))
        #expect(again.customSection("x")?.count == 1)
    }

    private func failure(_ bytes: [UInt8]) -> ModuleError? {
        do throws(ModuleError) {
            _ = try WasmModule(Bytes(bytes))
            return nil
        } catch { return error }
    }

    @Test func hostileNumbers() {
        let header = SmallModule.header
        // A count of types that would take 80 GB.
        #expect(failure(header + [1, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F])?.offset == 10)
        // Numbers of more bits than their type.
        #expect(failure(header + [1, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F])?.message.contains("32 bits") == true)
        #expect(failure(header + [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0])?.message.contains("32 bits") == true)
        // The same number in more bytes than it needs is allowed.
        #expect(failure(header + [0, 0x82, 0x80, 0x80, 0x80, 0, 1, 0x61]) == nil)
        #expect(failure(header + [5, 4, 1, 1, 5, 4])?.message.contains("maximum of 4") == true)
        #expect(failure(header + [5, 3, 1, 16, 1])?.message.contains("flags") == true)
        #expect(failure(header + [5, 12, 1, 4] + [UInt8](repeating: 0xFF, count: 9) + [1]) == nil)
        #expect(failure(header + [5, 12, 1, 4] + [UInt8](repeating: 0xFF, count: 9) + [2])?.offset == 12)
        #expect(failure(header + [0, 3, 2, 0xC3, 0x28])?.message.contains("UTF-8") == true)
    }

    @Test func otherFormats() {
        #expect(failure([])?.message.contains("no WebAssembly") == true)
        #expect(failure(Array("#!/bin/sh".utf8))?.offset == 0)
        #expect(failure([0, 0x61, 0x73, 0x6D, 0x0D, 0, 1, 0])?.message.contains("component") == true)
        #expect(failure([0, 0x61, 0x73, 0x6D, 2, 0, 0, 0])?.code == .unsupported)
        #expect(failure(SmallModule.header + SmallModule.types + SmallModule.types)?.message.contains("place") == true)
        #expect(
            failure(SmallModule.header + SmallModule.types + SmallModule.functions)?.message.contains("code") == true)
    }
}
