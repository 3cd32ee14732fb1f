internal import Glibc
internal import PatchbayCore
internal import PatchbayModule
internal import PatchbayPlugin

/// What programs printed when they were asked for their capabilities, kept on disk so that each content of a file is asked
/// once.
///
/// Two kinds of files, each with one line at its head:
///
/// - `DIGEST` (SHA-256 of the program in hexadecimal): `patchbay-capabilities 1 answered SUM`, then what the program
///   printed, byte for byte; or `patchbay-capabilities 1 refused SUM`, then why it could not be used. SUM is the SHA-256 of
///   what follows.
/// - `DEVICE-INODE` (in hexadecimal): `patchbay-file 1 SIZE MODIFIED CHANGED DIGEST`, times in nanoseconds, so that a file
///   that has not changed need not be read.
///
/// The directory is the user's own with mode 0700, and files count only when they are the user's. What is damaged or does
/// not fit is passed over, and asked anew. An entry is read with the same distrust as a program's own words.
struct ManifestCache: Sendable {
    /// What a program said.
    enum Answer: Equatable {
        /// What it printed.
        case answered([UInt8])
        /// Why it cannot be used.
        case refused(String)
    }

    /// Most files in the directory. When there are more they are all removed: nearly all belong to programs that were
    /// built anew since.
    static let entryLimit = 4096
    /// Most bytes of a file.
    static let sizeLimit = (1 << 20) + 256
    let directory: String

    /// The user's cache: `PATCHBAY_CACHE`, else `patchbay` under `XDG_CACHE_HOME` or `~/.cache`; nil when there is no
    /// place for one, or when it is someone else's.
    static func ofThisUser() -> ManifestCache? {
        if let own = FileTree.variable("PATCHBAY_CACHE") { return ManifestCache(own + "/manifests") }
        if let base = FileTree.variable("XDG_CACHE_HOME") { return ManifestCache(base + "/patchbay/manifests") }
        if let home = FileTree.variable("HOME") { return ManifestCache(home + "/.cache/patchbay/manifests") }
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

    // MARK: Files by their attributes

    /// The digest of a file that has not changed since it was noted; nil when that is not known.
    func digest(of file: ProgramFile) -> String? {
        guard let line = read(name(of: file)), line.last == UInt8(ascii: "\n") else { return nil }
        let words = String(decoding: line.dropLast(), as: UTF8.self).split(separator: " ").map(String.init)
        let id = file.identity
        let expected = ["patchbay-file", "1", "\(id.size)", "\(id.modified)", "\(id.changed)"]
        guard words.count == 6, Array(words[..<5]) == expected, Self.isDigest(words[5]) else { return nil }
        return words[5]
    }

    /// Notes the digest of a file; waits until its attributes will tell the next change.
    func note(_ digest: String, of file: ProgramFile) {
        while file.isFresh { usleep(10_000) }
        // The file may have been changed while it was read.
        guard ProgramFile(file.path) == file else { return }
        let id = file.identity
        write(Array("patchbay-file 1 \(id.size) \(id.modified) \(id.changed) \(digest)\n".utf8), to: name(of: file))
    }

    private func name(of file: ProgramFile) -> String {
        "\(String(file.identity.device, radix: 16))-\(String(file.identity.inode, radix: 16))"
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 &- 0x61 < 6 }
    }

    // MARK: Answers by digest

    private static let head = "patchbay-capabilities 1 "

    /// What the program with this digest said; nil when that is not known.
    func answer(_ digest: String) -> Answer? {
        guard Self.isDigest(digest), let content = read(digest), let end = content.firstIndex(of: UInt8(ascii: "\n"))
        else { return nil }
        let body = Array(content[(end + 1)...])
        let head = String(decoding: content[..<end], as: UTF8.self)
        switch head {
        case Self.head + "answered " + SHA256.hexadecimal(body.span): return .answered(body)
        case Self.head + "refused " + SHA256.hexadecimal(body.span):
            return .refused(OutputText.clean(String(decoding: body, as: UTF8.self), limit: 4096))
        default: return nil
        }
    }

    /// Keeps what the program with this digest said.
    func keep(_ answer: Answer, of digest: String) {
        let (kind, body) =
            switch answer {
            case .answered(let bytes): ("answered", bytes)
            case .refused(let reason): ("refused", Array(reason.utf8))
            }
        write(Array((Self.head + kind + " " + SHA256.hexadecimal(body.span) + "\n").utf8) + body, to: digest)
    }

    // MARK: Files of the cache

    private func read(_ name: String) -> [UInt8]? {
        let descriptor = unsafe open("\(directory)/\(name)", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        let file = Descriptor(owning: descriptor)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0, status.st_size > 0, status.st_size <= Self.sizeLimit
        else { return nil }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(Int(status.st_size) + 1, 64 << 10))
        while content.count <= Self.sizeLimit {
            guard case .bytes(let count) = file.read(into: &buffer) else { break }
            content += buffer[..<count]
        }
        return content
    }

    /// Writes under another name and renames, so that nobody reads half a file. What cannot be written is asked again.
    private func write(_ content: [UInt8], to name: String) {
        let mark = "\(directory)/.\(name).\(getpid()).\(String(UInt64.random(in: 0 ... .max), radix: 16))"
        let descriptor = unsafe open(mark, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let isWhole = Descriptor(owning: descriptor).write(content) == content.count
        guard isWhole, unsafe rename(mark, "\(directory)/\(name)") == 0 else {
            unsafe unlink(mark)
            return
        }
        tidy()
    }

    private func tidy() {
        let names = FileTree.names(in: directory)
        guard names.count > Self.entryLimit else { return }
        for name in names { unsafe unlink("\(directory)/\(name)") }
    }
}
