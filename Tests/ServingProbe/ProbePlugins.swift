import PatchbayCore
import PatchbayPlugin

/// One record per line; splits, recognizes, and skips empty lines.
struct ProbeLines: RecognizingParserPlugin, SplittingParserPlugin {
    static var manifest: PluginManifest { PluginManifest(.parser, name: "probe-lines", summary: "Lines.") }

    let schema = Schema(fields: [Field("first", .utf8), Field("length", .int64)])

    init(_ configuration: PluginConfiguration) throws(PluginError) {}

    mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema {
        Schema(fields: schema.fields.filter(wanted.wants))
    }

    mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        let bytes = input.bytes
        let (first, length) = (output.builder.field("first"), output.builder.field("length"))
        var at = 0
        while output.remaining > 0, let end = Self.end(bytes, at, isLast: input.isLast) {
            let next = min(end + 1, bytes.count)
            if end == at {
                output.skip(position: input.position + UInt64(at), length: 1, reason: .blank)
            } else {
                first?.appendView(input.start + at..<input.start + at + 1)
                length?.append(int64: Int64(end - at))
                output.builder.value.appendView(input.start + at..<input.start + end)
            }
            at = next
        }
        return ParseResult(consumed: at)
    }

    mutating func boundary(_ input: ParseInput) throws(PluginError) -> ParseResult {
        let bytes = input.bytes
        var at = 0
        while let end = Self.end(bytes, at, isLast: input.isLast) { at = min(end + 1, bytes.count) }
        return ParseResult(consumed: at)
    }

    static func recognizes(_ bytes: Span<UInt8>) -> Int { bytes.count > 0 && bytes[0] == 0x23 ? 70 : 0 }

    private static func end(_ bytes: Span<UInt8>, _ start: Int, isLast: Bool) -> Int? {
        var at = start
        while at < bytes.count {
            if bytes[at] == 10 { return at }
            at += 1
        }
        return isLast && at > start ? at : nil
    }
}

/// Keeps records whose value is of at least so many bytes.
struct ProbeFilter: SwiftPlugin, FilterPlugin {
    static var manifest: PluginManifest {
        PluginManifest(
            .filter, name: "probe-filter", summary: "Long records.",
            configuration: ConfigSchema([
                ConfigOption("least", .integer(0...1000), default: ConfigNode(.integer(3)), summary: "How long.")
            ]))
    }

    let wanted = FieldRequest.none
    private let least: Int64
    private var context: PluginContext?

    init(_ configuration: PluginConfiguration) throws(PluginError) { least = configuration.integer("least") ?? 0 }

    mutating func start(_ context: PluginContext) throws(PluginError) {
        self.context = context
        context.log(.info, "started", fields: [LogLine.Field(name: "least", value: "\(least)")])
    }

    mutating func bind(_ input: Schema) throws(PluginError) {}

    mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        let least = Int(least)
        selection.fill { batch.value.bytes($0).count >= least }
        var values = MetricValues()
        values.counters["records"] = Int64(batch.count)
        context?.scope.metrics.add(values)
    }
}
