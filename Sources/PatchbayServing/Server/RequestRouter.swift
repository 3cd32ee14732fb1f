internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// What a request leads to.
struct RoutedAnswer {
    var status = 200
    var answer: ServedAnswer
    /// Whether the process ends behind it.
    var endsProcess = false

    static func error(_ error: PluginError, status: Int? = nil) -> RoutedAnswer {
        let message = ErrorMessage(error)
        let answer = ServedAnswer(fields: ["Content-Type": Wire.json], body: [message.json()])
        return RoutedAnswer(status: status ?? message.status, answer: answer)
    }
}

/// Finds out what a request wants and has it done. Safe to use from any thread.
final class RequestRouter: Sendable {
    /// Most bytes of a body.
    static let bodyLimit = 1 << 30

    private let factories: [any PluginFactory]
    private let configuration: ServerConfiguration
    private let scopes: StageScopes
    let instances = InstanceTable()

    init(_ factories: [any PluginFactory], _ configuration: ServerConfiguration, _ scopes: StageScopes) {
        self.factories = factories
        self.configuration = configuration
        self.scopes = scopes
    }

    /// The answer to a request whose body need not be read: a wrong one, or `health`. Nil for all others.
    func refusal(_ head: HTTPHead) -> RoutedAnswer? {
        let isHealth = head.target == "/v1/health"
        if isHealth, head.method == "GET" {
            return RoutedAnswer(answer: ServedAnswer(fields: [WireHeader.peer: configuration.peerToken]))
        }
        guard isHealth || isAuthorized(head) else {
            return .error(PluginError(.denied, "the token is missing or wrong"), status: 401)
        }
        guard isHealth || Self.isKnown(head.target) else {
            return .error(PluginError(.unsupported, "there is no '\(head.target.prefix(80))'"), status: 404)
        }
        guard head.method == "POST", !isHealth else {
            return .error(PluginError(.input, "'\(head.target)' is asked for with another method"), status: 405)
        }
        return nil
    }

    private func isAuthorized(_ head: HTTPHead) -> Bool {
        if configuration.token.isEmpty { return true }
        return Secret.areEqual(head.fields["Authorization"] ?? "", "Bearer \(configuration.token)")
    }

    private static func isKnown(_ target: String) -> Bool {
        guard target.hasPrefix("/v1/") else { return false }
        let name = String(target.dropFirst(4))
        return ["shutdown", "create", "destroy", "recognize"].contains(name) || ServedOperation(rawValue: name) != nil
    }

    /// Answers a request that was not refused.
    func route(_ head: HTTPHead, _ body: Bytes) -> RoutedAnswer {
        do throws(PluginError) {
            let request = ServedRequest(head, body: body)
            switch head.target {
            case "/v1/shutdown": return RoutedAnswer(answer: .done, endsProcess: true)
            case "/v1/create": return RoutedAnswer(answer: try create(request))
            case "/v1/destroy":
                // Whoever uses it still comes to its end.
                _ = try instances.remove(try request.number(WireHeader.instance))
                return RoutedAnswer(answer: .done)
            case "/v1/recognize": return RoutedAnswer(answer: try recognize(body))
            default:
                guard let operation = ServedOperation(rawValue: String(head.target.dropFirst(4))) else {
                    throw PluginError(.unsupported, "there is no '\(head.target)'")
                }
                return RoutedAnswer(answer: try call(operation, request))
            }
        } catch {
            return .error(error)
        }
    }

    private func call(_ operation: ServedOperation, _ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        let entry = try instances.find(try request.number(WireHeader.instance))
        let answer = try entry.use { (instance) throws(PluginError) in try instance.respond(operation, request) }
        // Before the host hears that it has stopped, so that nothing comes too late for its report.
        if operation == .stop { scopes.reportMetrics() }
        return answer
    }

    private func create(_ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        let name = "the request to create"
        guard let tree = try request.json(name), let type = tree["capability"]?["type"]?.string,
            let own = tree["capability"]?["name"]?.string
        else { throw PluginError(.input, "\(name) does not name a capability") }
        let capability = Capability(type: type, name: own)
        guard let factory = factories.first(where: { $0.manifest.capabilities.contains(capability) }) else {
            throw PluginError(.unsupported, "the plugin does not offer \(capability)")
        }
        let scope = scopes.scope(tree["stage"]?.string ?? "")
        let configuration = try InstanceOptions(tree, factory.manifest).configuration(scope)
        let made = try factory.makeInstance(for: capability, configuration: configuration)
        let instance = ServedInstance.make(made, capability, PluginContext(scope))
        let splits = instance.splits
        let number = try instances.insert(InstanceTable.Entry(instance, scope))
        return .json { json in
            json.member("instance", number)
            json.member("splits", splits)
        }
    }

    private func recognize(_ body: Bytes) throws(PluginError) -> ServedAnswer {
        let parsers = factories.filter { $0.manifest.capabilities.contains { $0.role == .parser } }
        guard let first = parsers.first else {
            throw PluginError(.unsupported, "the plugin has no parser")
        }
        var best = (confidence: 0, factory: first)
        for factory in parsers {
            let confidence = factory.recognizes(body.span)
            if confidence > best.confidence { best = (confidence, factory) }
        }
        let options = best.confidence > 0 ? best.factory.options(for: body.span) : []
        return .json { json in
            json.member("confidence", min(max(best.confidence, 0), 100))
            json.key("options")
            json.value(ConfigNode(.map(options)))
        }
    }
}
