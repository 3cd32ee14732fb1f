import Patchbay

/// The page of `patchbay plugin inspect` about one program.
struct ProgramReport {
    let path: String
    let manifest: PluginManifest
    /// What keeps it apart from the rest of the system here.
    let sandbox: String

    /// Asks the program at `path` what it is, also when that is known.
    init(_ path: String, _ registry: PluginRegistry, _ mode: SandboxMode?) throws(CommandError) {
        guard let runtime = registry.runtime(PluginReference.Kind.process.rawValue) else {
            throw CommandError(.plugins, "this build of patchbay has no runtime for programs")
        }
        self.path = path
        sandbox = runtime.sandbox(mode ?? .preferred)
        do throws(PluginError) {
            manifest = try runtime.examine(path, sandbox: mode ?? .preferred)
        } catch {
            throw CommandError(error.code == .io ? .environment : .plugins, error.description)
        }
    }

    /// For people.
    var text: String {
        var text = "\(manifest.name) \(manifest.version)\n"
        if !manifest.summary.isEmpty { text += "\n" + HelpText.wrap(manifest.summary, indent: 2) }
        text +=
            "\n"
            + HelpText.columns(
                [
                    ("file", path),
                    ("capabilities", manifest.capabilities.map(\.description).joined(separator: ", ")),
                    ("wants", manifest.permissions.isEmpty ? "nothing" : manifest.permissions.joined(separator: ", ")),
                    ("order", manifest.isOrdered ? "records in their order" : "any"),
                    ("sandbox", sandbox),
                ], indent: 2)
        return text + Component.lists(of: manifest)
    }

    /// For programs: one line.
    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("file", path)
            json.member("kind", PluginReference.Kind.process.rawValue)
            json.member("sandbox", sandbox)
            json.key("manifest")
            manifest.write(into: &json)
        }
        return String(decoding: json.finish().span) + "\n"
    }
}
