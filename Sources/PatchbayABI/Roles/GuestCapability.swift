internal import CPatchbay
public import PatchbayCore
public import PatchbayPlugin

/// A capability that the host application defines, behind the ABI: bytes in, bytes out.
public final class GuestCapability: GuestRole, CapabilityPlugin {
    init(asking session: GuestSession) throws(PluginError) {
        super.init(session)
        // Options that do not fit show now, not with the first call.
        _ = try session.memory()
    }

    /// See ``PatchbayPlugin/CapabilityPlugin/call(_:operation:input:output:)``.
    public func call(
        _ capability: Capability, operation: String, input: Span<UInt8>, output: inout ByteBuffer
    ) throws(PluginError) {
        do throws(PluginError) {
            guard capability == session.capability else {
                throw PluginError(.unsupported, "this instance is for \(session.capability), not for \(capability)")
            }
            try session.renew()
            var image = MemoryImage(session)
            let (name, given) = try image.write(name: operation, input)
            let answer = try session.invoke(PATCHBAY_ANSWER) { frame in
                frame.name = name
                frame.input = given
            }
            let made = answer.frame.output
            let place = Place("the answer")
            guard made.length <= UInt64(clamping: session.configuration.limits.outputBytesPerCall) else {
                throw place.wrong("\(made.length) bytes are more than the limit of a call")
            }
            let bytes = try session.memory().bytes(at: made.address, count: made.length, place)
            output.append(bytes.span)
        } catch {
            throw error.during(PATCHBAY_ANSWER)
        }
    }
}
