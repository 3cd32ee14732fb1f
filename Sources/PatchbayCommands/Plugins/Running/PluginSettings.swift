import Patchbay

/// What a plugin is given besides its input: options, grants, limits.
struct PluginSettings {
    var options = ConfigNode(.map([]))
    var grants = Grants.default
    var limits = PluginLimits()
    var sandbox: SandboxMode?

    /// The specifications of `--with`, `--grant` and `--limit`.
    static let specs = [
        OptionSpec(
            "with", .text("NAME=VALUE"), repeats: true,
            summary: "An option of the plugin; may be repeated. 'patchbay plugin inspect' lists them."),
        OptionSpec(
            "grant", .text("GRANT"), repeats: true,
            summary:
                "What a module or program may do, such as clock or read:in.dlt; may be repeated. Without it only log and metrics."
        ),
        OptionSpec(
            "limit", .text("NAME=VALUE"), repeats: true,
            summary: "How much a module or program may use, such as memory=64MiB or time=1s; may be repeated."),
    ]

    /// The defaults.
    init() {}

    /// What the options of a command say.
    init(_ arguments: ParsedArguments) throws(CommandError) {
        sandbox = arguments.sandbox
        options = ConfigNode(
            .map(try arguments.all("with").map { (text) throws(CommandError) in try ParserChoice.option("with", text) })
        )
        try read(
            grants: ConfigNode(.list(arguments.all("grant").map { ConfigNode(.string($0)) })),
            limits: ConfigNode(
                .map(
                    try arguments.all("limit").map { (text) throws(CommandError) in
                        try ParserChoice.option("limit", text)
                    })))
    }

    /// Reads grants and limits as a configuration has them.
    mutating func read(grants: ConfigNode?, limits: ConfigNode?) throws(CommandError) {
        let (given, wrongGrants) = Grants.read(grants)
        let (read, wrongLimits) = PluginLimits.read(limits)
        if let problem = (wrongGrants + wrongLimits).first(where: { $0.severity == .error }) {
            let place = problem.position.map { "\($0): " } ?? ""
            throw CommandError(.usage, "\(place)\(problem.message)", advice: problem.advice)
        }
        self.grants = given
        if let read { self.limits = read }
    }
}
