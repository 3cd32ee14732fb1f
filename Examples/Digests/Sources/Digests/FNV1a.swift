import PatchbayCore
import PatchbayPlugin

/// The 32-bit FNV-1a hash.
struct FNV1a: SwiftPlugin, CapabilityPlugin {
    static let manifest = PluginManifest(
        name: "fnv1a",
        summary: "FNV-1a, a hash for tables",
        capabilities: [Capability(type: Digest.type, name: "fnv1a")]
    )

    init(_ configuration: PluginConfiguration) throws(PluginError) {}

    mutating func call(
        _ capability: Capability,
        operation: String,
        input: Span<UInt8>,
        output: inout ByteBuffer
    ) throws(PluginError) {
        guard operation == Digest.compute else { throw PluginError(.unsupported, "unknown operation \(operation)") }
        var hash: UInt32 = 0x811C_9DC5
        for index in 0..<input.count { hash = (hash ^ UInt32(input[index])) &* 0x0100_0193 }
        for shift in [24, 16, 8, 0] { output.append(UInt8(truncatingIfNeeded: hash >> UInt32(shift))) }
    }
}
