internal import Glibc
internal import PatchbayCore
internal import PatchbayFrame
internal import PatchbayWire
internal import Synchronization

/// How many bytes of frames pass a unix socket as calls of a plugin do: written, sent, received, read; one call at a time.
enum SocketMeasurement {
    static func run(_ arguments: inout Arguments) throws {
        let records = try arguments.count()
        let seconds = try arguments.number()
        let batch = batch(of: records)
        var writer = FrameWriter()
        var output = ByteBuffer()
        let size = try writer.write(batch, to: &output)
        let frame = output.finish()
        report([
            "frame_bytes": Double(size),
            "to_plugin_gb_per_s": try measure(seconds, batch, there: true, back: nil) / 1e9,
            "from_plugin_gb_per_s": try measure(seconds, batch, there: false, back: frame) / 1e9,
            "both_gb_per_s": try measure(seconds, batch, there: true, back: frame) / 1e9,
        ])
    }

    /// Bytes per second. The host writes its frame anew for each call; the plugin reads it and answers with `back`.
    private static func measure(_ seconds: Double, _ batch: Batch, there: Bool, back: Bytes?) throws -> Double {
        var pair: [CInt] = [0, 0]
        guard unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair) == 0 else {
            throw MeasureError(description: "no sockets")
        }
        let plugin = PluginEnd(HTTPConnection(ByteStream(socket: pair[1])), answer: back)
        plugin.start()
        let connection = HTTPConnection(ByteStream(socket: pair[0]))
        var writer = FrameWriter()
        let size = try writer.size(of: batch)
        var reader = FrameReader()
        var bytes = 0
        let clock = ContinuousClock()
        let start = clock.now
        while clock.now - start < .seconds(seconds) {
            for _ in 0..<16 {
                var buffer = ByteBuffer(capacity: there ? size : 0)
                if there { bytes += try writer.write(batch, to: &buffer) }
                let body = buffer.finish()
                try connection.send("POST", "/v1/filter", body: [body], deadline: .never)
                guard let head = try connection.receiveHead(deadline: .never) else { break }
                let answer = try connection.receiveBody(of: head, limit: 1 << 30, deadline: .never)
                if answer.count > 0 { _ = try reader.read(answer) }
                bytes += answer.count
            }
        }
        let time = clock.now - start
        connection.cancel()
        plugin.join()
        return Double(bytes) / (Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18)
    }

    private static func batch(of records: Int) -> Batch {
        let builder = BatchBuilder(schema: Schema(fields: [Field("number", .int64)]))
        builder.begin()
        let text = Bytes(String(repeating: "0123456789", count: 10))
        for index in 0..<records {
            builder.value.append(copying: text.span)
            builder.fields[0].append(int64: Int64(index))
        }
        return builder.finish()
    }
}

/// The other end: reads each frame and answers.
private final class PluginEnd: @unchecked Sendable {
    // Unchecked: the connection is used by the thread alone; the handle by the owner alone.
    private let connection: HTTPConnection
    private let answer: Bytes?
    private var handle = pthread_t()

    init(_ connection: HTTPConnection, answer: Bytes?) {
        self.connection = connection
        self.answer = answer
    }

    func start() {
        _ = unsafe pthread_create(
            &handle, nil,
            { raw in
                if let raw = unsafe raw { unsafe Unmanaged<PluginEnd>.fromOpaque(raw).takeRetainedValue().serve() }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
    }

    func join() { _ = pthread_join(handle, nil) }

    private func serve() {
        var reader = FrameReader()
        do {
            while let head = try connection.receiveHead(deadline: .never) {
                let body = try connection.receiveBody(of: head, limit: 1 << 30, deadline: .never)
                if body.count > 0 { _ = try reader.read(body) }
                try connection.answer(200, body: answer.map { [$0] } ?? [], deadline: .never)
            }
        } catch {
            // The host has closed the connection.
        }
    }
}
