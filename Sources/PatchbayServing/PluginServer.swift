internal import PatchbayCore
public import PatchbayPlugin
package import PatchbayWire

/// Serves plugins over the contract of `docs/process-plugins.md`: what makes a program a plugin.
///
/// ```swift
/// PluginServer.main { registry throws(PluginError) in try registry.register(EvenNumbers.self) }
/// ```
public struct PluginServer: Sendable {
    private let factories: [any PluginFactory]
    private let manifest: PluginManifest
    /// The JSON Schemas of the specifications that capabilities of the Open Component Model take, for its hosts. Where
    /// there is none any object fits.
    public var specifications: [Capability: String] = [:]

    /// A server of the plugin that `factory` makes instances of.
    public init(_ factory: any PluginFactory) {
        factories = [factory]
        manifest = factory.manifest
    }

    /// A server of all plugins of `registry` as one: the first gives its name, all of them their capabilities and options.
    ///
    /// Throws `configuration` when there is none, and when two have an option of one name that is not the same.
    public init(_ registry: PluginRegistry) throws(PluginError) {
        factories = registry.factories
        manifest = try PluginManifest(joining: factories.map(\.manifest))
    }

    // MARK: A program

    /// The whole of a program whose plugins `register` registers: does what its arguments say, and ends it.
    ///
    /// - Parameters:
    ///   - specifications: see ``specifications``.
    ///   - register: registers the plugins.
    public static func main(
        specifications: [Capability: String] = [:], _ register: (inout PluginRegistry) throws(PluginError) -> Void
    ) -> Never {
        do throws(PluginError) {
            var registry = PluginRegistry()
            try register(&registry)
            var server = try PluginServer(registry)
            server.specifications = specifications
            ServerSystem.end(server.run(CommandLine.arguments))
        } catch {
            complain(error.description)
            ServerSystem.end(1)
        }
    }

    /// Does what the arguments of a program say: `capabilities` or `server`; `--config JSON` when the host is one of the
    /// Open Component Model. Returns its exit status.
    public func run(_ arguments: [String]) -> Int32 {
        if let text = OCMStart.text(in: arguments) {
            do throws(PluginError) {
                return try OCMServer(factories, try OCMStart(text)).run()
            } catch {
                OCMLog().write(LogLine(level: .error, stage: "", message: error.description))
                return 1
            }
        }
        switch arguments.dropFirst().first {
        case "capabilities" where arguments.count == 2:
            ServerSystem.writeOutput(Bytes(capabilities() + "\n").span)
            return 0
        case "server" where arguments.count == 2:
            do throws(PluginError) {
                let line = try ServerSystem.readLine(limit: 64 << 10)
                return try serve(try ServerConfiguration(line: line))
            } catch {
                Self.complain(error.description)
                return 1
            }
        default:
            Self.complain(
                "\(manifest.name) \(manifest.version) is a plugin of Patchbay: a host starts it with 'capabilities' or "
                    + "'server'")
            return 64
        }
    }

    private static func complain(_ text: String) { ServerSystem.writeError(Bytes(text + "\n").span) }

    /// What `PLUGIN capabilities` prints.
    public func capabilities() -> String {
        var json = JSONWriter()
        json.object { json in
            manifest.writeMembers(into: &json)
            ProcessInterface(transports: [.unix, .tcp, .stdio], encodings: [.frame]).write(into: &json)
        }
        return OCMDocument.merging(json.finish(), schemas: specifications).text
    }

    // MARK: Serving

    /// Serves until the host ends it; returns the exit status of the process.
    func serve(_ configuration: ServerConfiguration) throws(PluginError) -> Int32 {
        try ServerLoop(factories, configuration).run()
    }

    /// Serves one connection until the host closes it: for hosts in the same process.
    package func serve(_ stream: ByteStream, token: String = "", peerToken: String = "") {
        let configuration = ServerConfiguration(
            id: "", transport: .stdio, location: "", idleTimeout: 0, token: token, peerToken: peerToken, host: "")
        let scopes = StageScopes(ServerLog())
        let router = RequestRouter(factories, configuration, scopes)
        _ = ServedClient(HTTPConnection(stream), router, ServerActivity()).serve()
        scopes.reportMetrics()
    }
}
