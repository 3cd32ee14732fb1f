import Patchbay

/// The file of a pipeline: reading it, and saying what is wrong with it.
enum ConfigurationFile {
    /// The text of the file at `path`.
    static func read(_ path: String) throws(CommandError) -> SourceText {
        do throws(ConfigurationError) {
            return try SourceText.read(path)
        } catch {
            throw CommandError(.environment, error.description)
        }
    }

    /// Shows what a check found on standard error. The exit code of the phase that failed; nil when none did.
    static func report(_ check: PipelineCheck, _ source: SourceText, _ console: Console) -> ExitStatus? {
        let renderer = DiagnosticRenderer([source], isColored: console.isColored(.errors))
        console.write(renderer.render(check.diagnostics), to: .errors)
        return check.failedPhase?.status
    }
}
