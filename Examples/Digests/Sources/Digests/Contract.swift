import PatchbayCore
import PatchbayPlugin

/// The contract that this program defines for its plugins. Patchbay knows nothing of it and carries bytes.
enum Digest {
    /// The capability type. Each implementation has a name of its own.
    static let type = "digest"
    /// The one operation: any bytes in, the digest's bytes out, the most significant first.
    static let compute = "compute"
}

extension PluginRegistry {
    /// The digest of `input` by the implementation called `name`, in hexadecimal.
    func digest(of input: Span<UInt8>, by name: String) throws(PluginError) -> String {
        let capability = Capability(type: Digest.type, name: name)
        guard let factory = find(capability) else {
            let known = all(ofType: Digest.type).map(\.capability.name).joined(separator: ", ")
            throw PluginError(.unsupported, "there is no \(capability)", advice: "there are: \(known)")
        }
        let configuration = PluginConfiguration(checked: [:])
        guard case .capability(var plugin) = try factory.makeInstance(for: capability, configuration: configuration)
        else { throw PluginError(.invalidResult, "\(factory.manifest.name) is a stage of a pipeline, not a digest") }

        try plugin.start(PluginContext(stage: name))
        defer { plugin.stop() }
        var output = ByteBuffer()
        try plugin.call(capability, operation: Digest.compute, input: input, output: &output)
        var text = ""
        for index in 0..<output.span.count {
            let digits = String(output.span[index], radix: 16)
            text += digits.count == 1 ? "0\(digits)" : digits
        }
        return text
    }
}
