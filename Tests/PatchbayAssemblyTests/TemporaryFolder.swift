import Glibc
import Testing

/// A folder of a test's own.
struct TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/patchbay-assembly-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
        }
        path = try #require(made)
    }

    func write(_ text: String, to name: String) throws {
        let file = try unsafe #require(unsafe fopen("\(path)/\(name)", "w"))
        unsafe fputs(text, file)
        unsafe fclose(file)
    }

    func read(_ name: String) throws -> String {
        let file = try unsafe #require(unsafe fopen("\(path)/\(name)", "r"))
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
