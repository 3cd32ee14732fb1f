import Patchbay

/// A plugin in all its forms, and where its tests lie.
struct TestedPlugin {
    /// One form of the plugin.
    struct Form {
        /// `wasm`, `process` or `native`.
        let name: String
        /// The file's path, or the plugin's name.
        let operand: String
    }

    let forms: [Form]
    /// The folder with the cases.
    let tests: String

    /// - Parameters:
    ///   - operand: a folder with `plugin.yaml`, a module or program, or the name of a plugin of this program.
    ///   - form: `wasm`, `process`, `native`, or `all` that there are.
    init(
        _ operand: String, form: String, tests: String?, sandbox: SandboxMode?, _ registry: PluginRegistry,
        _ console: Console
    ) throws(CommandError) {
        var forms: [Form] = []
        if Files.kind(operand) == .folder {
            forms = try Self.files(in: operand, form, console)
            self.tests = tests ?? Path.join(operand, "tests")
        } else if PluginArtifact.isFile(operand) {
            forms = [Self.form(operand)]
            self.tests = tests ?? Path.join(Path.parent(operand), "tests")
        } else {
            guard let tests else {
                throw .usage("where are the tests of \(operand.quotedForMessage)?", advice: "write '--tests FOLDER'")
            }
            forms = [Form(name: "native", operand: operand)]
            self.tests = tests
        }
        if let file = forms.first, file.name != "native", form == "all" || form == "native" {
            let native = try PluginTarget.open(file.operand, registry, sandbox).manifest.capabilities.first {
                registry.find($0) != nil
            }
            if let native { forms.append(Form(name: "native", operand: native.description)) }
        }
        self.forms = forms.filter { form == "all" || form == $0.name }
        guard !self.forms.isEmpty else {
            throw CommandError(
                .plugins, "\(operand.quotedForMessage) has no form '\(form)'",
                advice: "it has \(forms.map(\.name).joined(separator: ", "))")
        }
    }

    /// Cases run in folders of their own.
    static func absolute(_ path: String) -> String { Files.resolved(path) ?? path }

    private static func form(_ path: String) -> Form {
        Form(name: PluginTarget.kind(path).rawValue, operand: absolute(path))
    }

    /// The module and the program that were built in a folder.
    private static func files(in folder: String, _ form: String, _ console: Console) throws(CommandError) -> [Form] {
        if Files.kind(Path.join(folder, PluginProject.manifestFile)) == .file {
            let project = try PluginProject(folder, console)
            let paths = PluginForm.allCases.map { Path.join(folder, $0.file(project.manifest.name)) }
            let found = paths.filter { Files.kind($0) == .file }
            guard !found.isEmpty else {
                let isProgram = form == "process" || project.language.forms[0] == .process
                let wanted = isProgram && project.language.forms[0] != .process ? " --form process" : ""
                throw CommandError(
                    .environment, "there is no \(paths[isProgram ? 1 : 0].quotedForMessage)",
                    advice: "build it with 'patchbay plugin build\(wanted)\(folder == "." ? "" : " \(folder)")'")
            }
            return found.map(Self.form)
        }
        let found = Files.names(in: folder).filter { $0.hasSuffix(".wasm") || $0.hasSuffix(".plugin") }
        guard let name = found.first, found.count == 1 else {
            throw CommandError(
                .environment,
                "\(folder.quotedForMessage) has neither \(PluginProject.manifestFile) nor one plugin",
                advice: "name the file, or a plugin of this program with --tests")
        }
        return [Self.form(Path.join(folder, name))]
    }
}
