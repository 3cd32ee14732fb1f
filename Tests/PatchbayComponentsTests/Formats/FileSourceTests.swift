import Glibc
import PatchbayComponents
import PatchbayCore
import PatchbayPlugin
import Testing

@Suite struct FileSourceTests {
    private let directory = TemporaryDirectory()

    @Test(arguments: [1, 1000, 1 << 20])
    func filesComeOneAfterTheOther(buffer: Int) throws {
        let large = sampleBytes(150_000)
        directory.write("b.log", large)
        directory.write("a.log", [1, 2])
        directory.write("empty.log", [])
        let pattern = ConfigNode(.string(directory.file("*.log")))
        let run = try SourceRun(["path": pattern], buffer: buffer)
        #expect(run.parts.map(\.name) == ["a.log", "b.log", "empty.log"].map(directory.file))
        #expect(run.parts.map(\.bytes) == [[1, 2], large, []])
        #expect(run.error == nil)
    }

    @Test func aListKeepsItsOrder() throws {
        let paths = ["z", "a"].map { ConfigNode(.string(directory.write($0, Array($0.utf8)))) }
        #expect(try SourceRun(["path": .init(.list(paths))]).bytes == Array("za".utf8))
    }

    @Test func aNameWithPatternCharactersIsAName() throws {
        let path = directory.write("odd[1]*.log", [9])
        #expect(try SourceRun(["path": .init(.string(path))]).bytes == [9])
    }

    @Test func whatCannotBeReadIsSaidBeforeTheFirstByte() throws {
        func message(_ path: String) -> String {
            do {
                _ = try SourceRun(["path": .init(.string(path))])
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        #expect(message(directory.file("none")).contains("No such file"))
        #expect(message(directory.path).contains("is a directory"))
        #expect(message(directory.file("*.none")).contains("no file matches"))
        #expect(message("").contains("names no file"))
    }

    @Test func remainingBytesAreKnownForPlainFiles() throws {
        let first = directory.write("1", sampleBytes(10))
        let second = directory.write("2", sampleBytes(7))
        let source = try FileSource(.of(["path": .init(.list([first, second].map { ConfigNode(.string($0)) }))]))
        try source.start(PluginContext(stage: "test"))
        #expect(source.remainingBytes == 17)
        var memory = [UInt8](repeating: 0, count: 4)
        var span = memory.mutableSpan
        #expect(try source.read(into: &span, mayWait: true) == .bytes(4))
        #expect(source.remainingBytes == 13)
    }

    @Test func aPipeIsNotWaitedForLong() throws {
        let path = directory.file("pipe")
        #expect(unsafe mkfifo(path, 0o600) == 0)
        let idle = try SourceRun(["path": .init(.string(path))], maximumPauses: 2)
        #expect(idle.pauses == 2)
        let source = try FileSource(.of(["path": .init(.string(path))]))
        try source.start(PluginContext(stage: "test"))
        var memory = [UInt8](repeating: 0, count: 16)
        func read() throws -> ReadResult {
            var span = memory.mutableSpan
            return try source.read(into: &span, mayWait: false)
        }
        #expect(try read() == .nothingYet)
        let writer = unsafe open(path, O_WRONLY)
        // One byte that a compressed file may begin with decides nothing.
        _ = unsafe write(writer, [0x1F] as [UInt8], 1)
        #expect(try read() == .nothingYet)
        _ = unsafe write(writer, [0x41, 0x42] as [UInt8], 2)
        #expect(try read() == .bytes(3))
        #expect(memory[..<3] == [0x1F, 0x41, 0x42])
        #expect(try read() == .nothingYet)
        close(writer)
        #expect(try read() == .endOfInput)
    }
}
