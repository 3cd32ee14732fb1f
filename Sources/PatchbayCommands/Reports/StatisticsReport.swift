import Patchbay

/// What passed through each plugin.
struct StatisticsReport {
    private let stages: [RunReport.Stage]

    init(_ report: RunReport) {
        stages = report.stages
    }

    /// A table.
    var table: String {
        let head = [
            "stage", "plugin", "calls", "reloads", "ok", "filtered", "incomplete", "end", "errors", "bytes", "time",
        ]
        let rows = stages.map { stage in
            let counts = stage.statistics
            return [stage.id, stage.plugin]
                + [
                    counts.calls, counts.reloads, counts.ok, counts.filtered, counts.incomplete, counts.end,
                    counts.errors,
                    counts.bytes,
                ].map(Amount.grouped) + [Amount.seconds(Double(counts.nanoseconds) / 1e9)]
        }
        return TextTable.text([head] + rows, numeric: Set(2..<head.count))
    }

    /// One line: a list of stages.
    var json: String {
        var json = JSONWriter()
        json.array { json in
            for stage in stages {
                json.object { json in
                    json.member("stage", stage.id)
                    json.member("role", stage.role.rawValue)
                    json.member("plugin", stage.plugin)
                    json.member("calls", stage.statistics.calls)
                    json.member("reloads", stage.statistics.reloads)
                    json.member("ok", stage.statistics.ok)
                    json.member("filtered", stage.statistics.filtered)
                    json.member("incomplete", stage.statistics.incomplete)
                    json.member("end", stage.statistics.end)
                    json.member("errors", stage.statistics.errors)
                    json.member("bytes", stage.statistics.bytes)
                    json.member("nanoseconds", stage.statistics.nanoseconds)
                }
            }
        }
        return String(decoding: json.finish().span) + "\n"
    }
}
