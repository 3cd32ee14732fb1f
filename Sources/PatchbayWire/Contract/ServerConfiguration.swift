public import PatchbayCore
public import PatchbayPlugin

/// How a plugin talks with its host.
public enum Transport: String, Sendable {
    /// HTTP on a unix socket.
    case unix
    /// HTTP on a port of the loopback interface.
    case tcp
    /// HTTP on standard input and output.
    case stdio
}

/// The line of JSON that `PLUGIN server` reads from standard input.
public struct ServerConfiguration: Sendable {
    /// What logs call the process.
    public var id: String
    /// How the host will talk to it.
    public var transport: Transport
    /// The path of the socket, or `127.0.0.1:PORT`; empty for standard input and output.
    public var location: String
    /// Milliseconds without a request after which the plugin should exit by itself; 0 for never.
    public var idleTimeout: Int
    /// What each request but `health` carries as bearer token.
    public var token: String
    /// What the answer to `health` carries.
    public var peerToken: String
    /// Name and version of the host.
    public var host: String

    /// A configuration.
    public init(
        id: String, transport: Transport, location: String, idleTimeout: Int, token: String, peerToken: String,
        host: String
    ) {
        self.id = id
        self.transport = transport
        self.location = location
        self.idleTimeout = idleTimeout
        self.token = token
        self.peerToken = peerToken
        self.host = host
    }

    /// The line, with its end.
    public func line() -> Bytes {
        var json = JSONWriter()
        json.object { json in
            json.member("contract", Wire.version)
            json.member("id", id)
            json.member("type", transport.rawValue)
            json.member("location", location)
            json.member("idleTimeout", idleTimeout)
            json.member("token", token)
            json.member("peerToken", peerToken)
            json.member("host", host)
        }
        var line = ByteBuffer()
        line.append(json.finish().span)
        line.append(UInt8(ascii: "\n"))
        return line.finish()
    }

    /// Reads a line.
    public init(line: Bytes) throws(PluginError) {
        let tree = try JSONReader.read(line, file: "the server's configuration", sizeLimit: 64 << 10, depthLimit: 16)
        guard case .integer(let contract) = tree["contract"]?.content, contract == Int64(Wire.version) else {
            throw PluginError(
                .unsupported, "the host speaks another version of the contract than \(Wire.version)",
                advice: "use plugin and host of the same version")
        }
        guard let transport = tree["type"]?.string.flatMap(Transport.init) else {
            throw PluginError(.configuration, "'type' must be unix, tcp or stdio")
        }
        var idle = 0
        if case .integer(let number) = tree["idleTimeout"]?.content { idle = Int(clamping: max(0, number)) }
        self.init(
            id: tree["id"]?.string ?? "", transport: transport, location: tree["location"]?.string ?? "",
            idleTimeout: idle, token: tree["token"]?.string ?? "", peerToken: tree["peerToken"]?.string ?? "",
            host: tree["host"]?.string ?? "")
        guard transport == .stdio || !location.isEmpty else {
            throw PluginError(.configuration, "'location' is missing")
        }
    }
}
