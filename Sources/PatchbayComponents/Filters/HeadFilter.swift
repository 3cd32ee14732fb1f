public import PatchbayCore
public import PatchbayPlugin

/// `head`: lets the first records through; the run may end when they are there.
public struct HeadFilter: SwiftPlugin, SaturatingPlugin {
    /// What the plugin says of itself.
    public static let manifest = PluginManifest(
        .filter,
        name: "head",
        summary: "Lets the first records through and no others",
        configuration: ConfigSchema(
            [
                ConfigOption(
                    "count",
                    .integer(0...Int64.max),
                    default: 10,
                    summary: "How many records"
                )
            ],
            shorthand: "count"
        ),
        isOrdered: true
    )

    private var remaining: Int64

    /// A filter.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        remaining = max(0, configuration.integer("count") ?? 10)
    }

    /// None.
    public var wanted: FieldRequest { .none }

    /// Fits any records.
    public mutating func bind(_ input: Schema) throws(PluginError) {}

    /// Whether all records that may pass have passed.
    public var isSaturated: Bool { remaining == 0 }

    /// Keeps rows until the count is reached.
    public mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        let kept = Int(min(remaining, Int64(batch.count)))
        if kept < batch.count { selection.narrow { $0 < kept } }
        remaining -= Int64(kept)
    }
}
