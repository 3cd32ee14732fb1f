import PatchbayCore
import PatchbayPlugin

/// A file that is going to be read.
struct InputFile: Sendable {
    /// The path, or `standard input`.
    let name: String
    /// Its size in bytes; nil for a stream.
    let size: UInt64?
    private let path: String

    /// The path that stands for standard input.
    static let standardInput = "-"

    /// The files that `patterns` stand for. Throws when one is missing, a directory, or cannot be read.
    static func find(_ patterns: [String]) throws(PluginError) -> [InputFile] {
        var files: [InputFile] = []
        for pattern in patterns {
            if pattern == standardInput {
                let descriptor = try FileDescriptor.standardInput()
                files.append(InputFile(name: descriptor.name, size: descriptor.size, path: pattern))
            } else {
                for path in try paths(pattern) { files.append(try inspect(path)) }
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

    private static func inspect(_ path: String) throws(PluginError) -> InputFile {
        switch try FileDescriptor.kind(at: path) {
        case .directory:
            throw PluginError(.io, "\(path) is a directory", advice: "name its files, for example \(path)/*")
        case .stream:
            return InputFile(name: path, size: nil, path: path)
        case .regular:
            let descriptor = try FileDescriptor.reading(path)
            return InputFile(name: path, size: descriptor.size, path: path)
        }
    }

    /// Opens it.
    func open() throws(PluginError) -> FileReader {
        FileReader(try path == Self.standardInput ? .standardInput() : .reading(path))
    }
}

extension FileDescriptor {
    /// The size of a regular file; nil when the end is not known before it comes.
    var size: UInt64? {
        if case .regular(let size) = kind { return size }
        return nil
    }
}

/// Reads one open file.
final class FileReader {
    private let descriptor: FileDescriptor
    /// Bytes taken from the file so far.
    private(set) var bytesRead: UInt64 = 0

    init(_ descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
    }

    /// Puts the next bytes at the start of `buffer`; waits `wait` ms at most.
    func read(into buffer: inout MutableSpan<UInt8>, wait: CInt) throws(PluginError) -> FileDescriptor.Arrival {
        let arrival = try descriptor.read(into: &buffer, limit: buffer.count, wait: wait)
        if case .bytes(let count) = arrival { bytesRead += UInt64(count) }
        return arrival
    }
}
