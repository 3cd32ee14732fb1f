internal import Glibc
internal import PatchbayCore
internal import PatchbayModule

/// Machine code on disk, so that a module is compiled once.
///
/// Machine code is run as it is, so the directory is the user's own with mode 0700, and a file counts only when it is the
/// user's, nobody else may write to it, and its digest is the one that was noted in it when it was written. An entry is
/// named after the module's digest, the engine's options and the library. What does not fit is compiled again.
struct CodeCache: Sendable {
    let directory: String

    /// The user's cache: `PATCHBAY_CACHE`, else `patchbay/code` under `XDG_CACHE_HOME` or `~/.cache`; nil when there is no
    /// place for one, or when it is someone else's.
    static func ofThisUser() -> CodeCache? {
        if let own = SystemFiles.variable("PATCHBAY_CACHE") { return CodeCache(own + "/code") }
        if let base = SystemFiles.variable("XDG_CACHE_HOME") { return CodeCache(base + "/patchbay/code") }
        if let home = SystemFiles.variable("HOME") { return CodeCache(home + "/.cache/patchbay/code") }
        return nil
    }

    /// A cache in `directory`, which is made if it is not there.
    init?(_ directory: String) {
        self.directory = directory
        var path = ""
        for part in directory.split(separator: "/", omittingEmptySubsequences: true) {
            path += (path.isEmpty && !directory.hasPrefix("/") ? "" : "/") + part
            if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { return nil }
        }
        var status = stat()
        guard unsafe lstat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid()
        else { return nil }
        if status.st_mode & 0o077 != 0, unsafe chmod(directory, 0o700) != 0 { return nil }
    }

    /// The place of a module's machine code.
    func entry(_ file: WasmModule, _ engine: WasmEngine) -> Entry {
        var name = SHA256()
        name.update(file.bytes.span)
        let options = Bytes(engine.options.fingerprint + engine.library.identity + Self.machine)
        name.update(options.span)
        return Entry(path: directory + "/" + name.hexadecimal() + ".code")
    }

    /// Code of one processor may not run on another that shares the directory.
    private static let machine: String = {
        var names = utsname()
        guard unsafe uname(&names) == 0 else { return "" }
        var text = unsafe withUnsafeBytes(of: &names.nodename) { name in
            unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        }
        text += unsafe withUnsafeBytes(of: &names.machine) { name in
            unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        }
        return text
    }()

    /// One file: Wasmtime's code. Beside it, `.sum` holds its length, a checksum against damage, and its name, so that the
    /// code of another module under this name is found out; against foreign hands stand owner and mode.
    struct Entry: Sendable {
        let path: String
        private var name: Substring { path.split(separator: "/").last ?? "" }

        /// The path of the code, if it is there and is what was written.
        func verifiedPath() -> String? {
            guard let code = CacheFile(path), let sum = CacheFile(path + ".sum") else { return nil }
            guard let noted = sum.bytes(limit: 256), let digest = code.checksum() else { return nil }
            return noted.text.utf8.elementsEqual("\(digest) \(name)".utf8) ? path : nil
        }

        /// Writes code and digest under other names and moves them here, so that no one reads half a file.
        func write(_ code: Span<UInt8>) {
            let mark = ".\(getpid()).\(UInt64.random(in: 0 ... .max))"
            let sum = Bytes("\(Checksum.text(code)) \(name)")
            guard CacheFile.create(path + mark, code), CacheFile.create(path + ".sum" + mark, sum.span) else {
                unsafe unlink(path + mark)
                unsafe unlink(path + ".sum" + mark)
                return
            }
            unsafe rename(path + ".sum" + mark, path + ".sum")
            unsafe rename(path + mark, path)
        }
    }
}

/// A file of the cache, opened for reading; nil unless it is a plain file of this user that nobody else may write to.
private struct CacheFile: ~Copyable {
    private let descriptor: Int32
    private let size: Int

    init?(_ path: String) {
        descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0
        else {
            close(descriptor)
            return nil
        }
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    borrowing func bytes(limit: Int) -> Bytes? {
        guard size <= limit else { return nil }
        var text = ByteBuffer(capacity: size)
        let got = text.append(upTo: max(size, 1)) { room in
            unsafe room.withUnsafeMutableBytes { max(0, unsafe pread(descriptor, $0.baseAddress, size, 0)) }
        }
        return got == size ? text.finish() : nil
    }

    /// The checksum of the content.
    borrowing func checksum() -> String? {
        guard size > 0, let content = bytes(limit: 1 << 30) else { return nil }
        return Checksum.text(content.span)
    }

    static func create(_ path: String, _ content: Span<UInt8>) -> Bool {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return unsafe content.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = unsafe write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count <= 0 { return false }
                done += count
            }
            return true
        }
    }
}
