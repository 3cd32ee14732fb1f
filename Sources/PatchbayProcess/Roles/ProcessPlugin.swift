package import PatchbayCore
package import PatchbayPlugin
internal import PatchbayWire

/// A plugin in a process, ready to play the role of one of its capabilities.
package enum ProcessPlugin {
    /// A new instance in `process`, which is started if it does not run.
    ///
    /// - Throws: `unsupported` for a capability that the manifest does not name; what the plugin says against its
    ///   options; why the process does not start.
    package static func instance(
        _ process: any ServingProcess, _ manifest: PluginManifest, _ capability: Capability,
        _ configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance {
        guard manifest.capabilities.contains(capability) else {
            throw PluginError(.unsupported, "the plugin '\(manifest.name)' has no capability \(capability)")
        }
        let session = ProcessSession(process, capability, configuration)
        switch capability.role {
        case .byteSource: return .byteSource(try ProcessByteSource(asking: session))
        case .source: return .source(try ProcessSource(asking: session))
        case .parser:
            try session.prepare()
            return .parser(
                session.splits ? try ProcessSplittingParser(asking: session) : try ProcessParser(asking: session))
        case .filter: return .filter(try ProcessFilter(asking: session))
        case .transform: return .transform(try ProcessTransform(asking: session))
        case .aggregate: return .aggregate(try ProcessAggregate(asking: session))
        case .validator: return .validator(try ProcessValidator(asking: session))
        case .sink: return .sink(try ProcessSink(asking: session))
        case nil: return .capability(try ProcessCapability(asking: session))
        }
    }

    /// How sure the plugin is that an input that begins with `bytes` is for it, 0 to 100, and the options that fit it;
    /// 0 when it cannot tell.
    package static func recognizes(
        _ process: any ServingProcess, _ capability: Capability, _ configuration: PluginConfiguration, _ bytes: Bytes
    ) throws(PluginError) -> (confidence: Int, options: [ConfigNode.Entry]) {
        let session = ProcessSession(process, capability, configuration)
        return try session.recognizes(bytes)
    }
}

extension ProcessSession {
    fileprivate func recognizes(_ bytes: Bytes) throws(PluginError) -> (confidence: Int, options: [ConfigNode.Entry]) {
        let answer = try invoke(.recognize, type: Wire.bytes, body: [bytes], optional: true)
        guard answer.isSupported else { return (0, []) }
        do throws(PluginError) {
            let tree = try answer.json(.recognize)
            guard case .integer(let confidence) = tree["confidence"]?.content, (0...100).contains(confidence) else {
                throw PluginError(.invalidResult, "'confidence' must be a number from 0 to 100")
            }
            return (Int(confidence), tree["options"]?.entries ?? [])
        } catch {
            throw judged(error, .recognize)
        }
    }
}
