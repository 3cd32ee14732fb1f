internal import PatchbayConfig
internal import PatchbayPlugin

/// Looks for the plugins of a configuration: in the registry, in files that are named by their path, and in the plugin
/// directories.
struct PluginSearch {
    let registry: PluginRegistry
    /// What holds while a program is asked what it is.
    let sandbox: SandboxMode
    /// Turns a path as written into one that can be opened.
    let resolve: (String) -> String

    /// The plugin that `stage` stands for, in the roles that it may have where it stands.
    func find(_ stage: StageConfiguration) -> Result<PluginMatch, PluginMatch.Missing> {
        switch stage.plugin {
        case .path(let kind, let path): open(kind, path, stage)
        case .name(let name, let version): named(name, version, stage)
        }
    }

    // MARK: Names

    private func named(
        _ name: String, _ version: String?, _ stage: StageConfiguration
    ) -> Result<PluginMatch, PluginMatch.Missing> {
        for role in stage.possibleRoles {
            if let factory = registry.find(role, name) { return match(factory, role, name, version, stage) }
        }
        // Only what the program does not have itself is looked for in files.
        let catalog = PluginCatalog(registry)
        do throws(PluginError) {
            for role in stage.possibleRoles {
                var found = catalog.find(role, name)
                if found == nil { found = try examined(role, name, catalog) }
                guard let found, let runtime = registry.runtime(found.kind) else { continue }
                return match(try runtime.open(found.origin, sandbox: sandbox), role, name, version, stage)
            }
        } catch {
            return .failure(PluginMatch.Missing(diagnostic: Diagnostic(error, at: stage.place)))
        }
        return .failure(PluginMatch.Missing(diagnostic: PluginMatch.unknown(name, stage, registry, catalog)))
    }

    /// A file of that name which nobody has looked at yet is meant by who writes its name.
    private func examined(
        _ role: Role, _ name: String, _ catalog: PluginCatalog
    ) throws(PluginError) -> PluginCatalog.Entry? {
        let files = catalog.entries.filter { entry in
            entry.state == .notExamined && PluginReference.path(.process, path: entry.origin).shortName == name
        }
        guard !files.isEmpty else { return nil }
        for file in files { _ = try registry.runtime(file.kind)?.open(file.origin, sandbox: sandbox) }
        return PluginCatalog(registry, opened: Set(files.map(\.origin))).find(role, name)
    }

    private func match(
        _ factory: any PluginFactory, _ role: Role, _ name: String, _ version: String?, _ stage: StageConfiguration
    ) -> Result<PluginMatch, PluginMatch.Missing> {
        if let version, !factory.manifest.version.isVersion(version) {
            let problem = Diagnostic(
                "the \(role.words) '\(name)' has version \(factory.manifest.version), not \(version)",
                at: stage.place,
                advice: "write '\(name)' or '\(name)@\(factory.manifest.version)'"
            )
            return .failure(PluginMatch.Missing(diagnostic: problem))
        }
        return .success(PluginMatch(factory: factory, capability: Capability(role, name: name), role: role))
    }

    // MARK: Files

    private func open(
        _ kind: PluginReference.Kind, _ written: String, _ stage: StageConfiguration
    ) -> Result<PluginMatch, PluginMatch.Missing> {
        guard let runtime = registry.runtime(kind.rawValue) else {
            let problem = Diagnostic(
                "'\(written)' is \(kind.words), and this build of patchbay has no runtime for such files",
                at: stage.place,
                advice: "use a plugin of this build; 'patchbay plugin list' shows them"
            )
            return .failure(PluginMatch.Missing(diagnostic: problem))
        }
        let factory: any PluginFactory
        do throws(PluginError) {
            factory = try open(written, runtime)
        } catch {
            return .failure(PluginMatch.Missing(diagnostic: Diagnostic(error, at: stage.place)))
        }
        for role in stage.possibleRoles {
            guard let capability = factory.manifest.capabilities.first(where: { $0.role == role }) else { continue }
            return .success(PluginMatch(factory: factory, capability: capability, role: role))
        }
        let offered = factory.manifest.capabilities.map(\.description).joined(separator: ", ")
        let wanted = stage.possibleRoles.map(\.words).joined(separator: " or ")
        let problem = Diagnostic(
            "'\(written)' is no \(wanted): it offers \(offered)", at: stage.place)
        return .failure(PluginMatch.Missing(diagnostic: problem))
    }

    /// The file beside the configuration; where there is none, the one of that name in a plugin directory, unless a
    /// directory was written.
    private func open(_ written: String, _ runtime: any PluginRuntime) throws(PluginError) -> any PluginFactory {
        do throws(PluginError) {
            return try runtime.open(resolve(written), sandbox: sandbox)
        } catch {
            let name = written.hasPrefix("./") ? String(written.dropFirst(2)) : written
            guard error.code == .io, !name.utf8.contains(UInt8(ascii: "/")),
                let found = registry.directories.find(name)
            else { throw error }
            return try runtime.open(found, sandbox: sandbox)
        }
    }
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
