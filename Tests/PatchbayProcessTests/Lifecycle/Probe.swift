import Glibc
import PatchbayCore
import PatchbayPlugin
import PatchbayWire

@testable import PatchbayProcess

/// The program `ProcessProbe`, which lies beside the tests, as a plugin.
enum Probe {
    static let path: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let tests = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return tests.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/ProcessProbe"
    }()

    static func process(
        _ mode: String, sandbox: SandboxMode = .off, _ change: (inout ProcessSettings) -> Void = { _ in }
    ) -> PluginProcess {
        var settings = ProcessSettings(name: "probe", path: path)
        settings.arguments = [mode]
        settings.sandbox = sandbox
        change(&settings)
        return PluginProcess(settings)
    }

    /// Whether a process exists that is no zombie.
    static func lives(_ pid: Int32) -> Bool {
        guard let state = state(pid) else { return false }
        return state != "Z"
    }

    /// The letter of `/proc/PID/stat`; nil when there is no such process.
    static func state(_ pid: Int32) -> Character? {
        let bytes = FileTree.beginning(of: "/proc/\(pid)/stat", count: 512)
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: ")").last?.split(separator: " ").first?.first
    }

    /// Whether `condition` becomes true within the time.
    static func becomes(within milliseconds: Int = 1000, _ condition: () -> Bool) -> Bool {
        let end = MonotonicClock.nanoseconds + UInt64(milliseconds) * 1_000_000
        while MonotonicClock.nanoseconds < end {
            if condition() { return true }
            usleep(2000)
        }
        return condition()
    }

    static func milliseconds(_ body: () throws -> Void) rethrows -> Double {
        let start = MonotonicClock.nanoseconds
        try body()
        return Double(MonotonicClock.nanoseconds - start) / 1e6
    }
}

extension PluginProcess {
    /// One call over a connection of its own.
    func call(_ target: String, _ body: String = "", milliseconds: Int = 10_000) throws -> String {
        let connection = try connect(deadline: .after(milliseconds: milliseconds))
        return try call(target, body, over: connection, milliseconds: milliseconds)
    }

    /// One call; what goes wrong is put before the process as a session does it.
    func call(
        _ target: String, _ body: String = "", over connection: ServedConnection, milliseconds: Int = 10_000
    ) throws -> String {
        let deadline = Deadline.after(milliseconds: milliseconds)
        do throws(WireError) {
            try connection.http.send("POST", target, body: [Bytes(body)], deadline: deadline)
            guard let head = try connection.http.receiveHead(deadline: deadline) else {
                throw WireError(.closed, "it closed the connection")
            }
            let answer = try connection.http.receiveBody(of: head, limit: 1 << 30, deadline: deadline)
            succeeded(connection.generation)
            return answer.text
        } catch {
            let fault: ServingFault = error.code == .timedOut ? .timedOut(milliseconds: milliseconds) : .broke(error)
            throw fail(connection.generation, fault)
        }
    }

    /// The process ids of the program and its child, and the location of its socket.
    func pids() throws -> (plugin: Int32, child: Int32, location: String) {
        let words = try call("/pids").split(separator: " ", omittingEmptySubsequences: false)
        return (Int32(words[0]) ?? 0, Int32(words[1]) ?? 0, String(words[2]))
    }
}

/// What a test was told by a scope.
final class LogCollector: Sendable {
    private let lines = Guarded<[LogLine]>([])
    var all: [LogLine] { lines.with { $0 } }
    func scope(_ stage: String) -> StageScope {
        StageScope(stage: stage) { [lines] line in lines.change { $0.append(line) } }
    }
}
