public import PatchbayCore
public import PatchbayPlugin

/// Takes records and writes none: for measuring, and for pipelines that count.
public struct NullSink: SwiftPlugin, SinkPlugin {
    /// What the sink says of itself.
    public static var manifest: PluginManifest {
        PluginManifest(
            .sink,
            name: "null",
            summary: "Takes records and writes none.",
            configuration: ConfigSchema([
                ConfigOption(
                    "all_fields",
                    .boolean,
                    default: false,
                    summary: "Ask for every field, so that the stages before work as hard as for a real sink."
                )
            ])
        )
    }

    private let wantsAll: Bool

    /// A sink.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        wantsAll = configuration.bool("all_fields") ?? false
    }

    /// No fields, or all of them.
    public func wanted(from input: Schema) throws(PluginError) -> FieldRequest { wantsAll ? .everything : .none }
    /// Any schema will do.
    public mutating func bind(_ input: Schema) throws(PluginError) {}
    /// Forgets the records.
    public mutating func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {}
    /// Nothing to do.
    public mutating func flush() throws(PluginError) {}
}
