internal import Glibc
internal import PatchbayPlugin
internal import PatchbayWire

/// The socket of a plugin made with the SDK for Go, `/tmp/ID-plugin.socket`, and the file beside it with the id of its
/// process, `.lock`. A plugin refuses to start when either is there; nobody removes the lock after an idle exit.
///
/// This host gives each start an id that nobody else has, so that neither an older file nor another host is in the way;
/// what hosts that were killed have left behind is removed when it is sure that nobody uses it.
struct OCMSocketFiles {
    private static let directory = "/tmp"
    private static let end = "-plugin.socket"
    /// Hexadecimal digits at the end of an id.
    private static let digits = 16
    /// Length of a plugin's name in an id: a path of a socket is short.
    private static let nameLimit = 40

    /// The id for one start of the plugin in the file called `name`.
    static func id(for name: String) -> String {
        stem(name) + FileTree.randomDigits(bytes: digits / 2)
    }

    private static func stem(_ name: String) -> String {
        let plain = name.unicodeScalars.prefix(nameLimit).map { scalar in
            CharacterSet.word.contains(scalar) || scalar == "-" || scalar == "." ? Character(scalar) : "_"
        }
        return String(plain) + "-"
    }

    /// Removes the files of a start whose process has ended.
    static func remove(id: String) {
        let path = "\(directory)/\(id)\(end)"
        for file in [path, path + ".lock"] where FileTree.status(of: file)?.isOwn == true { _ = unsafe unlink(file) }
    }

    /// Removes what starts of the plugin called `name` under earlier hosts have left behind: files of this user whose
    /// process is gone, and sockets that nobody listens on.
    static func sweep(name: String) {
        let stem = stem(name)
        for entry in FileTree.names(in: directory) where entry.hasPrefix(stem) && entry.utf8.contains(UInt8(ascii: "-"))
        {
            let isLock = entry.hasSuffix(end + ".lock")
            guard isLock || entry.hasSuffix(end) else { continue }
            let id = entry.dropLast(end.utf8.count + (isLock ? ".lock".utf8.count : 0))
            guard id.utf8.count == stem.utf8.count + digits, id.utf8.suffix(digits).allSatisfy(isDigit) else {
                continue
            }
            if isDead(id: String(id)) { remove(id: String(id)) }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// Whether it is sure that no process serves under an id.
    static func isDead(id: String) -> Bool {
        let path = "\(directory)/\(id)\(end)"
        if let lock = FileTree.status(of: path + ".lock") {
            guard lock.isFile, lock.isOwn else { return false }
            let text = String(decoding: FileTree.beginning(of: path + ".lock", count: 32), as: UTF8.self)
            guard let process = pid_t(text.prefix { $0.isNumber }), process > 0 else { return false }
            guard kill(process, 0) != 0, errno == ESRCH else { return false }
        }
        guard FileTree.status(of: path)?.isOwn ?? true else { return false }
        guard FileTree.status(of: path) != nil else { return true }
        do throws(OCMLocation.Failure) {
            _ = try OCMLocation.unix(path).connect(deadline: .after(milliseconds: 100))
            return false
        } catch {
            return error.isAbsent
        }
    }
}
