internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// What an OCM host is answered.
struct OCMReply {
    var status = 200
    var body = Bytes("")
    var isText = false
    var endsProcess = false

    /// An error, as plugins of OCM say it: in plain text.
    static func refusal(_ status: Int, _ text: String) -> OCMReply {
        OCMReply(status: status, body: Bytes(text + "\n"), isText: true)
    }
}

/// Turns requests of a host of the Open Component Model into calls of capabilities. Safe to use from any thread.
final class OCMRouter: Sendable {
    /// Most bytes of a request's body.
    static let bodyLimit = 1 << 30

    /// An instance, which answers one call at a time.
    // Invariant behind @unchecked: the plugin is touched only while the lock is held.
    private final class Turn: @unchecked Sendable {
        private let turn = Locked(())
        private var plugin: any CapabilityPlugin
        private let capability: Capability

        init(_ plugin: sending any CapabilityPlugin, _ capability: Capability) {
            self.plugin = plugin
            self.capability = capability
        }

        func call(_ operation: String, _ input: Bytes) throws(PluginError) -> Bytes {
            try turn.with { (_) throws(PluginError) in
                var output = ByteBuffer()
                try plugin.call(capability, operation: operation, input: input.span, output: &output)
                return output.finish()
            }
        }

        func stop() { turn.with { _ in plugin.stop() } }
    }

    private let instances: [OCMCapabilityType: [(name: String, turn: Turn)]]
    private let log: OCMLog

    /// Makes an instance of every capability of OCM that `factories` have.
    init(_ factories: [any PluginFactory], _ start: OCMStart, _ log: OCMLog) throws(PluginError) {
        var instances: [OCMCapabilityType: [(name: String, turn: Turn)]] = [:]
        for factory in factories {
            for capability in factory.manifest.capabilities {
                guard let type = OCMCapabilityType(rawValue: capability.type) else { continue }
                let turn = try Self.make(factory, capability, start, log)
                instances[type, default: []].append((capability.name, turn))
            }
        }
        guard !instances.isEmpty else {
            throw PluginError(
                .unsupported, "no capability of the plugin is one of OCM's",
                cause: "they are \(OCMCapabilityType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.instances = instances
        self.log = log
    }

    private static func make(
        _ factory: any PluginFactory, _ capability: Capability, _ start: OCMStart, _ log: OCMLog
    ) throws(PluginError) -> Turn {
        // A plugin that wants entries of the OCM configuration has an option for them.
        var given: ConfigNode?
        if factory.manifest.configuration.option("config") != nil, !start.configurations.isEmpty {
            given = ConfigNode(.map([.init(key: "config", value: ConfigNode(.list(start.configurations)))]))
        }
        let (checked, problems) = factory.manifest.configuration.check(given)
        guard var configuration = checked else {
            throw PluginError(.configuration, problems.first?.message ?? "the configuration does not fit")
        }
        configuration.scope = StageScope { log.write($0) }
        guard
            case .capability(var plugin) = try factory.makeInstance(for: capability, configuration: configuration)
        else { throw PluginError(.internalError, "\(capability) is a role of a pipeline") }
        try plugin.start(PluginContext(configuration.scope))
        return Turn(plugin, capability)
    }

    /// The process ends.
    func stop() {
        for entry in instances.values.joined() { entry.turn.stop() }
    }

    /// The answer to a request.
    func answer(_ head: HTTPHead, _ body: Bytes) -> OCMReply {
        let parts = head.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch parts[0] {
        case "/healthz":
            return head.method == "GET" || head.method == "HEAD" ? OCMReply() : .refusal(405, "method not allowed")
        case "/shutdown": return OCMReply(endsProcess: true)
        default: break
        }
        do throws(PluginError) {
            return try call(head, parts[0], parts.count > 1 ? parts[1] : "", body)
        } catch {
            log.write(LogLine(level: .error, stage: "", message: error.description))
            return .refusal(Self.status(error.code), error.description)
        }
    }

    private func call(
        _ head: HTTPHead, _ path: String, _ query: String, _ body: Bytes
    ) throws(PluginError) -> OCMReply {
        let known = instances.keys.compactMap { type in type.endpoint(path).map { (type, $0) } }
        guard let (type, endpoint) = known.min(by: { $0.0.rawValue < $1.0.rawValue }) else {
            return .refusal(404, "404 page not found")
        }
        guard head.method == endpoint.method.rawValue else { return .refusal(405, "method not allowed") }
        let request = endpoint.method == .get ? try Self.request(query) : body
        let tree = try JSONReader.read(request, file: "the request", sizeLimit: Self.bodyLimit)
        guard case .map = tree.content else { return .refusal(400, "the request is no object") }
        var credentials: Bytes?
        if let text = head.fields["Authorization"] {
            let given = Bytes(text)
            guard (try? JSONReader.read(given, file: "Authorization")) != nil else {
                return .refusal(401, "the header 'Authorization' is not valid JSON")
            }
            credentials = given
        }
        let own = instances[type] ?? []
        let asked = endpoint.checks.first.flatMap { check in
            check.path.reduce(Optional(tree)) { node, name in node?[name] }?["type"]?.string
        }
        // A query carries no specification: then it is for the first one.
        guard let instance = own.first(where: { $0.name == asked }) ?? own.first else {
            return .refusal(404, "404 page not found")
        }
        return OCMReply(body: try instance.turn.call(endpoint.operation, Self.input(request, credentials)))
    }

    private static func input(_ request: Bytes, _ credentials: Bytes?) -> Bytes {
        var json = JSONWriter()
        json.object { json in
            json.key("request")
            json.value(json: request.span)
            if let credentials {
                json.key("credentials")
                json.value(json: credentials.span)
            }
        }
        return json.finish()
    }

    /// The members of a query as an object; an identity is an object again.
    private static func request(_ query: String) throws(PluginError) -> Bytes {
        var members: [ConfigNode.Entry] = []
        for pair in query.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map {
                    PercentEncoding.decode(
                        $0.split(separator: "+", omittingEmptySubsequences: false).joined(separator: " "))
                }
            let value = sides.count > 1 ? sides[1] : ""
            guard sides[0] == "identity" else {
                members.append(.init(key: sides[0], value: ConfigNode(.string(value))))
                continue
            }
            guard let json = Base64.decoded(value) else {
                throw PluginError(.input, "the identity is not in base64")
            }
            members.append(.init(key: "identity", value: try JSONReader.read(json, file: "the identity")))
        }
        var json = JSONWriter()
        json.value(ConfigNode(.map(members)))
        return json.finish()
    }

    private static func status(_ code: PluginError.Code) -> Int {
        switch code {
        case .configuration, .schema, .input: 400
        case .denied: 401
        case .unsupported: 404
        default: 500
        }
    }
}

/// Writes log lines the way that hosts of OCM read them.
struct OCMLog: Sendable {
    private let turn = Locked(())

    /// One JSON object on one line of standard error.
    func write(_ line: LogLine) {
        var json = JSONWriter()
        json.object { json in
            json.member("level", Self.name(line.level))
            json.member("msg", line.message)
            for field in line.fields where field.name != "level" && field.name != "msg" {
                json.member(field.name, field.value)
            }
        }
        var text = ByteBuffer()
        let bytes = json.finish()
        text.append(bytes.span)
        text.append(UInt8(ascii: "\n"))
        let whole = text.finish()
        turn.with { _ in ServerSystem.writeError(whole.span) }
    }

    private static func name(_ level: LogLine.Level) -> String {
        switch level {
        case .error: "ERROR"
        case .warning: "WARN"
        case .info: "INFO"
        case .debug: "DEBUG"
        }
    }
}
