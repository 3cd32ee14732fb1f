import PatchbayCore
import PatchbayPlugin

/// Keeps records of at least so many bytes.
struct LongRecords: SwiftPlugin, FilterPlugin {
    static var manifest: PluginManifest {
        PluginManifest(
            .filter, name: "long-records", summary: "Keeps records of at least so many bytes.",
            configuration: ConfigSchema([
                ConfigOption("least", .integer(0...1_000_000), default: ConfigNode(.integer(10)), summary: "How many.")
            ]))
    }

    let wanted = FieldRequest.none
    private let least: Int

    init(_ configuration: PluginConfiguration) throws(PluginError) {
        least = Int(configuration.integer("least") ?? 10)
    }

    mutating func bind(_ input: Schema) throws(PluginError) {}

    mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        let least = least
        selection.fill { batch.value.bytes($0).count >= least }
    }
}
