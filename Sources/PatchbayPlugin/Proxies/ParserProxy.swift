public import PatchbayCore

/// The host's side of a parser.
public struct ParserProxy {
    /// Who it is and what passed through.
    public var identity: ProxyIdentity { own.adding(reloads: splitting?.reloads ?? plain?.reloads ?? 0) }
    private var own: ProxyIdentity
    // One of the two is set. Kept apart, not cast per call: a cast copies the plugin, and with it its scratch memory.
    private var plain: (any ParserPlugin)?
    private var splitting: (any SplittingParserPlugin)?
    /// The same plugin, if it has memory for its input. An object, so that this is no second copy.
    private let inputMemory: (any InputMemoryPlugin)?
    /// See ``ParserPlugin/schema``.
    public let schema: Schema

    /// A proxy for `plugin`.
    public init(_ plugin: any ParserPlugin, plugin name: String, stage: String) {
        splitting = plugin as? any SplittingParserPlugin
        plain = splitting == nil ? plugin : nil
        inputMemory = plugin as? any InputMemoryPlugin
        schema = plugin.schema
        own = ProxyIdentity(plugin: name, stage: stage)
    }

    /// Whether chunks may be parsed in parallel.
    public var canSplit: Bool { splitting != nil }

    /// See ``ParserPlugin/bind(_:)``.
    public mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema {
        let all = schema
        return try own.call { () throws(PluginError) in
            if let schema = try splitting?.bind(wanted) { return schema }
            return try plain?.bind(wanted) ?? all
        }
    }

    /// See ``Plugin/start(_:)``.
    public mutating func start(_ context: PluginContext) throws(PluginError) {
        try own.call { () throws(PluginError) in
            try splitting?.start(context)
            try plain?.start(context)
        }
    }

    /// See ``ParserPlugin/reset()``.
    public mutating func reset() {
        splitting?.reset()
        plain?.reset()
    }

    /// Memory of the plugin's own for `capacity` bytes of input, which nobody else holds; nil for a plugin that has none,
    /// or when there is none to be had, which the next call of the plugin will explain.
    public mutating func takeInputBuffer(capacity: Int) -> Buffer? {
        guard let memory = inputMemory else { return nil }
        return try? memory.takeInputBuffer(capacity: capacity)
    }

    /// See ``Plugin/stop()``.
    public mutating func stop() {
        splitting?.stop()
        plain?.stop()
    }

    /// See ``ParserPlugin/parse(_:into:)``. More consumed than given, records of no bytes, and regions outside the input
    /// are errors.
    public mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        let before = output.builder.count
        let result = try own.call { () throws(PluginError) in
            if let result = try splitting?.parse(input, into: output) { return result }
            return try plain?.parse(input, into: output) ?? ParseResult(consumed: 0)
        }
        try check(result, input)
        guard result.consumed > 0 || output.builder.count == before else {
            throw own.invalid("\(output.builder.count - before) records of no bytes")
        }
        var skipped: UInt64 = 0
        for region in output.skipped {
            let (end, overflow) = region.position.addingReportingOverflow(region.length)
            guard !overflow, region.position >= input.position, end <= input.position + UInt64(result.consumed) else {
                throw own.invalid(
                    "a skipped region at \(region.position) outside the bytes consumed at \(input.position)"
                )
            }
            skipped += region.length
        }
        guard skipped <= UInt64(result.consumed) else {
            throw own.invalid("skipped regions of \(skipped) bytes in \(result.consumed) bytes consumed")
        }
        own.statistics.ok += UInt64(output.builder.count - before)
        own.statistics.bytes += UInt64(result.consumed)
        if result.consumed == 0 { own.statistics.incomplete += 1 }
        if input.isLast, result.consumed == input.end - input.start { own.statistics.end += 1 }
        return result
    }

    /// See ``SplittingParserPlugin/boundary(_:)``; nil for a parser that cannot tell.
    public mutating func boundary(_ input: ParseInput) throws(PluginError) -> ParseResult? {
        guard splitting != nil else { return nil }
        let result = try own.call { () throws(PluginError) in try splitting?.boundary(input) }
        guard let result else { return nil }
        try check(result, input)
        return result
    }

    private func check(_ result: ParseResult, _ input: ParseInput) throws(PluginError) {
        guard result.consumed >= 0, result.consumed <= input.end - input.start else {
            throw own.invalid("\(result.consumed) bytes consumed of \(input.end - input.start)")
        }
    }
}
