internal import CPatchbayGuest

/// Why a file or connection cannot be used: the number of the system's error.
public struct HostError: Error {
    /// As in `errno`.
    public let code: Int64
}

/// An open file or connection of the host; closed when it goes away.
public struct HostFile: ~Copyable {
    /// What a file is opened for.
    public enum Mode: Int32, Sendable {
        /// To read.
        case read = 0
        /// To write from its beginning.
        case write = 1
        /// To write behind its end.
        case append = 2
    }

    private let handle: Int32

    /// Opens a file. Grant `read:PATH` or `write:PATH`.
    public init(_ path: Span<UInt8>, _ mode: Mode = .read) throws(HostError) {
        handle = unsafe path.withUnsafeBufferPointer {
            unsafe patchbay_open($0.baseAddress, UInt32($0.count), mode.rawValue)
        }
        if handle < 0 { throw HostError(code: -Int64(handle)) }
    }

    /// Connects to a port by TCP. Grant `connect:HOST:PORT`.
    public init(host: Span<UInt8>, port: UInt16) throws(HostError) {
        handle = unsafe host.withUnsafeBufferPointer {
            unsafe patchbay_connect($0.baseAddress, UInt32($0.count), UInt32(port))
        }
        if handle < 0 { throw HostError(code: -Int64(handle)) }
    }

    deinit {
        if handle >= 0 { patchbay_close(handle) }
    }

    private static func checked(_ result: Int64) throws(HostError) -> Int {
        if result < 0 { throw HostError(code: -result) }
        return Int(result)
    }

    /// Reads into `bytes`; how many came, 0 at the end. Code 11 when nothing has come within 100 ms.
    public func read(into bytes: inout MutableSpan<UInt8>) throws(HostError) -> Int {
        try Self.checked(
            unsafe bytes.withUnsafeMutableBufferPointer {
                unsafe patchbay_read(handle, $0.baseAddress, UInt64($0.count))
            })
    }

    /// Reads straight into what a byte source has to fill, never through the plugin's memory; these bytes count in
    /// addition to those that ``ByteSourceStatus/bytes(_:)`` gives.
    public func forward(_ count: Int) throws(HostError) -> Int {
        try Self.checked(patchbay_forward(handle, UInt64(max(0, count))))
    }

    /// Writes bytes; how many went.
    public func write(_ bytes: Span<UInt8>) throws(HostError) -> Int {
        try Self.checked(
            unsafe bytes.withUnsafeBufferPointer { unsafe patchbay_write(handle, $0.baseAddress, UInt64($0.count)) })
    }

    /// Goes to a place.
    public func seek(to position: UInt64) throws(HostError) { _ = try Self.checked(patchbay_seek(handle, position)) }

    /// Bytes of the file; nil for connections.
    public var size: Int64? {
        let size = patchbay_size(handle)
        return size < 0 ? nil : size
    }

    /// Makes durable what was written.
    public func sync() throws(HostError) { _ = try Self.checked(Int64(patchbay_sync(handle))) }
}
