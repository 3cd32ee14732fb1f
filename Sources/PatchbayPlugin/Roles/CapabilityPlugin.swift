public import PatchbayCore

/// An implementation of capability types that the host application defines: bytes in, bytes out.
///
/// The host fixes the meaning of `operation` and of the bytes; Patchbay only carries them.
public protocol CapabilityPlugin: Plugin {
    /// Answers one call.
    mutating func call(
        _ capability: Capability,
        operation: String,
        input: Span<UInt8>,
        output: inout ByteBuffer
    ) throws(PluginError)
}
