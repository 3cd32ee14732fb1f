public import PatchbayCore

/// One connection that HTTP/1.1 messages travel on, one at a time; either side of it. Used by one thread at a time,
/// except for ``cancel()``.
///
/// Bodies are received straight into the memory that is handed on. What is read of the protocol: RFC 9112, without
/// trailers' content, upgrades and pipelining.
public final class HTTPConnection {
    private let stream: ByteStream
    /// Bytes received and not used yet: `start ..< end`.
    private let buffer = Buffer(capacity: HTTPHead.sizeLimit)
    private var start = 0
    private var end = 0
    private var pool = BufferPool(limit: 8)
    private var head = ByteBuffer(capacity: 512)
    /// Whether another message may follow. Not after a message that was broken off.
    public private(set) var isUsable = true
    /// Sent with every request: the bearer token.
    public var authorization: String?

    /// Bytes that are read for a head at a time. What is read of the body with it is copied.
    private static let headRead = 4096

    /// A connection over `stream`.
    public init(_ stream: ByteStream) {
        self.stream = stream
    }

    /// Ends the connection; a call that waits in it on another thread fails at once.
    public func cancel() { stream.cancel() }

    // MARK: Sending

    /// Sends a request; `body` in one piece or several, which are not copied.
    public func send(
        _ method: String, _ target: String, _ fields: HTTPFields = [:], body: [Bytes] = [], deadline: Deadline
    ) throws(WireError) {
        head.removeAll()
        head.append(method)
        head.append(literal: " ")
        head.append(target)
        head.append(literal: " HTTP/1.1\r\nHost: patchbay\r\n")
        if let authorization {
            head.append(literal: "Authorization: ")
            head.append(authorization)
            head.append(literal: "\r\n")
        }
        try send(fields, body, deadline)
    }

    /// Sends an answer.
    public func answer(
        _ status: Int, _ fields: HTTPFields = [:], body: [Bytes] = [], deadline: Deadline
    ) throws(WireError) {
        head.removeAll()
        head.append(literal: "HTTP/1.1 ")
        head.append(String(status))
        head.append(literal: status < 400 ? " OK\r\n" : " Error\r\n")
        try send(fields, body, deadline)
    }

    private func send(_ fields: HTTPFields, _ body: [Bytes], _ deadline: Deadline) throws(WireError) {
        for field in fields.all {
            head.append(field.name)
            head.append(literal: ": ")
            head.append(field.value)
            head.append(literal: "\r\n")
        }
        var length = 0
        for piece in body { length += piece.count }
        head.append(literal: "Content-Length: ")
        head.append(String(length))
        head.append(literal: "\r\n\r\n")
        do throws(WireError) {
            // One system call for head and body: the other side wakes once.
            if let first = body.first {
                guard try stream.write(head.span, first.span, deadline: deadline) else { return isUsable = false }
            } else {
                guard try stream.write(head.span, deadline: deadline) else { return isUsable = false }
            }
            for piece in body.dropFirst() {
                // An early answer says why the rest is not wanted.
                guard try stream.write(piece.span, deadline: deadline) else { return isUsable = false }
            }
        } catch {
            isUsable = false
            throw error
        }
    }

    // MARK: Receiving

    /// Receives the head of the next message; nil when the other side has closed the connection instead.
    public func receiveHead(deadline: Deadline) throws(WireError) -> HTTPHead? {
        do throws(WireError) {
            var searched = start
            let buffer = buffer
            while true {
                if let length = Self.headEnd(
                    buffer.bytes(at: start, count: end - start), from: max(0, searched - start - 3))
                {
                    let head = try HTTPHead(buffer.bytes(at: start, count: length))
                    start += length
                    if start == end {
                        start = 0
                        end = 0
                    }
                    return head
                }
                searched = end
                makeRoom()
                searched = min(searched, end)
                guard end < buffer.capacity else { throw WireError(.tooLarge, "the head of the message is too long") }
                var room = buffer.mutableSpan(
                    of: UInt8.self, at: end, count: min(Self.headRead, buffer.capacity - end))
                let count = try stream.read(into: &room, deadline: deadline)
                if count == 0 {
                    guard end > start else {
                        isUsable = false
                        return nil
                    }
                    throw WireError(.brokenOff, "the connection was closed within the head of a message")
                }
                end += count
            }
        } catch {
            isUsable = false
            throw error
        }
    }

    private func makeRoom() {
        guard start > 0 else { return }
        // The two may overlap.
        for index in start..<end { buffer.store(buffer.load(index, as: UInt8.self), at: index - start) }
        end -= start
        start = 0
    }

