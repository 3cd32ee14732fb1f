public import PatchbayCore
public import PatchbayPlugin

/// An error as it travels: `{"error": {"code", "message", "retryable", "details"}}`.
public struct ErrorMessage: Sendable {
    /// What happened.
    public var error: PluginError
    /// Whether the same call may succeed later.
    public var isRetryable: Bool

    /// An error.
    public init(_ error: PluginError, isRetryable: Bool = false) {
        self.error = error
        self.isRetryable = isRetryable
    }

    /// The body of the answer.
    public func json() -> Bytes {
        var json = JSONWriter()
        json.object { json in
            json.key("error")
            json.object { json in
                json.member("code", error.code.description)
                json.member("message", error.message)
                json.member("retryable", isRetryable)
                json.key("details")
                json.object { json in
                    if let cause = error.cause { json.member("cause", cause) }
                    if let advice = error.advice { json.member("advice", advice) }
                    if let record = error.record { json.member("record", record) }
                    if error.isFinal { json.member("final", true) }
                }
            }
        }
        return json.finish()
    }

    /// The status of the answer.
    public var status: Int {
        if isRetryable { return 503 }
        return switch error.code {
        case .unsupported: 404
        case .denied: 403
        case .configuration, .schema, .input: 400
        default: 500
        }
    }

    /// Reads the answer of a plugin. One that does not follow the contract is quoted, cut to a length.
    public init(status: Int, body: Bytes) {
        isRetryable = status == 429 || status == 503
        let text = String(decoding: body.span.start(1000))
        guard let tree = try? JSONReader.read(body, file: "an error", sizeLimit: 1 << 20, depthLimit: 32),
            let node = tree["error"], let message = node["message"]?.string
        else {
            let code: PluginError.Code = status == 404 ? .unsupported : .internalError
            error = PluginError(code, "the plugin answered with status \(status)", cause: text.isEmpty ? nil : text)
            return
        }
        error = PluginError(
            Self.code(node["code"]?.string), Self.cut(message), cause: node["details"]?["cause"]?.string.map(Self.cut))
        error.advice = node["details"]?["advice"]?.string.map(Self.cut)
        if case .bool(true) = node["details"]?["final"]?.content { error.isFinal = true }
        if case .bool(true) = node["retryable"]?.content { isRetryable = true }
    }

    private static func cut(_ text: String) -> String { String(text.prefix(4096)) }

    private static func code(_ name: String?) -> PluginError.Code {
        let known: [PluginError.Code] = [
            .configuration, .schema, .input, .output, .io, .unsupported, .denied, .closed, .topology, .crashed,
            .timedOut, .invalidResult,
        ]
        return known.first { $0.description == name } ?? .internalError
    }
}
