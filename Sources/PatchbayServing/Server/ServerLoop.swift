internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A running server: accepts connections, and watches for the end.
struct ServerLoop {
    private let configuration: ServerConfiguration
    private let log = ServerLog()
    private let scopes: StageScopes
    private let router: RequestRouter
    private let activity = ServerActivity()

    /// Connections at once.
    private static let connectionLimit = 512

    init(_ factories: [any PluginFactory], _ configuration: ServerConfiguration) {
        self.configuration = configuration
        scopes = StageScopes(log)
        router = RequestRouter(factories, configuration, scopes)
    }

    /// Serves until the end; returns the exit status.
    func run() throws(PluginError) -> Int32 {
        let signals = try ServerSystem.catchSignals()
        let listener: CInt
        switch configuration.transport {
        case .unix: listener = try ServerSystem.listen(path: configuration.location)
        case .tcp:
            guard !configuration.token.isEmpty else {
                throw PluginError(.configuration, "a server on a port needs a token")
            }
            listener = try ServerSystem.listen(port: configuration.location)
        case .stdio:
            listener = -1
            let stream = try ServerSystem.takeStandardStreams()
            start(stream, endsWithConnection: true)
        }
        defer { finish() }
        let input = configuration.transport == .stdio ? -1 : CInt(0)
        while true {
            let event = ServerSystem.wait(
                listener: listener, signals: signals, input: input, milliseconds: 1000)
            switch event {
            case .connection(let descriptor): accept(descriptor)
            case .hostIsGone, .signal: return 0
            case .nothing: if isIdle { return 0 }
            }
            scopes.reportMetrics()
        }
    }

    private func accept(_ descriptor: CInt) {
        guard activity.connect(limit: Self.connectionLimit) else {
            log.write(.warning, "more than \(Self.connectionLimit) connections; one was closed")
            return ServerSystem.close(descriptor)
        }
        if configuration.transport == .tcp { ServerSystem.sendAtOnce(descriptor) }
        start(ByteStream(socket: descriptor), endsWithConnection: false)
    }

    private func start(_ stream: ByteStream, endsWithConnection: Bool) {
        let (loop, activity) = (self, activity)
        let hasStarted = ServerSystem.detach {
            let isAskedToEnd = ServedClient(HTTPConnection(stream), loop.router, activity).serve()
            if isAskedToEnd || endsWithConnection {
                loop.finish()
                ServerSystem.end(0)
            }
            activity.disconnect()
        }
        if !hasStarted {
            log.write(.error, "there is no thread for another connection")
            activity.disconnect()
        }
    }

    /// Whether nobody has asked for anything for a while, and nobody holds an instance.
    private var isIdle: Bool {
        guard configuration.idleTimeout > 0, router.instances.isEmpty else { return false }
        return activity.idleMilliseconds.map { $0 >= UInt64(configuration.idleTimeout) } ?? false
    }

    private func finish() {
        scopes.reportMetrics()
        if configuration.transport == .unix { ServerSystem.removeSocket(configuration.location) }
    }
}
