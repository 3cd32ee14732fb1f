internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// What a plugin has answered, told apart from what went wrong.
struct OCMAnswer {
    /// JSON; empty where an endpoint answers nothing.
    let body: Bytes

    /// Takes an answer to a request. Success is the status 200 and no other; errors come as plain text.
    init(_ status: Int, _ body: Bytes, to endpoint: OCMEndpoint) throws(PluginError) {
        guard status == 200 else { throw Self.error(status, body, endpoint) }
        self.body = body
        guard body.count > 0 else {
            guard endpoint.answersNothing else {
                throw PluginError(
                    .invalidResult, "the plugin answered nothing to \(endpoint.operation)",
                    cause: "plugins do that for requests that they cannot read")
            }
            return
        }
        do throws(PluginError) {
            _ = try JSONReader.read(body, file: "the answer", sizeLimit: .max)
        } catch {
            throw PluginError(
                .invalidResult, "the answer to \(endpoint.operation) is no JSON", cause: error.message)
        }
    }

    private static func error(_ status: Int, _ body: Bytes, _ endpoint: OCMEndpoint) -> PluginError {
        let text = OutputText.clean(body.span, limit: 4096)
        let trimmed = text.hasSuffix("\\n") ? String(text.dropLast(2)) : text
        let cause = trimmed.isEmpty ? nil : trimmed
        var error = PluginError(
            code(status), "the plugin answered \(endpoint.operation) with status \(status)", cause: cause)
        switch status {
        case 404:
            error.advice = "plugins made with the SDK for Go do not register every endpoint that the contract has"
        case 400...599 where endpoint.operation == "identity" && trimmed.contains("runtime.Typed"):
            // The request is right; what decodes it asks for an interface where it needs a type.
            error = PluginError(
                .unsupported, "the plugin cannot read any request for an identity: a fault of its SDK", cause: cause)
        default: break
        }
        return error
    }

    private static func code(_ status: Int) -> PluginError.Code {
        switch status {
        case 400, 413, 422: .input
        case 401, 403: .denied
        case 404, 405, 501: .unsupported
        case 500...599: .internalError
        default: .invalidResult
        }
    }
}
