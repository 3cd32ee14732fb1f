import Patchbay

/// How a command ends: the process's exit code.
public enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Everything that was asked for was done.
    case success = 0
    /// The run ended with an error.
    case runFailed = 1
    /// The command line is wrong.
    case usage = 2
    /// The fields of a configuration are wrong.
    case fields = 3
    /// The stages or their fields do not fit together.
    case topology = 4
    /// A plugin is missing, or refuses its options.
    case plugins = 5
    /// The surroundings are not ready: a file, a folder, a variable.
    case environment = 6
    /// The ledger does not balance: bytes or records are unaccounted for.
    case unbalanced = 7
    /// A worker has left something out that it could not process.
    case lossy = 8
    /// Stopped by SIGINT, after what was under way had been written.
    case interrupted = 130
    /// Stopped by SIGTERM, likewise.
    case terminated = 143

    /// One line for help and documentation.
    var summary: String {
        switch self {
        case .success: "done; also when the reader of the output went away"
        case .runFailed: "the run ended with an error"
        case .usage: "the command line is wrong"
        case .fields: "configuration: unknown or wrong fields"
        case .topology: "configuration: stages or their fields do not fit together"
        case .plugins: "configuration: a plugin is missing or refuses its options"
        case .environment: "a file, folder or variable that is needed is not there"
        case .unbalanced: "the ledger does not balance: something is unaccounted for"
        case .lossy: "'worker' only: records were skipped or went to the dead-letter file"
        case .interrupted: "stopped by Ctrl-C (SIGINT); what was read has been written"
        case .terminated: "stopped by SIGTERM; what was read has been written"
        }
    }
}

/// Why a command could not do its work: one line for standard error, and the exit code.
struct CommandError: Error {
    let status: ExitStatus
    /// One line without a full stop.
    let message: String
    /// What the user can do.
    let advice: String?

    init(_ status: ExitStatus, _ message: String, advice: String? = nil) {
        self.status = status
        self.message = message
        self.advice = advice
    }

    /// The command line is wrong.
    static func usage(_ message: String, advice: String? = nil) -> CommandError {
        CommandError(.usage, message, advice: advice)
    }
}

extension CheckPhase {
    /// The exit code of a configuration that fails in this phase.
    var status: ExitStatus {
        switch self {
        case .fields: .fields
        case .topology: .topology
        case .plugins: .plugins
        case .environment: .environment
        }
    }
}
