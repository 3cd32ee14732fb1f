internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// One capability of a plugin of the Open Component Model: each call is one request.
final class OCMPlugin: CapabilityPlugin {
    private let process: OCMProcess
    private let capabilities: OCMCapabilities
    private let capability: Capability
    private let configuration: PluginConfiguration
    private var isAttached = true

    init(
        _ process: OCMProcess, _ capabilities: OCMCapabilities, _ capability: Capability,
        _ configuration: PluginConfiguration
    ) {
        self.process = process
        self.capabilities = capabilities
        self.capability = capability
        self.configuration = configuration
        process.attach(configuration.scope, logLinesPerSecond: configuration.limits.logLinesPerSecond)
    }

    deinit { stop() }

    /// Lets go of the process.
    func stop() {
        guard isAttached else { return }
        isAttached = false
        process.detach(configuration.scope)
    }

    func call(
        _ capability: Capability, operation: String, input: Span<UInt8>, output: inout ByteBuffer
    ) throws(PluginError) {
        guard isAttached else { throw PluginError(.internalError, "the plugin was stopped") }
        guard capability == self.capability else {
            throw PluginError(.unsupported, "this instance is for \(self.capability), not for \(capability)")
        }
        let request = try OCMRequest(operation, of: capability, input: input, knowing: capabilities)
        let answer = try ask(request)
        process.answered()
        let result = try OCMAnswer(answer.status, answer.body, to: request.endpoint)
        output.append(result.body.span)
    }

    /// Sends the request. What changes nothing is asked twice when the plugin ends meanwhile, as idle ones do.
    private func ask(_ request: OCMRequest) throws(PluginError) -> (status: Int, body: Bytes) {
        var isFirst = request.endpoint.method == .get
        while true {
            let (http, running) = try process.connect()
            // A start has a deadline of its own: the limit is that of the call.
            let deadline = Deadline.after(milliseconds: configuration.limits.millisecondsPerCall)
            do throws(WireError) {
                return try send(request, over: http, deadline)
            } catch {
                let problem = process.failed(running, error, during: request.endpoint.operation)
                guard isFirst, problem.code == .crashed else { throw problem }
                isFirst = false
            }
        }
    }

    private func send(
        _ request: OCMRequest, over http: HTTPConnection, _ deadline: Deadline
    ) throws(WireError) -> (status: Int, body: Bytes) {
        http.authorization = request.authorization
        var fields: HTTPFields = ["Accept": Wire.json]
        if request.endpoint.method == .post { fields.append("Content-Type", Wire.json) }
        let body = request.body.count > 0 ? [request.body] : []
        try http.send(request.endpoint.method.rawValue, request.target, fields, body: body, deadline: deadline)
        while true {
            guard let head = try http.receiveHead(deadline: deadline) else {
                throw WireError(.closed, "the plugin closed the connection without an answer")
            }
            // An interim answer.
            if (100..<200).contains(head.status) { continue }
            let body = try http.receiveBody(
                of: head, limit: configuration.limits.outputBytesPerCall, deadline: deadline)
            return (head.status, body)
        }
    }
}
