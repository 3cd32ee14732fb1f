internal import PatchbayConfig
internal import PatchbayPlugin

/// The plugin that a stage of a configuration stands for.
struct PluginMatch {
    let factory: any PluginFactory
    let capability: Capability
    let role: Role

    /// Why there is none.
    struct Missing: Error {
        let diagnostic: Diagnostic
    }

    /// Looks for the plugin in the roles that the stage may have where it stands. `resolve` turns a path as written into
    /// one that can be opened.
    static func find(
        _ stage: StageConfiguration, in registry: PluginRegistry, resolving resolve: (String) -> String
    ) -> Result<PluginMatch, Missing> {
        let place = stage.place
        switch stage.plugin {
        case .path(let kind, let path):
            return open(kind, path, resolve(path), stage, registry)
        case .name(let name, let version):
            for role in stage.possibleRoles {
                guard let factory = registry.find(role, name) else { continue }
                if let version, !factory.manifest.version.isVersion(version) {
                    let problem = Diagnostic(
                        "the \(role.words) '\(name)' has version \(factory.manifest.version), not \(version)",
                        at: place,
                        advice: "write '\(name)' or '\(name)@\(factory.manifest.version)'"
                    )
                    return .failure(Missing(diagnostic: problem))
                }
                let match = PluginMatch(factory: factory, capability: Capability(role, name: name), role: role)
                return .success(match)
            }
            return .failure(Missing(diagnostic: unknown(name, stage, registry)))
        }
    }

    private static func open(
        _ kind: PluginReference.Kind, _ written: String, _ path: String, _ stage: StageConfiguration,
        _ registry: PluginRegistry
    ) -> Result<PluginMatch, Missing> {
        guard let runtime = registry.runtime(kind.rawValue) else {
            let problem = Diagnostic(
                "'\(written)' is \(kind.words), and this build of patchbay has no runtime for such files",
                at: stage.place,
                advice: "use a plugin of this build; 'patchbay plugin list' shows them"
            )
            return .failure(Missing(diagnostic: problem))
        }
        let factory: any PluginFactory
        do throws(PluginError) {
            factory = try open(written, path, runtime)
        } catch {
            return .failure(Missing(diagnostic: Diagnostic(error, at: stage.place)))
        }
        for role in stage.possibleRoles {
            guard let capability = factory.manifest.capabilities.first(where: { $0.role == role }) else { continue }
            return .success(PluginMatch(factory: factory, capability: capability, role: role))
        }
        let offered = factory.manifest.capabilities.map(\.description).joined(separator: ", ")
        let wanted = stage.possibleRoles.map(\.words).joined(separator: " or ")
        let problem = Diagnostic(
            "'\(written)' is no \(wanted): it offers \(offered)", at: stage.place)
        return .failure(Missing(diagnostic: problem))
    }

    /// The file beside the configuration; where there is none, the one of that name that came with the installation,
    /// unless a directory was written.
    private static func open(
        _ written: String, _ path: String, _ runtime: any PluginRuntime
    ) throws(PluginError) -> any PluginFactory {
        do throws(PluginError) {
            return try runtime.open(path)
        } catch {
            let name = written.hasPrefix("./") ? String(written.dropFirst(2)) : written
            guard error.code == .io, !name.utf8.contains(UInt8(ascii: "/")) else { throw error }
            do throws(PluginError) { return try runtime.open(name) } catch _ { throw error }
        }
    }

    private static func unknown(_ name: String, _ stage: StageConfiguration, _ registry: PluginRegistry) -> Diagnostic {
        let roles = stage.possibleRoles
        let kind = roles.count == 1 ? roles[0].words : "plugin for '\(stage.section.rawValue)'"
        var advice: String?
        if let role = Role.allCases.first(where: { !roles.contains($0) && registry.find($0, name) != nil }) {
            advice = "'\(name)' is a \(role.words), which belongs under '\(role.section)'"
            if role.section == stage.section.rawValue { advice = "'\(name)' is a \(role.words)" }
        } else {
            let names = roles.flatMap { role in registry.all(ofType: role.rawValue).map(\.capability.name) }
            let all = names.isEmpty ? nil : "there are \(names.joined(separator: ", "))"
            advice = NameSuggestion.advice(for: name, in: names) ?? all
        }
        return Diagnostic("there is no \(kind) called \(name.quotedForMessage)", at: stage.place, advice: advice)
    }
}

extension Role {
    /// The role in a sentence.
    var words: String { self == .byteSource ? "byte source" : rawValue }
}

extension PluginReference.Kind {
    fileprivate var words: String {
        switch self {
        case .wasm: "a WebAssembly module"
        case .native: "a shared library"
        case .process: "an executable"
        }
    }
}

extension String {
    /// Whether the version is `wanted` or one of its refinements: `1.2.3` is a `1.2`.
    fileprivate func isVersion(_ wanted: String) -> Bool {
        split(separator: ".").starts(with: wanted.split(separator: "."))
    }
}
