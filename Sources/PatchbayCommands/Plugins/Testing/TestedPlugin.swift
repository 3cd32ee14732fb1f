import Patchbay

/// A plugin in all its forms, and where its tests lie.
struct TestedPlugin {
    /// One form of the plugin.
    struct Form {
        /// `wasm` or `native`.
        let name: String
        /// The module's path, or the plugin's name.
        let operand: String
    }

    let forms: [Form]
    /// The folder with the cases.
    let tests: String

    /// - Parameters:
    ///   - operand: a folder with `plugin.yaml`, a module, or the name of a plugin of this program.
    ///   - form: `wasm`, `native`, or `all` that there are.
    init(
        _ operand: String, form: String, tests: String?, _ registry: PluginRegistry, _ console: Console
    ) throws(CommandError) {
        var forms: [Form] = []
        if Files.kind(operand) == .folder {
            forms = [Form(name: "wasm", operand: Self.absolute(try Self.module(in: operand, console)))]
            self.tests = tests ?? Path.join(operand, "tests")
        } else if PluginArtifact.isFile(operand) {
            forms = [Form(name: "wasm", operand: Self.absolute(operand))]
            self.tests = tests ?? Path.join(Path.parent(operand), "tests")
        } else {
            guard let tests else {
                throw .usage("where are the tests of \(operand.quotedForMessage)?", advice: "write '--tests FOLDER'")
            }
            forms = [Form(name: "native", operand: operand)]
            self.tests = tests
        }
        if let module = forms.first, module.name == "wasm", form != "wasm" {
            let native = try PluginTarget.open(module.operand, registry).manifest.capabilities.first {
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

    private static func module(in folder: String, _ console: Console) throws(CommandError) -> String {
        if Files.kind(Path.join(folder, PluginProject.manifestFile)) == .file {
            let name = try PluginProject(folder, console).manifest.name
            let path = Path.join(folder, "\(name).wasm")
            guard Files.kind(path) == .file else {
                throw CommandError(
                    .environment, "there is no \(path.quotedForMessage)",
                    advice: "build it with 'patchbay plugin build\(folder == "." ? "" : " \(folder)")'")
            }
            return path
        }
        let found = Files.names(in: folder).filter { $0.hasSuffix(".wasm") }
        guard let name = found.first, found.count == 1 else {
            throw CommandError(
                .environment,
                "\(folder.quotedForMessage) has neither \(PluginProject.manifestFile) nor one module",
                advice: "name the module, or a plugin of this program with --tests")
        }
        return Path.join(folder, name)
    }
}
