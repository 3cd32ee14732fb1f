import Patchbay

/// What a run says on standard error beside its errors.
struct ReportOptions: Sendable {
    /// A report as a table or as JSON.
    enum Form: Sendable {
        case table, json
    }

    /// When the ledger is shown as a table.
    enum LedgerTable: Sendable {
        /// When something was skipped or is unaccounted for: one line.
        case onTrouble
        case always
        case never
    }

    var statistics: Form?
    var ledgerTable: LedgerTable
    var isLedgerJSON: Bool
    var showsProgress: Bool

    /// Threads of a run.
    static let threads = OptionSpec(
        "threads",
        .number("N", 1...1024),
        summary: "Threads that parse; as many as there are cores when left out."
    )
    /// The progress bar.
    static let progress = OptionSpec(
        "progress",
        .choice(["auto", "always", "never"]),
        summary: "Show a progress bar; auto does so on a terminal."
    )

    /// The options that `run` and `cat` share.
    static let specs = [
        OptionSpec(
            "stats",
            .optionalChoice(["json"]),
            summary: "Show per plugin: calls, records, errors, bytes, time."
        ),
        OptionSpec(
            "ledger",
            .optionalChoice(["json"]),
            summary: "Show the account of every byte; json puts it on the last line of standard error."
        ),
        threads,
        progress,
        OptionSpec("quiet", letter: "q", summary: "Say nothing but errors."),
    ]

    /// The options for a run of `definition`.
    init(
        _ arguments: ParsedArguments,
        _ console: Console,
        ledger: LedgerTable,
        _ definition: PipelineDefinition?
    ) {
        // A bar between the lines of a terminal would be in the way.
        let writesToTerminal =
            console.isTerminal(.output)
            && definition?.stages.contains { $0.role == .sink && $0.capability.name == "stdout" } ?? true
        let isQuiet = arguments.has("quiet")
        statistics = arguments.value("stats").map { $0 == "json" ? .json : .table }
        isLedgerJSON = arguments.value("ledger") == "json"
        ledgerTable = arguments.value("ledger") == "" ? .always : isQuiet || isLedgerJSON ? .never : ledger
        showsProgress =
            switch arguments.value("progress") {
            case "always": true
            case "never": false
            default: !isQuiet && console.isTerminal(.errors) && !writesToTerminal
            }
    }
}
