import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

@Suite struct CompressionTests {
    private let directory = TemporaryDirectory()

    private func compressed(_ kind: Compression, _ parts: [[UInt8]]) throws -> [UInt8] {
        let encoder = try kind.makeEncoder()
        var output = ByteBuffer()
        for part in parts {
            try encoder.encode(part.span, into: &output)
            try encoder.finish(into: &output)
        }
        return output.finish().array
    }

    private func read(_ bytes: [UInt8], buffer: Int = 4096, options: [String: ConfigNode] = [:]) throws -> SourceRun {
        let path = directory.write("data", bytes)
        return try SourceRun(options.merging(["path": .init(.string(path))]) { $1 }, buffer: buffer)
    }

    @Test(arguments: Compression.allCases, [1, 777, 1 << 20])
    func compressedFilesComeBack(kind: Compression, buffer: Int) throws {
        let parts = [sampleBytes(buffer == 1 ? 3000 : 300_000), [1], sampleBytes(1000, seed: 3)]
        let run = try read(compressed(kind, parts), buffer: buffer)
        #expect(run.error == nil)
        #expect(run.bytes == parts.flatMap(\.self))
    }

    @Test(arguments: Compression.allCases)
    func dataThatIsCutOffIsDeliveredThenReported(kind: Compression) throws {
        let data = sampleBytes(200_000)
        let whole = try compressed(kind, [data])
        for cut in [5, 9, whole.count / 2, whole.count - 1] {
            let run = try read(Array(whole[..<cut]))
            #expect(run.error?.code == .input, "\(cut)")
            #expect(data.starts(with: run.bytes))
            if cut == whole.count - 1 { #expect(run.bytes.count > 100_000) }
        }
    }

    @Test(arguments: Compression.allCases)
    func damagedDataNeverComesThroughUnnoticed(kind: Compression) throws {
        let data = sampleBytes(5000)
        let whole = try compressed(kind, [data])
        var numbers = Numbers(seed: 5)
        for _ in 0..<(Numbers.mutations / 10) {
            var bytes = whole
            // Behind the magic number, whose damage makes it another file.
            let at = Int.random(in: 4..<bytes.count, using: &numbers)
            bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            let run = try read(bytes)
            // A few bits of a gzip header (time, system) mean nothing for the content.
            #expect(run.error != nil || run.bytes == data, "byte \(at)")
        }
    }

    @Test func paddingBehindGzipIsAcceptedAndAnythingElseNot() throws {
        let data = sampleBytes(100)
        let whole = try compressed(.gzip, [data])
        #expect(try read(whole + [0, 0, 0]).error == nil)
        let run = try read(whole + [0, 1])
        #expect(run.bytes == data && run.error != nil)
        #expect(try read(whole + Array("text".utf8)).error != nil)
    }

    @Test func theChoiceCanBeMade() throws {
        let whole = try compressed(.zstd, [[1, 2, 3]])
        #expect(try read(whole, options: ["compression": "none"]).bytes == whole)
        #expect(try read([1, 2, 3], options: ["compression": "gzip"]).error?.code == .input)
        #expect(try read([0x1F]).bytes == [0x1F])
        #expect(try read([0x28, 0xB5, 0x2F]).bytes == [0x28, 0xB5, 0x2F])
    }
}
