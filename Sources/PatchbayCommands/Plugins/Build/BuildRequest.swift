/// What a builder of one language is asked for.
struct BuildRequest {
    let project: PluginProject
    let sdk: GuestSDK
    /// With names and checks for debugging, and not optimised.
    let isDebug: Bool
    let form: PluginForm
    /// A folder for what comes between sources and module; goes away afterwards.
    let scratch: String

    /// The file that the builder makes.
    var module: String { "\(scratch)/\(form.file("plugin"))" }
}

/// A step of a build whose program said why on standard error: nothing is left to say.
struct BuildStep {
    let program: String
    let arguments: [String]
    /// What messages call the program; its own name when nil.
    var title: String?

    /// Runs it; its own messages go through as they are.
    func run() throws(CommandError) {
        let result = try Subprocess(program, arguments).run()
        guard result.isSuccess else {
            throw CommandError(.runFailed, "\(title ?? Path.name(program)) ended with the exit code \(result.status)")
        }
    }
}
