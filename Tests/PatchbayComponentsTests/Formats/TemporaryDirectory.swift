import FoundationEssentials
import Glibc
import PatchbayComponents
import PatchbayCore
import PatchbayPlugin

/// A directory for the files of one test, removed with its content.
final class TemporaryDirectory {
    let path: String

    init() {
        var template = Array("/tmp/patchbay-test-XXXXXX".utf8CString)
        path = unsafe mkdtemp(&template).map { unsafe String(cString: $0) } ?? "/tmp"
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) -> String {
        let number = unsafe open(file(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = unsafe Glibc.write(number, bytes, bytes.count)
        close(number)
        return file(name)
    }

    /// The bytes of a file.
    func read(_ name: String) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 24)
        let number = unsafe open(file(name), O_RDONLY)
        let count = unsafe Glibc.read(number, &bytes, bytes.count)
        close(number)
        return Array(bytes[..<max(0, count)])
    }
}

/// What a byte source delivered.
struct SourceRun {
    /// The parts, in order.
    var parts: [(name: String, bytes: [UInt8])] = []
    /// What ended it, if not the end of the input.
    var error: PluginError?
    /// How often there was nothing.
    var pauses = 0

    init(_ configuration: [String: ConfigNode], buffer: Int = 65_536, maximumPauses: Int = 50) throws {
        let source = try FileSource(.of(configuration))
        try source.start(PluginContext(stage: "test"))
        defer { source.stop() }
        var memory = [UInt8](repeating: 0, count: buffer)
        parts.append((source.part, []))
        while pauses < maximumPauses {
            var span = memory.mutableSpan
            do {
                switch try source.read(into: &span, mayWait: true) {
                case .bytes(let count): parts[parts.count - 1].bytes += memory[..<count]
                case .nothingYet: pauses += 1
                case .endOfPart: parts.append((source.part, []))
                case .endOfInput: return
                }
            } catch {
                self.error = error
                return
            }
        }
    }

    /// All bytes.
    var bytes: [UInt8] { parts.flatMap(\.bytes) }
}

/// Bytes that compress, but not to nothing.
func sampleBytes(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
    var numbers = Numbers(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 97...104, using: &numbers) }
}
