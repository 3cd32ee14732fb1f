public import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// Makes instances of an unmodified plugin of the Open Component Model (plugin contract v2), for each type of
/// specifications that it knows: `componentVersionRepository/DummyRepository/v1`.
///
/// Making a factory runs nothing; the program is started with the first call and stopped with the last instance. See
/// `docs/ocm.md` for the operations.
public final class OCMFactory: PluginFactory {
    /// Made from what the plugin says of itself.
    public let manifest: PluginManifest
    /// The program's path.
    public let origin: String
    private let capabilities: OCMCapabilities
    private let options: OCMOptions
    private let processes = Guarded<[String: OCMProcess]>([:])

    /// Whether the JSON that a program printed when it was asked for its capabilities is of OCM's kind.
    public static func recognizes(_ tree: ConfigNode) -> Bool { OCMCapabilities.areIn(tree) }

    /// A factory for the program at `path`, an absolute path, which printed `capabilities`.
    public init(path: String, capabilities: Bytes, options: OCMOptions = OCMOptions()) throws(PluginError) {
        let tree = try JSONReader.read(
            capabilities, file: "the capabilities of \(path)", sizeLimit: 16 << 20, depthLimit: 100)
        let known = try OCMCapabilities(tree, file: path)
        self.capabilities = known
        self.options = options
        origin = path
        manifest = PluginManifest(
            name: Self.name(of: path),
            version: "0.0.0",
            summary: "a plugin of the Open Component Model",
            capabilities: known.capabilities,
            configuration: Self.schema(known)
        )
    }

    private static func name(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? "plugin"
        return String(name.unicodeScalars.prefix(100).filter(\.isShowable).map(Character.init))
    }

    private static func schema(_ capabilities: OCMCapabilities) -> ConfigSchema {
        let types = capabilities.configurationTypes.joined(separator: ", ")
        return ConfigSchema([
            ConfigOption(
                "config", .list(of: .any), isSecret: true,
                summary: "entries of an OCM configuration" + (types.isEmpty ? "" : "; those of \(types) are passed on")),
            ConfigOption(
                "environment", .list(of: .string()),
                summary: "names of variables that the plugin gets besides the usual ones"),
        ])
    }

    /// A new instance.
    public func makeInstance(
        for capability: Capability, configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance {
        guard manifest.capabilities.contains(capability) else {
            throw PluginError(.unsupported, "\(manifest.name) does not offer \(capability)")
        }
        guard configuration.sandbox != .required else {
            throw PluginError(
                .denied, "\(manifest.name) cannot be confined: plugins of OCM run with the rights of the host's user",
                advice: "use 'sandbox: preferred' if that is right")
        }
        return .capability(OCMPlugin(process(configuration), capabilities, capability, configuration))
    }

    /// The process of all instances with the same configuration.
    private func process(_ configuration: PluginConfiguration) -> OCMProcess {
        let passed = (configuration["config"]?.elements ?? []).filter { entry in
            entry["type"]?.string.map(capabilities.configurationTypes.contains) ?? false
        }
        let list = passed.isEmpty ? Bytes("") : ConfigNode(.list(passed)).compactJSON
        let environment = OCMEnvironment.variables(configuration)
        let limits = configuration.limits
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let key = ([list.text, "\(limits.memory) \(limits.openHandles)"] + variables).joined(separator: "\u{0}")
        return processes.with { processes in
            if let process = processes[key] { return process }
            let process = OCMProcess(
                path: origin, name: manifest.name, options: options, limits: limits, environment: environment,
                configurations: list)
            processes[key] = process
            return process
        }
    }
}

/// The variables that a plugin of OCM gets: those that programs need to find their user's files, the network's proxies
/// and certificates, and what the operator names. Its own hosts pass on everything.
enum OCMEnvironment {
    private static let names = [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME", "XDG_DATA_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
        "http_proxy", "https_proxy", "no_proxy", "DOCKER_CONFIG",
    ]

    static func variables(_ configuration: PluginConfiguration) -> [String: String] {
        var variables: [String: String] = [:]
        var wanted = names + configuration.strings("environment")
        for case .secret(let name) in configuration.grants.all { wanted.append(name) }
        for name in wanted where !name.isEmpty && !name.utf8.contains(UInt8(ascii: "=")) {
            if let value = FileTree.variable(name) { variables[name] = value }
        }
        return variables
    }
}
