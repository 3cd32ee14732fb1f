import PatchbayCore
import PatchbayPlugin

/// A file that is going to be read.
struct InputFile: Sendable {
    /// The path, or `standard input`.
    let name: String
    /// How many bytes it will deliver; nil for a stream and for compressed data.
    let size: UInt64?
    private let path: String
    private let compression: CompressionChoice

    /// The path that stands for standard input.
    static let standardInput = "-"

    /// The files that `patterns` stand for. Throws when one is missing, a directory, or cannot be read.
    static func find(_ patterns: [String], compression: CompressionChoice) throws(PluginError) -> [InputFile] {
        var files: [InputFile] = []
        for pattern in patterns {
            if pattern == standardInput {
                let descriptor = try FileDescriptor.standardInput()
                files.append(
                    InputFile(name: descriptor.name, size: nil, path: pattern, compression: compression)
                )
            } else {
                for path in try paths(pattern) { files.append(try inspect(path, compression)) }
            }
        }
        return files
    }

    /// A pattern is only one when no file has exactly that name.
    private static func paths(_ pattern: String) throws(PluginError) -> [String] {
        guard pattern.utf8.contains(where: { "*?[{~".utf8.contains($0) }) else { return [pattern] }
        if (try? FileDescriptor.kind(at: pattern)) != nil { return [pattern] }
        let paths = FileDescriptor.paths(matching: pattern)
        if paths.isEmpty { throw PluginError(.io, "no file matches \(pattern)") }
        return paths
    }

    private static func inspect(_ path: String, _ compression: CompressionChoice) throws(PluginError) -> InputFile {
        switch try FileDescriptor.kind(at: path) {
        case .directory:
            throw PluginError(.io, "\(path) is a directory", advice: "name its files, for example \(path)/*")
        case .stream:
            return InputFile(name: path, size: nil, path: path, compression: compression)
        case .regular(let size):
            let isCompressed = try isCompressed(path, compression)
            return InputFile(name: path, size: isCompressed ? nil : size, path: path, compression: compression)
        }
    }

    /// Looks at the first bytes, which also shows that the file can be read.
    private static func isCompressed(_ path: String, _ choice: CompressionChoice) throws(PluginError) -> Bool {
        let descriptor = try FileDescriptor.reading(path)
        let head = Buffer(capacity: Compression.magicLength)
        var room = head.mutableSpan(of: UInt8.self, at: 0, count: Compression.magicLength)
        let arrival = try descriptor.read(into: &room, limit: room.count, wait: 0)
        switch choice {
        case .none: return false
        case .always: return true
        case .automatic:
            guard case .bytes(let count) = arrival else { return false }
            return Compression(magic: head.bytes(at: 0, count: count)) != nil
        }
    }

    /// Opens it.
    func open() throws(PluginError) -> FileReader {
        let descriptor: FileDescriptor = try path == Self.standardInput ? .standardInput() : .reading(path)
        return try FileReader(descriptor, compression: compression)
    }
}
