import PatchbayCore
import PatchbayPlugin

/// The Adler-32 checksum of RFC 1950.
struct Adler32: SwiftPlugin, CapabilityPlugin {
    static let manifest = PluginManifest(
        name: "adler32",
        summary: "Adler-32, the checksum of zlib",
        capabilities: [Capability(type: Digest.type, name: "adler32")]
    )

    init(_ configuration: PluginConfiguration) throws(PluginError) {}

    mutating func call(
        _ capability: Capability,
        operation: String,
        input: Span<UInt8>,
        output: inout ByteBuffer
    ) throws(PluginError) {
        guard operation == Digest.compute else { throw PluginError(.unsupported, "unknown operation \(operation)") }
        var low: UInt32 = 1
        var high: UInt32 = 0
        for index in 0..<input.count {
            low = (low + UInt32(input[index])) % 65_521
            high = (high + low) % 65_521
        }
        for byte in [high >> 8, high & 0xFF, low >> 8, low & 0xFF] { output.append(UInt8(byte)) }
    }
}
