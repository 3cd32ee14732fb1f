internal import Glibc

/// An absolute path without symbolic links, `.` and `..`, as `realpath` gives it.
///
/// Of a path that does not exist yet the part that exists is resolved; what follows must be plain names.
public struct CanonicalPath: Sendable, Hashable {
    /// The path; `/` or without a slash at its end.
    public let text: String

    /// The path that `path` leads to now. Nil when it is empty, has a zero byte, is too long or leads in circles, or
    /// when `..` follows a name that does not exist.
    public init?(_ path: String) {
        guard !path.isEmpty, path.utf8.count < 4096, !path.utf8.contains(0) else { return nil }
        var existing = Substring(path)
        var missing: [Substring] = []
        while true {
            // `lstat` of a link with a slash behind it follows the link.
            while existing.utf8.count > 1, existing.utf8.last == UInt8(ascii: "/") { existing = existing.dropLast() }
            if let resolved = Self.realPath(existing.isEmpty ? "." : String(existing)) {
                self.init(resolved, missing.reversed())
                return
            }
            guard errno == ENOENT else { return nil }
            // A dangling link: what stands behind it would be made where it points to, which cannot be judged.
            if Self.isLink(String(existing)) { return nil }
            guard !existing.isEmpty, existing != "/" else { return nil }
            let slash = existing.utf8.lastIndex(of: UInt8(ascii: "/"))
            let name = slash.map { existing[existing.utf8.index(after: $0)...] } ?? existing
            if name == ".." { return nil }
            if name != ".", !name.isEmpty { missing.append(name) }
            existing = slash.map { existing[...$0] } ?? ""
        }
    }

    private init(_ resolved: String, _ names: [Substring]) {
        var text = resolved
        for name in names { text += text.utf8.last == UInt8(ascii: "/") ? String(name) : "/\(name)" }
        self.text = text
    }

    /// Whether `other` is this path or lies below it. Names are compared byte by byte: `/a` does not cover `/ab`.
    public func covers(_ other: CanonicalPath) -> Bool {
        let own = text.utf8
        let others = other.text.utf8
        guard others.starts(with: own) else { return false }
        if others.count == own.count || own.last == UInt8(ascii: "/") { return true }
        return others.dropFirst(own.count).first == UInt8(ascii: "/")
    }

    /// The names on the way from `/`.
    public var names: [Substring] { text.split(separator: "/") }

    private static func realPath(_ path: String) -> String? {
        guard let found = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(found) }
        return unsafe String(validatingCString: found)
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}
