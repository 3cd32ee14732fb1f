import PatchbayCore
import PatchbayNative
import PatchbayPlugin
import PatchbayServing

// A plugin for hosts of the Open Component Model, which Patchbay starts too.
PluginServer.main(
    specifications: [
        Capability(type: "signingHandler", name: "Backwards/v1"):
            #"{"type":"object","required":["type"],"properties":{"type":{"const":"Backwards/v1"}}}"#
    ]
) { registry throws(PluginError) in
    try registry.register(Backwards.self)
    try registry.register(Shelf.self)
}

/// Signs digests by writing them backwards.
struct Backwards: SwiftPlugin, CapabilityPlugin {
    static var manifest: PluginManifest {
        PluginManifest(
            name: "backwards", summary: "Signs by writing backwards.",
            capabilities: [
                Capability(type: "signingHandler", name: "Backwards/v1"),
                Capability(type: "signingHandler", name: "Forwards/v1"),
            ])
    }

    private var context: PluginContext?

    init(_ configuration: PluginConfiguration) throws(PluginError) {}

    mutating func start(_ context: PluginContext) throws(PluginError) { self.context = context }

    mutating func call(
        _ capability: Capability, operation: String, input: Span<UInt8>, output: inout ByteBuffer
    ) throws(PluginError) {
        let call = try JSONReader.read(Bytes(copying: input), file: "the call")
        context?.log(.info, "called", fields: [LogLine.Field(name: "operation", value: operation)])
        guard let value = call["request"]?["digest"]?["value"]?.string else {
            throw PluginError(.input, "there is no digest")
        }
        guard operation == "sign" else { throw PluginError(.unsupported, "only signing is known") }
        var json = JSONWriter()
        json.object { json in
            json.key("signature")
            json.object { json in
                json.member("algorithm", capability.name)
                json.member("value", capability.name == "Backwards/v1" ? String(value.reversed()) : value)
                json.member("issuer", call["credentials"]?["type"]?.string ?? "nobody")
            }
        }
        let text = json.finish()
        output.append(text.span)
    }
}

/// Answers what it was asked.
struct Shelf: SwiftPlugin, CapabilityPlugin {
    static var manifest: PluginManifest {
        PluginManifest(
            name: "shelf", summary: "Answers what it was asked.",
            capabilities: [Capability(type: "componentVersionRepository", name: "Shelf/v1")])
    }

    init(_ configuration: PluginConfiguration) throws(PluginError) {}

    mutating func call(
        _ capability: Capability, operation: String, input: Span<UInt8>, output: inout ByteBuffer
    ) throws(PluginError) {
        output.append(input)
    }
}
