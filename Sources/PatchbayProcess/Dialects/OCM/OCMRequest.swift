internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// One call, as it is sent to a plugin: checked against what the plugin says of its specifications.
struct OCMRequest {
    /// What is asked.
    let endpoint: OCMEndpoint
    /// Path and query.
    let target: String
    /// The body; empty for a query.
    let body: Bytes
    /// The value of the header `Authorization`.
    let authorization: String?

    /// Most bytes of credentials: they travel in a header.
    private static let credentialLimit = 32 << 10

    /// Makes the request for `operation` of `capability`. `input` is empty or a JSON object: `request` is what is asked,
    /// `credentials` what the plugin may use for it.
    init(
        _ operation: String, of capability: Capability, input: Span<UInt8>, knowing capabilities: OCMCapabilities
    ) throws(PluginError) {
        guard let type = OCMCapabilityType(rawValue: capability.type) else {
            throw PluginError(.unsupported, "\(capability.type) is no capability type of OCM")
        }
        guard let endpoint = type.endpoint(operation) else {
            throw PluginError(
                .unsupported, "\(type.rawValue) has no operation \(operation.quotedForMessage)",
                advice: "it has \(type.endpoints.map(\.operation).joined(separator: ", "))")
        }
        self.endpoint = endpoint
        let envelope = try Self.envelope(input)
        let request = envelope["request"] ?? ConfigNode(.map([]))
        guard case .map = request.content else {
            throw PluginError(.input, "'request' must be an object, not \(request.kindName)")
        }
        let rules = SpecificationRules(capabilities, capability, type)
        for check in endpoint.checks {
            try rules.check(request, check, isRequired: endpoint.method == .post && check.list == nil)
        }
        authorization = try Self.authorization(envelope["credentials"], endpoint, type)
        switch endpoint.method {
        case .post:
            target = "/" + endpoint.operation
            body = request.compactJSON
        case .get:
            target = "/" + endpoint.operation + (try Self.query(request))
            body = Bytes("")
        }
    }

    private static func envelope(_ input: Span<UInt8>) throws(PluginError) -> ConfigNode {
        guard input.count > 0 else { return ConfigNode(.map([])) }
        let tree = try JSONReader.read(Bytes(copying: input), file: "the input of the call", sizeLimit: 64 << 20)
        guard case .map(let entries) = tree.content else {
            throw PluginError(.input, "the input of a call is an object, not \(tree.kindName)")
        }
        for entry in entries where entry.key != "request" && entry.key != "credentials" {
            throw PluginError(
                .input, "the member \(entry.key.quotedForMessage) of the input is unknown",
                advice: "the members are 'request' and 'credentials'")
        }
        return tree
    }

    private static func authorization(
        _ credentials: ConfigNode?, _ endpoint: OCMEndpoint, _ type: OCMCapabilityType
    ) throws(PluginError) -> String? {
        guard let credentials, !credentials.isNull else {
            return endpoint.isAuthorized && type.sendsEmptyCredentials ? "{}" : nil
        }
        guard case .map = credentials.content else {
            throw PluginError(.input, "'credentials' must be an object, not \(credentials.kindName)")
        }
        guard endpoint.isAuthorized else {
            throw PluginError(.input, "\(endpoint.operation) takes no credentials")
        }
        // A header holds no control characters; JSON escapes all others.
        let text = credentials.compactJSON.text.split(separator: "\u{7F}", omittingEmptySubsequences: false)
            .joined(separator: "\\u007f")
        guard text.utf8.count <= credentialLimit else {
            throw PluginError(.input, "credentials of more than \(credentialLimit) bytes do not fit into a header")
        }
        return text
    }

    private static func query(_ request: ConfigNode) throws(PluginError) -> String {
        var query = ""
        // The repository is checked; the contract has no place for it in a query.
        for member in request.entries where member.key != "repository" && !member.value.isNull {
            let value: String
            switch member.value.content {
            case .string(let text): value = text
            case .integer, .number, .bool: value = member.value.compactJSON.text
            case .map where member.key == "identity":
                let json = member.value.compactJSON
                value = Base64.encoded(json.span)
            default: throw PluginError(.input, "\(member.key.quotedForMessage) must be text")
            }
            query += (query.isEmpty ? "?" : "&") + percentEncoded(member.key) + "=" + percentEncoded(value)
        }
        return query
    }

    private static func percentEncoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return result
    }
}

/// What a plugin says of the specifications that it takes.
private struct SpecificationRules {
    let capabilities: OCMCapabilities
    let capability: Capability
    let type: OCMCapabilityType

    init(_ capabilities: OCMCapabilities, _ capability: Capability, _ type: OCMCapabilityType) {
        self.capabilities = capabilities
        self.capability = capability
        self.type = type
    }

    /// Checks the specification in `request`, if it has one.
    func check(_ request: ConfigNode, _ check: OCMEndpoint.Check, isRequired: Bool) throws(PluginError) {
        let place = check.path.joined(separator: ".")
        var found: ConfigNode? = request
        for name in check.path { found = found?[name] }
        guard let specification = found, !specification.isNull else {
            guard !isRequired else { throw PluginError(.input, "the request has no '\(place)'") }
            return
        }
        let list = check.list ?? capabilities.list(of: capability, type) ?? type.lists[0]
        let known = capabilities.lists[type]?[check.list ?? type.lists[0]] ?? []
        guard let name = specification["type"]?.string else {
            guard isRequired else { return }
            throw PluginError(.input, "'\(place)' has no 'type'")
        }
        guard let entry = known.first(where: { $0.isNamed(name) }) else {
            guard isRequired, !known.isEmpty else { return }
            throw PluginError(
                .input, "'\(place)' is of the type \(name.quotedForMessage), which the plugin does not know",
                cause: "it knows \(known.map(\.name).joined(separator: ", "))")
        }
        guard entry.name == capability.name || (check.list ?? type.lists[0]) != list else {
            throw PluginError(
                .input, "'\(place)' is of the type \(name.quotedForMessage), and this instance is for \(capability)")
        }
        guard let problem = try entry.schema?.problem(with: specification) else { return }
        throw PluginError(
            .input, "'\(place)' does not fit the JSON Schema of \(entry.name)", cause: problem.description)
    }
}

extension ConfigNode {
    /// The value as JSON on one line; numbers as they were written.
    var compactJSON: Bytes {
        var json = JSONWriter()
        json.write(exactly: self)
        return json.finish()
    }
}

extension JSONWriter {
    fileprivate mutating func write(exactly node: ConfigNode) {
        switch node.content {
        case .integer, .number:
            if let spelling = node.spelling {
                let text = Bytes(spelling)
                value(json: text.span)
            } else {
                value(node)
            }
        case .list(let elements):
            array { json in
                for element in elements { json.write(exactly: element) }
            }
        case .map(let entries):
            object { json in
                for entry in entries {
                    json.key(entry.key)
                    json.write(exactly: entry.value)
                }
            }
        default: value(node)
        }
    }
}
