import PatchbayCore
import PatchbayPlugin

/// What a parser made of an input, in values that can be compared.
struct ParserRun: Equatable {
    var records: [[Value]] = []
    var skipped: [String] = []
    /// Bytes in records, separators and regions: must be all.
    var consumed = 0

    /// Feeds `input` to `parser` in chunks of `chunk` bytes, carrying over what it leaves, as the engine does.
    init(
        _ parser: inout some ParserPlugin,
        schema: Schema,
        _ input: [UInt8],
        chunk: Int,
        recordLimit: Int = 16_384,
        continuesDiscarded: Bool = false
    ) throws(PluginError) {
        let output = ParseOutput(schema: schema, recordLimit: recordLimit)
        var start = 0
        var end = 0
        var isDiscarding = continuesDiscarded
        repeat {
            end = min(input.count, end + chunk)
            let isLast = end == input.count
            while start < end || isLast {
                let bytes = Bytes(copying: input.span.extracting(start..<end))
                let given = ParseInput(
                    buffer: bytes.buffer,
                    start: 0,
                    end: bytes.count,
                    position: UInt64(start),
                    isLast: isLast,
                    continuesDiscarded: isDiscarding
                )
                output.begin(given, part: "test")
                let result = try parser.parse(given, into: output)
                isDiscarding = result.isStillDiscarding
                collect(output, schema: schema)
                start += result.consumed
                consumed += result.consumed
                if result.consumed == 0 { break }
            }
        } while end < input.count
    }

    private mutating func collect(_ output: ParseOutput, schema: Schema) {
        let batch = output.builder.finish()
        for row in 0..<batch.count {
            records.append([batch.value.value(row)] + batch.fields.map { $0.value(row) })
            if let time = batch.time { records[records.count - 1].append(time.value(row)) }
        }
        for region in output.skipped {
            if let last = skipped.last, last.hasSuffix(" \(region.position) \(region.reason.name)") {
                skipped.removeLast()
                let first = last.prefix { $0 != " " }
                skipped.append("\(first) \(region.position + region.length) \(region.reason.name)")
            } else {
                skipped.append("\(region.position) \(region.position + region.length) \(region.reason.name)")
            }
        }
    }

    /// The values as text.
    var texts: [String] { records.map { $0[0].text ?? "null" } }
}

extension PluginConfiguration {
    /// A configuration for tests.
    static func of(_ values: [String: ConfigNode]) -> PluginConfiguration { PluginConfiguration(checked: values) }
}

extension Bytes {
    /// A copy.
    var array: [UInt8] {
        let span = span
        return span.indices.map { span[$0] }
    }
}
