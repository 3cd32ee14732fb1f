internal import FuzzingSupport
internal import PatchbayComponents
internal import PatchbayPlugin

/// One input for libFuzzer: text, in lines.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count))
    ParserTrial(isGapless: false) {
        do {
            return try TriedPlugin(LineParser(PluginConfiguration(checked: [:])))
        } catch {
            fatalError("\(error)")
        }
    }.run(bytes)
    return 0
}
