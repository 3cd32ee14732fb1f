public import PatchbayPlugin

/// One stage as the configuration describes it; long and short form give the same.
public struct StageConfiguration: Sendable {
    /// Where in the file a stage stands.
    public enum Section: String, Sendable, CaseIterable {
        /// Where records come from.
        case sources
        /// What happens to them.
        case processors
        /// Where they go.
        case sinks
    }

    /// What happens to a record that the stage fails on.
    public enum ErrorPolicy: String, Sendable, CaseIterable {
        /// The run ends.
        case fail
        /// The record is left out and counted.
        case skip
        /// The record goes to the dead-letter file.
        case deadLetter = "dead_letter"
    }

    /// A stage that this one reads.
    public struct Input: Sendable {
        /// Its name.
        public var id: String
        /// Where it is named.
        public var position: ConfigPosition?

        /// An input.
        public init(_ id: String, at position: ConfigPosition? = nil) {
            self.id = id
            self.position = position
        }
    }

    /// The places of the parts of a stage. Those of parts that were left out are nil.
    public struct Positions: Sendable {
        /// The stage's first character.
        public var stage: ConfigPosition?
        /// The value of `id`.
        public var id: ConfigPosition?
        /// The value of `plugin_type`, or of `uses` when the role is written there.
        public var role: ConfigPosition?
        /// The value of `uses`, `plugin_name` or `plugin_path`.
        public var plugin: ConfigPosition?
        /// The key `with` or `params`.
        public var parameters: ConfigPosition?
        /// The key `connection`.
        public var connection: ConfigPosition?
        /// The key `inputs`.
        public var inputs: ConfigPosition?
        /// The value of `on_error`.
        public var onError: ConfigPosition?
        /// The key `grants`.
        public var grants: ConfigPosition?
        /// The key `limits`.
        public var limits: ConfigPosition?
        /// The value of `sandbox`.
        public var sandbox: ConfigPosition?

        /// No places.
        public init() {}
    }

    /// The name, unique in the pipeline; the plugin's name when none was given.
    public var id: String
    /// Where it stands.
    public var section: Section
    /// The role, when the file says it.
    public var role: Role?
    /// The plugin.
    public var plugin: PluginReference
    /// `with` or `params` as written.
    public var parameters: ConfigNode?
    /// `connection` as written; its keys are options like those of `params`.
    public var connection: ConfigNode?
    /// The stages it reads, when the file says it; else its place in the line decides.
    public var inputs: [Input]?
    /// What happens to a record that it fails on.
    public var onError: ErrorPolicy
    /// What the plugin may do if it is sandboxed; paths as written.
    public var grants: Grants
    /// How much it may use if it is sandboxed.
    public var limits: PluginLimits
    /// Whether a plugin that is a program of its own is sandboxed, when the stage says it.
    public var sandbox: SandboxMode?
    /// The places of all this.
    public var positions: Positions

    /// A stage.
    public init(
        id: String,
        section: Section,
        role: Role? = nil,
        plugin: PluginReference,
        parameters: ConfigNode? = nil,
        connection: ConfigNode? = nil,
        inputs: [Input]? = nil,
        onError: ErrorPolicy = .fail,
        grants: Grants = .default,
        limits: PluginLimits = PluginLimits(),
        sandbox: SandboxMode? = nil,
        positions: Positions = Positions()
    ) {
        self.id = id
        self.section = section
        self.role = role
        self.plugin = plugin
        self.parameters = parameters
        self.connection = connection
        self.inputs = inputs
        self.onError = onError
        self.grants = grants
        self.limits = limits
        self.sandbox = sandbox
        self.positions = positions
    }

    /// The roles that a plugin of this name may have here, in the order to look for them. `source` in the file covers
    /// sources of bytes and of records.
    public var possibleRoles: [Role] {
        switch role {
        case .source: [.byteSource, .source]
        case .some(let role): [role]
        case nil: Role.allCases.filter { $0.section == section.rawValue }
        }
    }
}

extension StageConfiguration {
    /// Checks `parameters` and `connection` together against the options of the plugin.
    public func check(
        against schema: ConfigSchema
    ) -> (configuration: PluginConfiguration?, diagnostics: [Diagnostic]) {
        let position = positions.parameters ?? positions.plugin ?? positions.stage
        guard let connection, !connection.isNull else { return schema.check(parameters, position: position) }
        guard let parameters, !parameters.isNull else {
            return schema.check(connection, position: positions.connection ?? position)
        }
        var whole = parameters
        if case .map(let entries) = parameters.content, case .map(let more) = connection.content {
            whole.content = .map(entries + more)
            return schema.check(whole, position: position)
        }
        let problem = Diagnostic(
            "'params' and 'connection' must both be mappings when both are given",
            at: positions.connection ?? position
        )
        return (nil, [problem])
    }
}
