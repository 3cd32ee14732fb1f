import Patchbay

/// A parser that makes one record of each chunk: what a byte source delivers, byte for byte.
struct ChunkParser: SwiftPlugin, ParserPlugin {
    static let name = "bytes"
    static var manifest: PluginManifest {
        PluginManifest(.parser, name: name, summary: "One record per chunk, for what is passed on as it is.")
    }

    let schema = Schema(fields: [])

    init(_ configuration: PluginConfiguration) {}

    mutating func bind(_ wanted: FieldRequest) -> Schema { schema }

    mutating func parse(_ input: ParseInput, into output: ParseOutput) -> ParseResult {
        guard input.end > input.start, output.remaining > 0 else { return ParseResult(consumed: 0) }
        output.builder.value.append(input.start..<input.end, of: input.buffer)
        return ParseResult(consumed: input.end - input.start)
    }
}
