public import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// A capability that the host application defines, in a process: bytes in, bytes out.
public final class ProcessCapability: ProcessRole, CapabilityPlugin {
    init(asking session: ProcessSession) throws(PluginError) {
        super.init(session)
        // Options that do not fit show now, not with the first call.
        try session.prepare()
    }

    /// See ``PatchbayPlugin/CapabilityPlugin/call(_:operation:input:output:)``.
    public func call(
        _ capability: Capability, operation: String, input: Span<UInt8>, output: inout ByteBuffer
    ) throws(PluginError) {
        guard capability == session.capability else {
            throw PluginError(.unsupported, "this instance is for \(session.capability), not for \(capability)")
        }
        let answer = try session.invoke(
            .answer, [WireHeader.operation: PercentEncoding.encode(operation)], type: Wire.bytes,
            body: [Bytes(copying: input)])
        output.append(answer.body.span)
    }
}
