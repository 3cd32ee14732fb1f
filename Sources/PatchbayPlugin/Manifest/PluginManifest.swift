public import PatchbayCore

/// What a plugin says of itself without being run.
public struct PluginManifest: Sendable {
    /// The version of the manifest format that this build writes.
    public static let formatVersion = 1

    /// The plugin's name, unique within its role.
    public var name: String
    /// The plugin's version, `major.minor.patch`.
    public var version: String
    /// One sentence on what it does.
    public var summary: String
    /// What it can do.
    public var capabilities: [Capability]
    /// Its options.
    public var configuration: ConfigSchema
    /// The fields of the records that a source or parser delivers, when they do not depend on the configuration.
    public var fields: [Field]
    /// What it wants to be allowed, such as `file` or `network`; nothing is granted by asking.
    public var permissions: [String]
    /// Whether records must pass one instance in their order: it then runs after parallel work was put in order again.
    public var isOrdered: Bool
    /// The version of the plugin ABI that an artifact was built for; nil for a plugin of the program itself.
    public var abi: Int?

    /// A manifest.
    public init(
        name: String,
        version: String = "1.0.0",
        summary: String,
        capabilities: [Capability],
        configuration: ConfigSchema = ConfigSchema(),
        fields: [Field] = [],
        permissions: [String] = [],
        isOrdered: Bool = false,
        abi: Int? = nil
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.capabilities = capabilities
        self.configuration = configuration
        self.fields = fields
        self.permissions = permissions
        self.isOrdered = isOrdered
        self.abi = abi
    }

    /// A manifest for one role under the plugin's own name.
    public init(
        _ role: Role,
        name: String,
        version: String = "1.0.0",
        summary: String,
        configuration: ConfigSchema = ConfigSchema(),
        fields: [Field] = [],
        permissions: [String] = [],
        isOrdered: Bool = false
    ) {
        self.init(
            name: name,
            version: version,
            summary: summary,
            capabilities: [Capability(role, name: name)],
            configuration: configuration,
            fields: fields,
            permissions: permissions,
            isOrdered: isOrdered
        )
    }
}
