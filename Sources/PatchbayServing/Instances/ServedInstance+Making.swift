internal import PatchbayCore
internal import PatchbayPlugin

extension ServedInstance {
    /// `instance` in its role.
    static func make(
        _ instance: PluginInstance, _ capability: Capability, _ context: PluginContext
    ) -> ServedInstance {
        switch instance {
        case .byteSource(let plugin): ServedByteSource(plugin, context)
        case .source(let plugin): ServedSource(plugin, context)
        case .parser(let plugin): ServedParser(plugin, context)
        case .filter(let plugin): ServedFilter(plugin, context)
        case .transform(let plugin): ServedTransform(plugin, context)
        case .aggregate(let plugin): ServedAggregate(plugin, context)
        case .validator(let plugin): ServedValidator(plugin, context)
        case .sink(let plugin): ServedSink(plugin, context)
        case .capability(let plugin): ServedCapability(plugin, capability, context)
        }
    }
}

/// State of a plugin whose type is known only as a role.
enum StateTransfer {
    /// What `plugin` knows; nil when it keeps no state that can be handed on.
    static func save<P>(_ plugin: P) throws(PluginError) -> Bytes? {
        guard var stateful = plugin as? any StatefulPlugin else { return nil }
        return try stateful.saveState()
    }

    /// `plugin` with the state of another instance; nil when it cannot take any over.
    static func restore<P>(_ plugin: P, _ state: Bytes) throws(PluginError) -> P? {
        guard var stateful = plugin as? any StatefulPlugin else { return nil }
        try stateful.restore(state)
        return stateful as? P
    }
}
