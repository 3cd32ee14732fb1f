import Glibc
import PatchbayCore
import PatchbayPlugin
import PatchbayProcess
import PatchbayWire

/// A host that can be killed.
enum ProbeHost {
    /// Prints milliseconds from the beginning of a start to its first answer, for so many starts. A mode with a slash is
    /// the path of another plugin.
    static func measure(mode: String, sandbox: String, rounds: Int) {
        for _ in 0..<rounds {
            let process = PluginProcess(settings(mode, "1000", sandbox))
            let start = MonotonicClock.nanoseconds
            do throws(PluginError) {
                let connection = try process.connect(deadline: .after(milliseconds: 10_000))
                _ = try ask(connection.http)
            } catch {
                return write("error \(error)\n")
            }
            write("\(Double(MonotonicClock.nanoseconds - start) / 1e6)\n")
            process.stop()
        }
    }

    private static func settings(_ mode: String, _ mark: String, _ sandbox: String) -> ProcessSettings {
        var settings = ProcessSettings(name: "probe", path: CommandLine.arguments[0])
        settings.arguments = [mode, mark]
        settings.sandbox = SandboxMode(rawValue: sandbox) ?? .off
        if mode.utf8.first == UInt8(ascii: "/") {
            settings.path = mode
            settings.arguments = []
        }
        return settings
    }

    /// Starts a plugin, prints what its `/pids` answers, and sleeps; leaves in the ordinary way when its input ends.
    static func run(mode: String, mark: String, sandbox: String) {
        let process = PluginProcess(settings(mode, mark, sandbox))
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
