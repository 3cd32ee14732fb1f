public import PatchbayPlugin

/// How records are sent to a plugin.
public enum RecordEncoding: String, Sendable {
    /// As frames.
    case frame
    /// As JSON lines.
    case json
}

/// What a plugin that is a program of its own says of how it can be talked to: the member `process` of its manifest.
public struct ProcessInterface: Sendable, Equatable {
    /// The version of the contract that it was written for.
    public var contract: Int
    /// Best first; at least one.
    public var transports: [Transport]
    /// Best first; at least one.
    public var encodings: [RecordEncoding]

    /// An interface.
    public init(
        contract: Int = Wire.version, transports: [Transport] = [.unix, .tcp], encodings: [RecordEncoding] = [.frame]
    ) {
        self.contract = contract
        self.transports = transports
        self.encodings = encodings
    }

    /// Reads the member `process` of a manifest. Transports and encodings that this build does not know are passed over.
    public init(manifest tree: ConfigNode) throws(PluginError) {
        guard let node = tree["process"], case .map = node.content else {
            throw PluginError(
                .unsupported, "the manifest has no member 'process'",
                advice: "see docs/process-plugins.md for what a plugin must say of itself")
        }
        guard case .integer(let contract) = node["contract"]?.content, contract >= 1 else {
            throw PluginError(.input, "'process.contract' must be a whole number from 1 on")
        }
        guard contract <= Int64(Wire.version) else {
            throw PluginError(
                .unsupported, "the plugin speaks version \(contract) of the contract",
                cause: "this build knows versions up to \(Wire.version)")
        }
        transports = (node["transports"]?.elements ?? []).compactMap { $0.string.flatMap(Transport.init) }
        encodings = (node["encodings"]?.elements ?? []).compactMap { $0.string.flatMap(RecordEncoding.init) }
        self.contract = Int(contract)
        guard !transports.isEmpty, !encodings.isEmpty else {
            throw PluginError(
                .unsupported, "'process' names no transport or no encoding that this build knows",
                cause: "it knows unix, tcp and stdio; frame and json")
        }
    }

    /// Writes the member `process`.
    public func write(into json: inout JSONWriter) {
        json.key("process")
        json.object { json in
            json.member("contract", contract)
            json.member("transports", transports.map(\.rawValue))
            json.member("encodings", encodings.map(\.rawValue))
        }
    }
}
