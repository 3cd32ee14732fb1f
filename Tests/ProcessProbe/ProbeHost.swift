import Glibc
import PatchbayCore
import PatchbayPlugin
import PatchbayProcess
import PatchbayWire

/// A host that can be killed.
enum ProbeHost {
    /// Starts a plugin, prints what its `/pids` answers, and sleeps; leaves in the ordinary way when its input ends.
    static func run(mode: String, sandbox: String) {
        var settings = ProcessSettings(name: "probe", path: CommandLine.arguments[0])
        settings.arguments = [mode]
        settings.sandbox = SandboxMode(rawValue: sandbox) ?? .off
        let process = PluginProcess(settings)
        do throws(PluginError) {
            let connection = try process.connect(deadline: .after(milliseconds: 10_000))
            let answer = try ask(connection.http)
            write("\(answer)\n")
        } catch {
            write("error \(error)\n")
            exit(1)
        }
        var byte: UInt8 = 0
        _ = unsafe read(0, &byte, 1)
        exit(0)
    }

    private static func ask(_ http: HTTPConnection) throws(PluginError) -> String {
        do throws(WireError) {
            let deadline = Deadline.after(milliseconds: 5000)
            try http.send("GET", "/pids", deadline: deadline)
            guard let head = try http.receiveHead(deadline: deadline) else { return "" }
            return try http.receiveBody(of: head, limit: 4096, deadline: deadline).text
        } catch {
            throw PluginError(.io, error.message)
        }
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
    }
}
