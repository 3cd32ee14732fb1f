internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// Everything that one start of a plugin needs, made before the program is executed.
struct PreparedStart {
    let directory: RunDirectory
    let endpoint: Endpoint
    let configuration: ServerConfiguration
    let confinement: ConfinedProgram
    /// The program's standard descriptors.
    let standard: [Descriptor]
    /// Where the host reads its output.
    let outputs: [Descriptor]
    /// The host's end of its standard input, which stays open.
    let lifeline: Descriptor?
    /// The host's end of its standard input and output when requests travel there.
    let conversation: Descriptor?

    /// Makes the directory, the pipes and the command line of a start over `transport`.
    init(_ settings: ProcessSettings, generation: UInt64, transport: Transport) throws(PluginError) {
        directory = try HostDirectory.shared.makeRunDirectory()
        do throws(PluginError) {
            endpoint =
                switch transport {
                case .unix: .unix(path: directory.socket)
                case .tcp: .tcp(port: try Endpoint.freePort())
                case .stdio: .stdio
                }
            configuration = ServerConfiguration(
                id: "\(settings.name)-\(generation)", transport: transport, location: endpoint.location,
                // The host ends what is idle, and its end is the end of standard input.
                idleTimeout: 0, token: FileTree.randomDigits(bytes: 16), peerToken: FileTree.randomDigits(bytes: 16),
                host: settings.host)
            confinement = try ConfinedProgram(
                path: settings.path, arguments: [settings.path] + settings.arguments + ["server"],
                Isolation(mode: settings.sandbox, grants: settings.grants, limits: settings.limits), directory,
                transport: transport)
            let line = Array(configuration.line().text.utf8)
            let errors = try Descriptor.pipe()
            if transport == .stdio {
                let (near, far) = try Descriptor.socketPair()
                near.send(line)
                (standard, outputs) = ([far, far, errors.writes], [errors.reads])
                (lifeline, conversation) = (nil, near)
            } else {
                let input = try Descriptor.pipe(isRead: false)
                let output = try Descriptor.pipe()
                // It fits into the pipe, and whoever reads it still has to be started.
                input.writes.write(line)
                (standard, outputs) = ([input.reads, output.writes, errors.writes], [output.reads, errors.reads])
                (lifeline, conversation) = (input.writes, nil)
            }
        } catch {
            directory.remove()
            throw error
        }
    }
}
