extension Grant {
    /// The grant that `text` stands for: `clock`, `secret:TOKEN`, `read:./in.dlt`, `connect:example.org:443`.
    ///
    /// Paths stay as they are written. Throws `configuration` when it is no grant; the message quotes the text.
    public init(_ text: String) throws(PluginError) {
        let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        let word = colon.map { String(text[..<$0]) } ?? text
        let argument = colon.map { String(text[text.utf8.index(after: $0)...]) }
        guard let kind = Kind(rawValue: word) else { throw Self.unknown(text, word, argument) }
        switch kind {
        case .log: self = .log
        case .metrics: self = .metrics
        case .clock: self = .clock
        case .random: self = .random
        case .state: self = .state
        case .secret, .call, .read, .write, .connect:
            guard let argument, !argument.isEmpty else {
                throw Self.malformed(text, "is not complete", "write '\(kind.form)'")
            }
            self = try Self.make(kind, argument, text)
            return
        }
        guard argument == nil else {
            throw Self.malformed(text, "has something behind '\(kind)', which stands alone", "write '\(kind)'")
        }
    }

    private static func make(_ kind: Kind, _ argument: String, _ text: String) throws(PluginError) -> Grant {
        switch kind {
        case .secret:
            guard argument.utf8.count <= 256, argument.utf8.allSatisfy(isNameByte) else {
                throw malformed(text, "names no secret", "a name has letters, digits, '_', '-' and '.'")
            }
            return .secret(argument)
        case .call:
            let parts = argument.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
                throw malformed(text, "names no capability", "write 'call:TYPE/NAME'")
            }
            return .call(Capability(type: String(parts[0]), name: String(parts[1])))
        case .connect: return try connection(argument, text)
        default:
            guard !argument.utf8.contains(0) else { throw malformed(text, "has a zero byte in its path", nil) }
            guard argument.utf8.count < 4096 else { throw malformed(text, "has a path over 4095 bytes", nil) }
            return kind == .read ? .read(argument) : .write(argument)
        }
    }

    private static func connection(_ argument: String, _ text: String) throws(PluginError) -> Grant {
        guard let colon = argument.utf8.lastIndex(of: UInt8(ascii: ":")), !argument.hasSuffix("]") else {
            throw malformed(text, "names no port", "write 'connect:HOST:PORT'")
        }
        let digits = argument[argument.utf8.index(after: colon)...]
        guard let port = UInt16(digits), port > 0, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw malformed(text, "has no port from 1 to 65535", "write 'connect:HOST:PORT'")
        }
        var host = argument[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        if !isBracketed, host.contains(":") {
            throw malformed(text, "has colons in its host", "write an IPv6 address in brackets: 'connect:[::1]:80'")
        }
        guard isHost(host) else {
            throw malformed(text, "names no host", "a host is a name such as example.org, or an address")
        }
        return .connect(host: host.lowercased(), port: port)
    }

    /// Whether `host` may be the name or address of a host. The resolver decides whether there is one.
    private static func isHost(_ host: some StringProtocol) -> Bool {
        (1...253).contains(host.utf8.count)
            && host.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "%") }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func unknown(_ text: String, _ word: String, _ argument: String?) -> PluginError {
        let forms = Kind.allCases.map(\.form).joined(separator: ", ")
        var advice = "grants are \(forms)"
        if let name = NameSuggestion.closest(to: word, in: Kind.allCases.map(\.rawValue)) {
            let whole = argument.map { "\(name):\($0)" } ?? name
            advice = "did you mean \(whole.quotedForMessage)?"
        }
        return PluginError(.configuration, "\(text.quotedForMessage) is no grant", advice: advice)
    }

    private static func malformed(_ text: String, _ problem: String, _ advice: String?) -> PluginError {
        PluginError(.configuration, "the grant \(text.quotedForMessage) \(problem)", advice: advice)
    }
}
