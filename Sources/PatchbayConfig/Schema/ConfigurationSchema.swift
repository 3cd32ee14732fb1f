public import PatchbayCore
public import PatchbayPlugin

/// The JSON Schema of a pipeline's configuration, for editors: completion, help and errors while writing.
///
/// The options of each plugin of `registry` are checked where the plugin is used by name. What JSON Schema cannot say
/// (names that are given once, inputs that exist) is left to ``PipelineConfiguration``.
/// - Returns: a document in the dialect of ``PatchbayPlugin/ConfigSchema/jsonSchemaDialect``.
public func configurationSchema(registry: PluginRegistry) -> Bytes {
    let plugins = ConfigurationSchemaWriter.plugins(of: registry)
    var json = JSONWriter(isIndented: true)
    json.object { json in
        json.member("$schema", ConfigSchema.jsonSchemaDialect)
        json.member("title", "Patchbay pipeline")
        json.member("type", "object")
        json.member("required", ["sources", "sinks"])
        json.member("additionalProperties", false)
        json.key("properties")
        json.object { json in ConfigurationSchemaWriter.properties(into: &json) }
        json.key("$defs")
        json.object { json in
            for section in StageConfiguration.Section.allCases {
                json.key(section.rawValue)
                json.object { json in
                    ConfigurationSchemaWriter.stage(plugins.filter { $0.section == section.rawValue }, into: &json)
                }
            }
            for plugin in plugins {
                json.key(plugin.definition)
                json.object { json in plugin.options.writeJSONSchemaMembers(into: &json) }
            }
        }
    }
    return json.finish()
}

private enum ConfigurationSchemaWriter {
    /// One capability that a stage can use.
    struct Plugin {
        var role: Role
        var name: String
        var summary: String
        var options: ConfigSchema
        /// The key under `$defs`.
        var definition: String
        /// Whether another role of the same section has a plugin of this name: then `uses` needs the role.
        var isAmbiguous = false

        var section: String { role.section }
    }

    static func plugins(of registry: PluginRegistry) -> [Plugin] {
        var plugins: [Plugin] = []
        for role in Role.allCases {
            for (capability, factory) in registry.all(ofType: role.rawValue) {
                let isPlain = PluginReference.isName(capability.name)
                let key = isPlain ? "\(role.rawValue).\(capability.name)" : "\(role.rawValue).\(plugins.count)"
                plugins.append(
                    Plugin(
                        role: role,
                        name: capability.name,
                        summary: factory.manifest.summary,
                        options: factory.manifest.configuration,
                        definition: key
                    )
                )
            }
        }
        for index in plugins.indices {
            let same = plugins.filter { $0.section == plugins[index].section && $0.name == plugins[index].name }
            plugins[index].isAmbiguous = same.count > 1
        }
        return plugins
    }

    static func properties(into json: inout JSONWriter) {
        json.key("version")
        json.object { json in
            json.member("description", "the version of the configuration format")
            json.member("const", PipelineConfiguration.formatVersion)
        }
        json.key("name")
        json.object { json in
            json.member("description", "the pipeline's name in reports")
            json.member("type", "string")
        }
        json.key("settings")
        json.object { json in settings(into: &json) }
        for section in StageConfiguration.Section.allCases {
            json.key(section.rawValue)
            json.object { json in
                json.member("type", "array")
                if section != .processors { json.member("minItems", 1) }
                json.key("items")
                json.object { json in json.member("$ref", "#/$defs/\(section.rawValue)") }
            }
        }
    }

    private static func settings(into json: inout JSONWriter) {
        json.member("type", ["object", "null"])
        json.member("additionalProperties", false)
        json.key("properties")
        json.object { json in
            for option in SettingsConfiguration.schema.options {
                json.key(option.name)
                json.object { json in
                    option.writeJSONSchemaMembers(into: &json)
                    if option.name == SettingsConfiguration.deadLetterName {
                        SettingsConfiguration.deadLetterSchema.writeJSONSchemaMembers(into: &json)
                    }
                }
            }
        }
    }

    // MARK: Stages

    static func stage(_ plugins: [Plugin], into json: inout JSONWriter) {
        json.key("anyOf")
        json.array { json in
            json.object { json in uses(plugins, into: &json) }
            json.object { json in
                json.member("type", "object")
                json.member("additionalProperties", false)
                json.key("properties")
                json.object { json in stageProperties(plugins, into: &json) }
                json.key("oneOf")
                json.array { json in
                    json.object { $0.member("required", ["uses"]) }
                    json.object { $0.member("required", ["config"]) }
                    json.object { $0.member("required", ["exec"]) }
                }
                json.key("allOf")
                json.array { json in
                    for plugin in plugins {
                        json.object { json in shortForm(plugin, into: &json) }
                        json.object { json in longForm(plugin, into: &json) }
                    }
                }
            }
        }
    }

    private static func stageProperties(_ plugins: [Plugin], into json: inout JSONWriter) {
        property("id", "the stage's name, the plugin's when left out", into: &json) { $0.member("type", "string") }
        property("uses", "the plugin: NAME, NAME@VERSION, ROLE/NAME or ./FILE", into: &json) { json in
            uses(plugins, into: &json)
        }
        property("with", "the plugin's options", into: &json) { _ in }
        property("exec", "an existing program and its arguments", into: &json) { json in
            json.member("type", ["string", "array"])
            json.member("minItems", 1)
        }
        property("type", "the long form's mark", into: &json) { $0.member("const", "plugin") }
        property("config", "the long form's plugin and options", into: &json) { json in config(plugins, into: &json) }
        if plugins.first?.section != StageConfiguration.Section.sources.rawValue {
            property("inputs", "the stages to read from", into: &json) { json in
                json.member("type", ["string", "array"])
                json.key("items")
                json.object { $0.member("type", "string") }
                json.member("minItems", 1)
                json.member("uniqueItems", true)
            }
        }
        property("on_error", "what happens to a record that the stage fails on", into: &json) { json in
            json.member("enum", StageConfiguration.ErrorPolicy.allCases.map(\.rawValue))
            json.member("default", StageConfiguration.ErrorPolicy.fail.rawValue)
        }
        sandbox(into: &json)
    }

