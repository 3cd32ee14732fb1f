public import PatchbayPlugin

extension SettingsConfiguration {
    /// The keys of `settings`.
    public static let schema = ConfigSchema([
        ConfigOption("threads", .integer(1...1024), summary: "threads that parse a source whose format can be split"),
        ConfigOption("chunk_size", .size, summary: "bytes read at once, 1KiB to 1GiB"),
        ConfigOption(
            "max_record_size",
            .size,
            summary: "largest record, 1KiB to 1GiB; a larger one ends the run unless its parser has another 'on_error'"
        ),
        ConfigOption("batch_records", .integer(1...1_000_000), summary: "records in a batch, at most"),
        ConfigOption(
            "sandbox",
            .string(choices: SandboxMode.allCases.map(\.rawValue)),
            summary: "whether plugins that are programs of their own are sandboxed; preferred when left out"
        ),
        ConfigOption(
            deadLetterName, .any, summary: "where records go that a stage with 'on_error: dead_letter' fails on"),
    ])

    /// The keys of `settings.dead_letter`.
    public static let deadLetterSchema = ConfigSchema(
        [
            ConfigOption("path", .string(), isRequired: true, summary: "file that is written"),
            ConfigOption(
                "format",
                .string(choices: ["frames", "json"]),
                default: "frames",
                summary: "frames keep every byte and are read with 'patchbay cat'; json is for other programs"
            ),
        ], shorthand: "path")

    static let deadLetterName = "dead_letter"

    /// What `chunk_size` and `max_record_size` may be, in bytes.
    static let sizes: ClosedRange<Int64> = 1024...(1 << 30)
}

extension FieldReader {
    mutating func settings(_ entry: ConfigNode.Entry?) -> SettingsConfiguration {
        var settings = SettingsConfiguration()
        guard let entry else { return settings }
        refuseVariables(entry.value)
        let (checked, problems) = SettingsConfiguration.schema.check(entry.value, position: entry.position)
        add(problems)
        guard let checked else { return settings }
        settings.threads = checked.integer("threads").map { Int($0) }
        settings.batchRecords = checked.integer("batch_records").map { Int($0) }
        settings.sandbox = checked.string("sandbox").flatMap(SandboxMode.init)
        settings.chunkSize = size(checked, "chunk_size")
        settings.maxRecordSize = size(checked, "max_record_size")
        if let deadLetter = checked[SettingsConfiguration.deadLetterName] {
            let (inner, more) = SettingsConfiguration.deadLetterSchema.check(deadLetter, position: deadLetter.position)
            add(more)
            settings.deadLetterPath = inner?.string("path")
            settings.deadLetterFormat = inner?.string("format")
        }
        return settings
    }

    private mutating func size(_ checked: PluginConfiguration, _ name: String) -> Int? {
        guard let value = checked.integer(name) else { return nil }
        if SettingsConfiguration.sizes.contains(value) { return Int(value) }
        report("option '\(name)': the size must be from 1KiB to 1GiB", at: checked[name]?.position)
        return nil
    }

    /// Reports variables, which can stand in options of plugins alone.
    mutating func refuseVariables(_ node: ConfigNode) {
        for entry in node.entries {
            if case .map = entry.value.content {
                refuseVariables(entry.value)
            } else if let text = entry.value.string, text.contains("${") {
                _ = self.text(entry.value, "'\(entry.key)'")
            }
        }
    }
}
