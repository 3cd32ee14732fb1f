internal import Glibc
internal import PatchbayCore
public import PatchbayPlugin

extension HostServices {
    private static let badHandle = -Int64(EBADF)

    /// Opens a file: mode 0 to read, 1 to replace, 2 to append. A handle, or `-errno`; `-EMFILE` when the instance has
    /// too many open.
    ///
    /// Throws `denied` unless the grant `read` or `write` of the path, or of a directory above it, was given. The path is
    /// resolved first, so links and `..` do not lead out; whoever exchanges a directory for a link meanwhile makes it
    /// fail. The granted paths themselves are resolved when the instance opens its first file.
    public func open(_ path: Span<UInt8>, mode: Int32) throws(PluginError) -> Int32 {
        guard let mode = PathWalk.Mode(rawValue: mode), path.count < 4096 else { return -EINVAL }
        for index in path.indices where path[index] == 0 { return -EINVAL }
        guard let text = String(validating: [UInt8](copying: path), as: UTF8.self) else { return -EINVAL }
        guard !text.isEmpty else { return -ENOENT }
        guard let resolved = CanonicalPath(text) else { throw Self.grant(mode, text).missing }
        let roots = roots(mode)
        guard roots.contains(where: { $0.covers(resolved) }) else { throw Self.grant(mode, resolved.text).missing }
        guard files.hasRoom else { return -EMFILE }
        do throws(PathWalk.Failure) {
            return files.insert(try PathWalk.open(resolved, mode, within: roots)) ?? -EMFILE
        } catch {
            switch error {
            case .system(let code): return -code
            case .elsewhere: throw Self.grant(mode, text).missing
            }
        }
    }

    private static func grant(_ mode: PathWalk.Mode, _ path: String) -> Grant {
        mode == .read ? .read(path) : .write(path)
    }

    private func roots(_ mode: PathWalk.Mode) -> [CanonicalPath] {
        if mode == .read {
            if let readable { return readable }
            let paths = grants.covering(.read)
            readable = paths
            return paths
        }
        if let writable { return writable }
        let paths = grants.covering(.write)
        writable = paths
        return paths
    }

    /// Opens a TCP connection. A handle, or `-errno`. Throws `denied` without the grant `connect`.
    public func connect(_ host: Span<UInt8>, port: UInt32) throws(PluginError) -> Int32 {
        guard (1...253).contains(host.count), let port = UInt16(exactly: port), port > 0 else { return -EINVAL }
        for index in host.indices where host[index] == 0 { return -EINVAL }
        let grant = Grant.connect(host: String(decoding: host).lowercased(), port: port)
        try grants.require(grant)
        guard files.hasRoom else { return -EMFILE }
        guard case .connect(let name, _) = grant else { return -EINVAL }
        let patience = min(limits.millisecondsPerCall ?? 5000, 5000)
        switch TCPConnection.open(host: name, port: port, milliseconds: patience) {
        case .success(let descriptor): return files.insert(HostFile(descriptor: descriptor, kind: .socket)) ?? -EMFILE
        case .failure(let refusal): return -refusal.code
        }
    }

    /// Reads into the beginning of `bytes`: how many came, 0 at the end, or `-errno`; `-EAGAIN` when a stream or
    /// connection has nothing for 100 ms.
    public func read(_ handle: Int32, into bytes: inout MutableSpan<UInt8>) -> Int64 {
        files.with(handle) { $0.read(into: &bytes) } ?? Self.badHandle
    }

    /// Writes: how many bytes were taken, or `-errno` when none were.
    public func write(_ handle: Int32, _ bytes: Span<UInt8>) -> Int64 {
        files.with(handle) { $0.write(bytes) } ?? Self.badHandle
    }

    /// Moves to a position of a file: the position, or `-errno`; `-ESPIPE` for streams.
    public func seek(_ handle: Int32, position: UInt64) -> Int64 {
        files.with(handle) { $0.seek(position) } ?? Self.badHandle
    }

    /// Bytes of a file, -1 for streams and for a handle that there is not.
    public func size(_ handle: Int32) -> Int64 { files.with(handle) { $0.size } ?? -1 }

    /// Makes durable what was written: 0 or `-errno`.
    public func synchronize(_ handle: Int32) -> Int32 { files.with(handle) { $0.synchronize() } ?? -EBADF }

    /// Closes a file or connection; does nothing for a handle that there is not.
    public func close(_ handle: Int32) { files.remove(handle) }
}
