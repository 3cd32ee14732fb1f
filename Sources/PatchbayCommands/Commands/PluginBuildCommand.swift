import Patchbay

extension CommandSpec {
    static let pluginBuild = CommandSpec(
        "plugin build",
        "Build a plugin of its sources.",
        details: [
            "Reads the folder's 'plugin.yaml', compiles the sources to a WebAssembly module, checks its imports and "
                + "exports against the plugin ABI, and puts the manifest into it. The compiler's messages are "
                + "shown as they are.",
            "With '--form process' a plugin in Swift becomes a program of its own, 'NAME.plugin', of the same sources.",
            "A plugin in Python becomes a program that the host runs as a process: one executable file with the sources, "
                + "the SDK and the manifest.",
            "Swift plugins are built with the Swift toolchain on the PATH, C with its clang, Rust with a rustc that "
                + "has the target wasm32-unknown-unknown, Zig with zig or Python's package 'ziglang'. What does not "
                + "change between builds is kept in '~/.cache/patchbay/sdk'.",
        ],
        operands: [OperandSpec("FOLDER", .optional, summary: "The plugin's folder; the current one when left out.")],
        options: [
            OptionSpec(
                "form", .choice(PluginForm.allCases.map(\.rawValue)),
                summary: "What is built: a module, or a program; when left out, what the language has."),
            OptionSpec("debug", summary: "With names, line numbers and checks, and not optimised."),
            OptionSpec("release", summary: "Optimised and without names; the default."),
            OptionSpec(
                "output", letter: "o", .text("FILE"), completion: .files,
                summary: "The file to write; 'NAME.wasm' or 'NAME.plugin' in the plugin's folder when left out."),
            OptionSpec("quiet", letter: "q", summary: "Say nothing but errors."),
        ],
        examples: [Example(line: "patchbay plugin build keep-errors", comment: "makes keep-errors/keep-errors.wasm")]
    ) { (arguments, console) throws(CommandError) in
        if arguments.has("debug"), arguments.has("release") {
            throw .usage("--debug and --release exclude each other")
        }
        let project = try PluginProject(arguments.operands.first ?? ".", console)
        let build = try PluginBuild(
            project: project, sdk: try GuestSDK.find(), isDebug: arguments.has("debug"),
            form: arguments.value("form").flatMap(PluginForm.init))
        let result = try build.run(to: arguments.value("output"))
        if !arguments.has("quiet") {
            let size = Amount.counted(UInt64(result.bytes), "byte")
            console.write("\(result.path): \(size), built in \(Amount.seconds(result.seconds))\n")
        }
        return .success
    }
}
