import Glibc
import PatchbayCore
import PatchbayPlugin

/// Reads files and variables of the process. This file is the one place of the module that calls the system.
enum ProcessFiles {
    /// The value of a variable, nil when it is not set.
    static func variable(_ name: String) throws(ConfigurationError) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        guard let text = unsafe String(validatingCString: value) else {
            throw ConfigurationError(.notText, "the variable \(name) is not UTF-8")
        }
        return text
    }

    /// The content of a file of at most `limit` bytes. `-` is standard input unless only regular files are allowed.
    static func read(_ path: String, limit: Int, regularOnly: Bool) throws(ConfigurationError) -> Bytes {
        let usesStandardInput = path == "-" && !regularOnly
        // Without O_NONBLOCK, opening a named pipe that nobody writes would wait for ever.
        let flags = O_RDONLY | O_CLOEXEC | (regularOnly ? O_NONBLOCK : 0)
        guard !path.utf8.contains(0) else {
            throw ConfigurationError(
                .io, "the file \(path.quotedForMessage) cannot be read", cause: "the name holds a NUL")
        }
        let descriptor = usesStandardInput ? 0 : unsafe open(path, flags)
        guard descriptor >= 0 else { throw refused(path) }
        defer { if !usesStandardInput { close(descriptor) } }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw refused(path) }
        let kind = status.st_mode & S_IFMT
        if kind == S_IFDIR || (regularOnly && kind != S_IFREG) {
            let what = kind == S_IFDIR ? "it is a directory" : "it is not a regular file"
            throw ConfigurationError(.io, "the file \(path.quotedForMessage) cannot be read", cause: what)
        }
        var content = ByteBuffer()
        while content.count <= limit {
            let count = try content.append(upTo: 16 << 10) { (room) throws(ConfigurationError) -> Int in
                while true {
                    let got = unsafe room.withUnsafeMutableBytes {
                        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
                    }
                    if got >= 0 { return got }
                    if errno != EINTR { throw refused(path) }
                }
            }
            if count == 0 { return content.finish() }
        }
        throw ConfigurationError(.tooLarge, "the file \(path.quotedForMessage) has more than \(limit) bytes")
    }

    private static func refused(_ path: String) -> ConfigurationError {
        let cause = unsafe strerror(errno).map { unsafe String(cString: $0) }
        return ConfigurationError(.io, "the file \(path.quotedForMessage) cannot be read", cause: cause)
    }
}

extension String {
    /// Text from UTF-8; nil when it is not valid.
    init?(validating bytes: Span<UInt8>) {
        let text = unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) }
        guard let text else { return nil }
        self = text
    }
}

extension SourceText {
    /// Reads the configuration file `path`; `-` is standard input.
    public static func read(_ path: String) throws(ConfigurationError) -> SourceText {
        SourceText(file: path, bytes: try ProcessFiles.read(path, limit: sizeLimit, regularOnly: false))
    }
}