    private static func config(_ plugins: [Plugin], into json: inout JSONWriter) {
        json.member("type", "object")
        json.member("additionalProperties", false)
        json.key("properties")
        json.object { json in
            property("plugin_type", "the plugin's role", into: &json) { json in
                let roles = Role.allCases.filter { role in plugins.contains { $0.role == role } }
                json.member("enum", Set(roles.flatMap { [$0.rawValue, $0.configuredName] }).sorted())
            }
            property("plugin_name", "a plugin that the host has", into: &json) { $0.member("type", "string") }
            property("plugin_source", "what kind of file the plugin is", into: &json) { json in
                json.member("enum", PluginReference.Kind.allCases.map(\.rawValue))
            }
            property("plugin_path", "the plugin's file", into: &json) { $0.member("type", "string") }
            property("params", "the plugin's options", into: &json) { _ in }
            property("connection", "options that say where to connect", into: &json) { _ in }
            sandbox(into: &json)
        }
        json.key("oneOf")
        json.array { json in
            json.object { $0.member("required", ["plugin_name"]) }
            json.object { $0.member("required", ["plugin_path"]) }
        }
    }

    /// What a sandboxed plugin may do and use.
    private static func sandbox(into json: inout JSONWriter) {
        let pattern =
            "^(log|metrics|clock|random|state|secret:[A-Za-z0-9_.-]+|call:[^/]+/.+|(read|write):.+|connect:.+:[0-9]+)$"
        property("grants", "what a sandboxed plugin may do", into: &json) { json in
            json.member("type", ["string", "array", "null"])
            json.member("pattern", pattern)
            json.key("items")
            json.object { json in
                json.member("type", "string")
                json.member("pattern", pattern)
            }
        }
        property("limits", "how much a sandboxed plugin may use", into: &json) { json in
            PluginLimits.schema.writeJSONSchemaMembers(into: &json)
        }
        property("sandbox", "whether a plugin that is a program of its own is sandboxed", into: &json) { json in
            json.member("enum", SandboxMode.allCases.map(\.rawValue))
        }
    }

    /// What `uses` may be: a name that is known, or anything of the right form.
    private static func uses(_ plugins: [Plugin], into json: inout JSONWriter) {
        json.key("anyOf")
        json.array { json in
            for plugin in plugins {
                json.object { json in
                    json.member("const", plugin.isAmbiguous ? "\(plugin.role.rawValue)/\(plugin.name)" : plugin.name)
                    json.member("description", plugin.summary)
                }
            }
            json.object { json in
                json.member("type", "string")
                json.member("pattern", #"^\.{0,2}/|/|@"#)
            }
        }
    }

    // MARK: Options of plugins

    private static func shortForm(_ plugin: Plugin, into json: inout JSONWriter) {
        let role = plugin.isAmbiguous ? "\(plugin.role.rawValue)/" : "(\(plugin.role.rawValue)/)?"
        json.key("if")
        json.object { json in
            json.member("required", ["uses"])
            json.key("properties")
            json.object { json in
                json.key("uses")
                json.object { $0.member("pattern", "^\(role)\(escaped(plugin.name))(@.*)?$") }
            }
        }
        json.key("then")
        json.object { json in
            if plugin.options.options.contains(where: { $0.isRequired && $0.defaultValue == nil }) {
                json.member("required", ["with"])
            }
            json.key("properties")
            json.object { json in
                json.key("with")
                json.object { $0.member("$ref", "#/$defs/\(plugin.definition)") }
            }
        }
    }

    /// With `connection`, options stand in two places, which a schema of one place cannot judge.
    private static func longForm(_ plugin: Plugin, into json: inout JSONWriter) {
        json.key("if")
        json.object { json in
            json.member("required", ["config"])
            json.key("properties")
            json.object { json in
                json.key("config")
                json.object { json in
                    json.member("required", plugin.isAmbiguous ? ["plugin_type", "plugin_name"] : ["plugin_name"])
                    json.key("properties")
                    json.object { json in
                        json.key("plugin_name")
                        json.object { $0.member("pattern", "^\(escaped(plugin.name))(@.*)?$") }
                        json.key("plugin_type")
                        json.object {
                            $0.member("enum", Set([plugin.role.rawValue, plugin.role.configuredName]).sorted())
                        }
                        json.member("connection", false)
                    }
                }
            }
        }
        json.key("then")
        json.object { json in
            json.key("properties")
            json.object { json in
                json.key("config")
                json.object { json in
                    json.key("properties")
                    json.object { json in
                        json.key("params")
                        json.object { $0.member("$ref", "#/$defs/\(plugin.definition)") }
                    }
                }
            }
        }
    }

    private static func property(
        _ name: String,
        _ description: String,
        into json: inout JSONWriter,
        _ members: (inout JSONWriter) -> Void
    ) {
        json.key(name)
        json.object { json in
            json.member("description", description)
            members(&json)
        }
    }

    /// A name inside of a regular expression.
    private static func escaped(_ name: String) -> String {
        var text = ""
        for character in name {
            if "\\^$.|?*+()[]{}".contains(character) { text += "\\" }
            text.append(character)
        }
        return text
    }
}

extension Role {
    /// The name in `plugin_type`: sources of bytes and of records are both called `source` there.
    fileprivate var configuredName: String { self == .byteSource ? Role.source.rawValue : rawValue }
}
