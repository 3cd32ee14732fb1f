internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// Runs `PLUGIN capabilities` once.
enum CapabilitiesQuery {
    /// The time that a program has, in milliseconds.
    static let milliseconds = 5000
    /// Most bytes that it may print.
    static let outputLimit = PluginManifest.sizeLimit

    /// What the program at `path`, which is absolute, prints. It runs with no grants, in the sandbox that `mode` says.
    static func run(_ path: String, sandbox mode: SandboxMode) throws(PluginError) -> [UInt8] {
        // What fails because of the sandbox is not the program's fault: whether it works is found out first.
        if mode != .off { _ = Bubblewrap.shared.probe() }
        let directory = try HostDirectory.shared.makeRunDirectory()
        defer { directory.remove() }
        let isolation = Isolation(mode: mode)
        let confined = try ConfinedProgram(
            path: path, arguments: [path, "capabilities"], isolation, directory, transport: .unix)
        let run: ProgramRun
        do throws(PluginError) {
            run = try ProgramRun.run(confined.launch([]), milliseconds: milliseconds, outputLimit: outputLimit)
            // Bubblewrap reports its end to a pipe that must be there until then.
            withExtendedLifetime(confined) {}
        } catch {
            var error = error
            if error.code == .timedOut {
                error.message = "'capabilities' did not end within \(milliseconds) ms"
                error.advice = "a plugin prints its manifest and exits; see docs/process-plugins.md"
            }
            throw error
        }
        guard run.end == .exited(0) else {
            throw PluginError(
                .crashed, "'capabilities' failed: \(run.end.description)", cause: run.errors.isEmpty ? nil : run.errors,
                advice: "see docs/process-plugins.md for what a plugin must answer")
        }
        guard !run.isCut else {
            throw PluginError(.input, "'capabilities' printed more than \(outputLimit) bytes")
        }
        return run.output
    }
}
