internal import PatchbayConfig
internal import PatchbayEngine
internal import PatchbayPlugin

extension SettingsConfiguration {
    /// The same for the engine, which decides what was left open.
    var forEngine: PipelineSettings {
        var settings = PipelineSettings()
        if let threads { settings.threads = threads }
        if let chunkSize { settings.chunkSize = chunkSize }
        if let maxRecordSize { settings.maximumRecordSize = maxRecordSize }
        if let batchRecords { settings.batchRecords = batchRecords }
        return settings
    }
}

extension PipelineConfiguration {
    /// The name of the dead-letter sink in reports.
    private static let deadLetterName = "dead_letter"

    /// `settings: {dead_letter: ...}` as a stage: the sink `file`.
    var deadLetterStage: StageConfiguration? {
        guard let path = settings.deadLetterPath else { return nil }
        let format = settings.deadLetterFormat ?? "frames"
        let options: ConfigNode = ["path": ConfigNode(.string(path)), "format": ConfigNode(.string(format))]
        return StageConfiguration(
            id: Self.deadLetterName,
            section: .sinks,
            role: .sink,
            plugin: .name("file", version: nil),
            parameters: options
        )
    }
}
