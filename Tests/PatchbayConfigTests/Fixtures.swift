import Foundation
import PatchbayConfig
import PatchbayPlugin
import Testing

/// Files of the repository that tests read.
enum Fixtures {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let configuration = root.appending(path: "Tests/Fixtures/config")

    /// The names of the files in the folder of configurations, without `.yaml`.
    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: configuration.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static let environment = ConfigurationEnvironment(
        variables: ["HOST": "example.org", "EMPTY": "", "THREADS": "4", "TRICK": "x\n- uses: evil\n# ${env:HOST}"],
        files: ["secret.txt": "hunter2\n", "crlf.txt": "a\r\n\r\n"]
    )

    /// Everything that is said about a configuration, as a user sees it; then what was understood.
    static func report(_ source: SourceText) -> String {
        let renderer = DiagnosticRenderer([source])
        let (parsed, problems) = PipelineConfiguration.parse(source)
        guard let parsed else { return renderer.render(problems) }
        let (configuration, missing) = parsed.substituting(environment)
        let found = problems + configuration.topologyDiagnostics() + missing
        return renderer.render(found) + outline(configuration)
    }

    /// A configuration in short lines.
    static func outline(_ configuration: PipelineConfiguration) -> String {
        var text = "pipeline \(configuration.name ?? "-")\n"
        let settings = configuration.settings
        if settings != SettingsConfiguration() {
            text += "settings threads=\(show(settings.threads)) chunk_size=\(show(settings.chunkSize))"
            text += " max_record_size=\(show(settings.maxRecordSize)) batch_records=\(show(settings.batchRecords))"
            text += " dead_letter=\(settings.deadLetterPath ?? "-")\n"
        }
        let inputs = configuration.inputIndices()
        for (index, stage) in configuration.stages.enumerated() {
            text += "\(stage.section.rawValue) \(stage.id) = \(stage.plugin)"
            if case .path(let kind, let path) = stage.plugin {
                text += " (\(kind.rawValue) at \(configuration.resolve(path: path)))"
            }
            if let role = stage.role { text += " role=\(role.rawValue)" }
            text += " inputs=[\(inputs[index].map { configuration.stages[$0].id }.joined(separator: ","))]"
            text += " on_error=\(stage.onError.rawValue)"
            if let parameters = stage.parameters { text += " with=\(show(parameters))" }
            if let connection = stage.connection { text += " connection=\(show(connection))" }
            text += "\n"
        }
        return text
    }

    static func show(_ value: Int?) -> String { value.map { "\($0)" } ?? "-" }

    static func show(_ node: ConfigNode) -> String {
        let mark = node.provenance == .substituted ? "~" : node.provenance == .unresolved ? "?" : ""
        return switch node.content {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let text): mark + text.debugDescription
        case .list(let elements): "[\(elements.map { show($0) }.joined(separator: ", "))]"
        case .map(let entries): "{\(entries.map { "\($0.key): \(show($0.value))" }.joined(separator: ", "))}"
        }
    }
}
