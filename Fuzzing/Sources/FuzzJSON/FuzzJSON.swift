internal import FuzzingSupport
internal import PatchbayComponents
internal import PatchbayPlugin

/// Members of every type, and a time.
let options = PluginConfiguration(checked: [
    "fields": map([("n", "int64"), ("f", "float64"), ("b", "bool"), ("t", "utf8"), ("w", "word"), ("j", "json")]),
    "time": map([("field", "ts"), ("format", "rfc3339")]),
    "max_depth": ConfigNode(.integer(16)),
])

func map(_ entries: [(String, String)]) -> ConfigNode {
    ConfigNode(.map(entries.map { ConfigNode.Entry(key: $0.0, value: ConfigNode(.string($0.1))) }))
}

/// One input for libFuzzer: JSON lines.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count))
    ParserTrial(isGapless: false) {
        do {
            return try TriedPlugin(JSONParser(options), names: ["level", "a", "rest"])
        } catch {
            fatalError("\(error)")
        }
    }.run(bytes)
    return 0
}
