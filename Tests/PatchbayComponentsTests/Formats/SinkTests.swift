import Glibc
import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

@Suite struct SinkTests {
    private let directory = TemporaryDirectory()

    private func lines(_ texts: [String]) -> Batch {
        let schema = Schema(fields: [], recordSuffix: [10])
        let builder = BatchBuilder(schema: schema)
        for text in texts { builder.value.append(copying: Bytes(text).span) }
        return builder.finish()
    }

    private func write(_ batches: [Batch], _ options: [String: ConfigNode]) throws {
        let sink = try FileSink(.of(options))
        try sink.bind(Schema(fields: [], recordSuffix: [10]))
        try sink.start(PluginContext(stage: "test"))
        var rejections = Rejections()
        for batch in batches {
            try sink.write(batch, rejections: &rejections)
            try sink.flush()
        }
        sink.stop()
    }

    @Test(arguments: ["x.log", "x.log.gz", "x.log.zst", "x.log.zstd"])
    func whatWasWrittenIsReadBack(name: String) throws {
        let large = String(repeating: "long line ", count: 20_000)
        let path = ConfigNode(.string(directory.file(name)))
        try write([lines(["one", large]), lines(["three"])], ["path": path])
        try write([lines(["four"])], ["path": path, "mode": "append"])
        let run = try SourceRun(["path": path])
        #expect(run.bytes == Array("one\n\(large)\nthree\nfour\n".utf8))
        #expect((directory.read(name).count < 10_000) == (name != "x.log"))
        #expect(throws: PluginError.self) { try write([], ["path": path, "mode": "create"]) }
        try write([], ["path": path])
        #expect(directory.read(name).isEmpty)
    }

    @Test func directoriesAreMadeWhenAsked() throws {
        let path = ConfigNode(.string(directory.file("a/b/c.log")))
        #expect(throws: PluginError.self) { try write([lines(["x"])], ["path": path]) }
        try write([lines(["x"])], ["path": path, "make_directories": true])
        #expect(directory.read("a/b/c.log") == Array("x\n".utf8))
    }

    @Test func aFullDeviceIsAnError() throws {
        let error = #expect(throws: PluginError.self) {
            try write([lines(["x"])], ["path": "/dev/full", "mode": "append"])
        }
        #expect(error?.code == .io)
        #expect(error?.cause == "No space left on device")
    }

    @Test func aClosedPipeIsAnErrorAndNoSignal() throws {
        var ends: [CInt] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        close(ends[0])
        var writer = try OutputWriter(.adopting(ends[1], name: "pipe"))
        let bytes = sampleBytes(100)
        try writer.write(bytes.span)
        var code: PluginError.Code?
        do { try writer.flush() } catch { code = error.code }
        #expect(code == .closed)
        // The signal was taken out: nothing is pending that could end the process later.
        var pending = sigset_t()
        unsafe sigpending(&pending)
        #expect(unsafe sigismember(&pending, SIGPIPE) == 0)
    }

    @Test func aSlowReaderGetsEverything() throws {
        var ends: [CInt] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        let bytes = sampleBytes(400_000)
        let reader = ends[0]
        let counter = PipeReader(reader)
        var writer = try OutputWriter(.adopting(ends[1], name: "pipe"))
        try writer.write(bytes.span)
        try writer.flush()
        writer = try OutputWriter(.writing("/dev/null", mode: .append))
        #expect(counter.wait() == 400_000)
    }
}

/// Counts the bytes of a pipe in a thread of its own.
private final class PipeReader {
    private var thread = pthread_t()

    init(_ descriptor: CInt) {
        let argument = unsafe UnsafeMutableRawPointer(bitPattern: Int(descriptor))
        unsafe pthread_create(
            &thread,
            nil,
            { argument in
                let descriptor = CInt(Int(bitPattern: argument))
                var memory = [UInt8](repeating: 0, count: 1000)
                var total = 0
                while true {
                    let count = unsafe read(descriptor, &memory, memory.count)
                    if count <= 0 { break }
                    total += count
                    usleep(50)
                }
                return unsafe UnsafeMutableRawPointer(bitPattern: total)
            },
            argument
        )
    }

    func wait() -> Int {
        var result: UnsafeMutableRawPointer?
        unsafe pthread_join(thread, &result)
        return Int(bitPattern: result)
    }
}
