internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWasm

/// Makes instances of what a module offers, with the limits that users have.
struct Module {
    let factory: WasmFactory
    let path: String

    init(_ path: String) throws {
        self.path = path
        factory = try WasmFactory(path: path)
    }

    private func instance(_ name: String) throws -> PluginInstance {
        guard let capability = factory.manifest.capabilities.first(where: { $0.name == name }) else {
            throw MeasureError(description: "\(path) has no '\(name)'")
        }
        return try factory.makeInstance(for: capability, configuration: PluginConfiguration(checked: [:]))
    }

    /// A filter of records without fields.
    func plainFilter(_ name: String) throws -> any FilterPlugin {
        guard case .filter(var plugin) = try instance(name) else {
            throw MeasureError(description: "'\(name)' is no filter")
        }
        try plugin.bind(Schema(fields: []))
        try plugin.start(PluginContext(stage: name))
        return plugin
    }

    /// The same, as the engine calls it.
    func filter(_ name: String) throws -> FilterProxy {
        FilterProxy(try plainFilter(name), plugin: name, stage: name)
    }

    /// A transform of records without fields, as the engine calls it.
    func transform(_ name: String) throws -> TransformProxy {
        guard case .transform(let plugin) = try instance(name) else {
            throw MeasureError(description: "'\(name)' is no transform")
        }
        var proxy = TransformProxy(plugin, plugin: name, stage: name)
        _ = try proxy.outputSchema(for: Schema(fields: []))
        _ = try proxy.bind(Schema(fields: []))
        try proxy.start(PluginContext(stage: name))
        return proxy
    }
}
