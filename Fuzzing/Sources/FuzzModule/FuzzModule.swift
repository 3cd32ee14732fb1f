internal import PatchbayCore
internal import PatchbayModule
internal import PatchbayPlugin

/// One input for libFuzzer: the file of a module. What is read must lie in the file, and survive being written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Bytes(copying: unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count)))
    do throws(ModuleError) {
        try check(try WasmModule(bytes))
    } catch {
        guard let offset = error.offset, (0...count).contains(offset) else {
            fatalError("an error without a place in the file: \(error)")
        }
    }
    return 0
}

func check(_ module: WasmModule) throws(ModuleError) {
    guard module.sections.reduce(8, { $0 + $1.size }) == module.bytes.count else {
        fatalError("the sections are not the file")
    }
    for problem in module.interfaceProblems() {
        for scalar in problem.description.unicodeScalars where !scalar.isShowable {
            fatalError("a character that a terminal would obey: U+\(String(scalar.value, radix: 16))")
        }
    }
    if let json = module.customSection(PluginInterface.manifestSection) {
        _ = try? PluginManifest(json: json, file: "manifest")
    }
    let content: [UInt8] = [1, 2, 3]
    let written = module.replacing(section: "patchbay.manifest", with: content.span) { $0 == "name" }
    let again = try? WasmModule(written)
    guard let again, again.imports.count == module.imports.count, again.exports.count == module.exports.count,
        again.customSection("patchbay.manifest")?.count == 3, again.customSection("name") == nil
    else {
        fatalError("the module that was written is another one")
    }
}