    /// Length of the head with its empty line; nil while that has not come. Blank lines before it are passed over by
    /// whoever sends none.
    private static func headEnd(_ bytes: Span<UInt8>, from first: Int) -> Int? {
        var index = first
        while index < bytes.count {
            if bytes[index] == 0x0A {
                if index + 1 < bytes.count, bytes[index + 1] == 0x0A { return index + 2 }
                if index + 2 < bytes.count, bytes[index + 1] == 0x0D, bytes[index + 2] == 0x0A { return index + 3 }
            }
            index += 1
        }
        return nil
    }

    /// Receives the body that belongs to `head`, at most `limit` bytes. The memory is aligned to 64 bytes, and reused for
    /// a later body once nothing shows it any more.
    public func receiveBody(of head: HTTPHead, limit: Int, deadline: Deadline) throws(WireError) -> Bytes {
        do throws(WireError) {
            if head.fields["Transfer-Encoding"].map({ HTTPFields.areAlike($0, "chunked") }) == true {
                return try receiveChunks(limit: limit, deadline)
            }
            if let encoding = head.fields["Transfer-Encoding"] {
                throw WireError(.malformed, "the transfer encoding '\(encoding.prefix(40))' is not known")
            }
            let length = try head.fields.number("Content-Length") ?? 0
            guard length <= UInt64(clamping: limit) else {
                throw WireError(.tooLarge, "a body of \(length) bytes is over the limit of \(limit)")
            }
            let target = pool.take(capacity: Int(length))
            try fill(target, at: 0, count: Int(length), deadline)
            if head.fields["Connection"].map({ HTTPFields.areAlike($0, "close") }) == true { isUsable = false }
            return Bytes(target, at: 0, count: Int(length))
        } catch {
            isUsable = false
            throw error
        }
    }

    private func fill(_ target: Buffer, at offset: Int, count: Int, _ deadline: Deadline) throws(WireError) {
        var filled = min(count, end - start)
        target.copy(from: buffer, at: start, count: filled, to: offset)
        start += filled
        if start == end {
            start = 0
            end = 0
        }
        while filled < count {
            var room = target.mutableSpan(of: UInt8.self, at: offset + filled, count: count - filled)
            let got = try stream.read(into: &room, deadline: deadline)
            guard got > 0 else {
                throw WireError(.brokenOff, "the connection was closed after \(filled) of \(count) bytes of a body")
            }
            filled += got
        }
    }

    // MARK: Chunks

    private func receiveChunks(limit: Int, _ deadline: Deadline) throws(WireError) -> Bytes {
        var target = pool.take(capacity: 64 << 10)
        var length = 0
        while true {
            let line = try receiveLine(deadline)
            let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 }
            guard digits.count < 16, let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0
            else {
                throw WireError(.malformed, "the size of a chunk is no number")
            }
            if size == 0 { break }
            guard size <= limit - length else {
                throw WireError(.tooLarge, "a body in chunks is over the limit of \(limit) bytes")
            }
            if length + size > target.capacity {
                let larger = pool.take(capacity: max(length + size, min(limit, target.capacity * 2)))
                larger.copy(from: target, at: 0, count: length, to: 0)
                target = larger
            }
            try fill(target, at: length, count: size, deadline)
            length += size
            guard try receiveLine(deadline).isEmpty else {
                throw WireError(.malformed, "a chunk is longer than it says")
            }
        }
        // Trailers say nothing here.
        var trailers = 0
        while try !receiveLine(deadline).isEmpty {
            trailers += 1
            guard trailers < HTTPHead.fieldLimit else { throw WireError(.tooLarge, "too many trailers") }
        }
        return Bytes(target, at: 0, count: length)
    }

    private func receiveLine(_ deadline: Deadline) throws(WireError) -> [UInt8] {
        var line: [UInt8] = []
        let buffer = buffer
        while true {
            while start < end {
                let byte = buffer.load(start, as: UInt8.self)
                start += 1
                if byte == 0x0A {
                    if line.last == 0x0D { line.removeLast() }
                    return line
                }
                line.append(byte)
                guard line.count < 4096 else { throw WireError(.malformed, "a line of the protocol is too long") }
            }
            start = 0
            end = 0
            var room = buffer.mutableSpan(of: UInt8.self, at: 0, count: buffer.capacity)
            end = try stream.read(into: &room, deadline: deadline)
            guard end > 0 else { throw WireError(.brokenOff, "the connection was closed within a body") }
        }
    }
}
