internal import Glibc
internal import PatchbayCore
internal import PatchbayPlugin

/// The few questions to the operating system that finding and reading the library needs.
enum SystemFiles {
    /// An environment variable; nil if it is not set.
    static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// The absolute path of the running program, links resolved; nil where the system does not say.
    static func executable() -> String? {
        guard let path = unsafe realpath("/proc/self/exe", nil) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    /// Whether there is a file at `path`, or a link to one.
    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// The names in a directory, in no order; none where it cannot be read.
    static func names(in directory: String) -> [String] {
        guard let stream = unsafe opendir(directory) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            unsafe names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    /// What the system says about its last refusal.
    static func reason() -> String {
        unsafe String(cString: strerror(errno))
    }
}

extension SystemFiles {
    /// By what a changed file is told.
    struct State: Equatable {
        private let device: UInt
        private let file: UInt
        private let size: Int
        private let seconds: Int
        private let nanoseconds: Int

        /// Of the file at `path`; nil when there is none.
        init?(_ path: String) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { return nil }
            device = UInt(status.st_dev)
            file = UInt(status.st_ino)
            size = Int(status.st_size)
            seconds = Int(status.st_mtim.tv_sec)
            nanoseconds = Int(status.st_mtim.tv_nsec)
        }
    }

    /// The largest module that is read, in bytes.
    private static let sizeLimit = 1 << 30

    /// What is in the file at `path`.
    static func content(_ path: String) throws(PluginError) -> Bytes {
        guard let file = OpenFile(path: path) else {
            throw PluginError(.io, "\(path) cannot be read", cause: reason())
        }
        guard file.size <= sizeLimit, let bytes = file.bytes(at: 0, count: file.size) else {
            throw PluginError(.io, "\(path) cannot be read as a whole")
        }
        return Bytes(copying: bytes.span)
    }
}

/// A file that is open for reading.
struct OpenFile: ~Copyable {
    /// Its length in bytes when it was opened.
    let size: Int
    private let descriptor: CInt

    /// Opens the file at `path`, which must be a regular one; nil if the system refuses, and `SystemFiles.reason` says why.
    init?(path: String) {
        // Opening a pipe would wait for its writer.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            errno = EINVAL
            return nil
        }
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// `count` bytes from `offset`; nil where the file does not have them.
    func bytes(at offset: Int, count: Int) -> [UInt8]? {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = unsafe bytes.withUnsafeMutableBytes { memory in
                unsafe pread(descriptor, memory.baseAddress?.advanced(by: filled), count - filled, offset + filled)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }
}
