import Foundation
import Testing

/// The built program, run in a folder of its own.
final class Program {
    /// What a run left.
    struct Result {
        let status: Int32
        let output: String
        let errors: String

        /// The last line on standard error.
        var lastError: String { errors.split(separator: "\n").last.map(String.init) ?? "" }

        /// The ledger of `--ledger json`.
        func ledger() throws -> [String: Any] {
            let object = try JSONSerialization.jsonObject(with: Data(lastError.utf8))
            return try #require(object as? [String: Any])
        }
    }

    /// The program lies beside the tests.
    static let path: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "patchbay").path
    }()

    let folder: URL
    /// Variables that the program sees besides `PATH` and `TERM`, or in place of them.
    var variables: [String: String] = [:]

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "patchbay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { folder.appending(path: name).path }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    @discardableResult
    func write(_ name: String, _ data: Data) throws -> String {
        try data.write(to: folder.appending(path: name))
        return path(name)
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }

    /// Runs it to its end; `input` is its standard input.
    func run(_ arguments: String..., input: String? = nil) throws -> Result { try run(arguments, input: input) }

    /// Runs it to its end; `input` is its standard input.
    func run(_ arguments: [String], input: String? = nil) throws -> Result {
        let given = input.map { "\(quoted(name: "input", $0))" } ?? "/dev/null"
        return try shell("exec \"$@\" < '\(given)'", [Self.path] + arguments)
    }

    /// Runs a line of bash, in which `patchbay` is the program.
    func shell(_ line: String, _ arguments: [String] = []) throws -> Result {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", "patchbay() { \"\(Self.path)\" \"$@\"; }; \(line)", "bash"] + arguments
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "/usr/bin:/bin", "TERM": "xterm"].merging(variables) { $1 }
        // Files, not pipes: nobody has to empty them while the program runs.
        let number = UUID().uuidString
        let output = folder.appending(path: ".output-\(number)")
        let errors = folder.appending(path: ".errors-\(number)")
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let isSignal = process.terminationReason == .uncaughtSignal
        return Result(
            status: isSignal ? 1000 + process.terminationStatus : process.terminationStatus,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        )
    }

    private func quoted(name: String, _ text: String) -> String {
        (try? write(".\(name)-\(UUID().uuidString)", text)) ?? "/dev/null"
    }
}
