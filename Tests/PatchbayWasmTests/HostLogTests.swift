import PatchbayCore
@testable import PatchbayHost
import PatchbayPlugin
import Testing

@testable import PatchbayWasm

@Suite struct HostLogTests {
    @Test func `a line has its level, text and fields`() throws {
        let hosted = try Hosted()
        let services = hosted.services()
        #expect(try services.beginLine(level: 1, text: Bytes("cannot connect").span))
        services.addField(Bytes("host").span, Bytes("example.org").span)
        services.addField(Bytes("why").span, Bytes("no route").span)
        services.endLine()
        services.endLine()
        let line = try #require(hosted.lines.value.first)
        #expect(hosted.lines.value.count == 1)
        #expect(line.level == .warning && line.stage == "s" && line.message == "cannot connect")
        #expect(line.text == #"cannot connect host=example.org why="no route""#)
    }

    @Test func `hostile text is repaired, escaped and cut`() throws {
        let hosted = try Hosted()
        let services = hosted.services()
        let bytes: [UInt8] = [0x61, 0xFF, 0x0A, 0x1B, 0x5B, 0x32, 0x4A, 0xE2, 0x80, 0xAE]
        try services.log(level: Int32.min, text: bytes.span)
        #expect(hosted.lines.value[0].message == "a\u{FFFD}\\n\\u{1b}[2J\\u{202e}")
        #expect(hosted.lines.value[0].level == .debug)
        let long = Bytes(String(repeating: "ä", count: 5000))
        #expect(try services.beginLine(level: 0, text: long.span))
        for _ in 0..<100 { services.addField(long.span, long.span) }
        services.endLine()
        let line = hosted.lines.value[1]
        #expect(line.message == String(repeating: "ä", count: 2048) + "... (5904 bytes more)")
        #expect(line.fields.count == 32)
        #expect(line.fields.allSatisfy { $0.name.utf8.count < 100 && $0.value.utf8.count < 1100 })
        // Cut bytes that are no UTF-8 at all.
        try services.log(level: 0, text: [UInt8](repeating: 0x80, count: 9000).span)
        #expect(hosted.lines.value.count == 3)
    }

    @Test func `a flood is cut to the rate, and counted`() throws {
        let hosted = try Hosted { $0.logLinesPerSecond = 10 }
        let first = hosted.services()
        let second = hosted.services()
        var admitted = 0
        for number in 0..<100_000 {
            let services = number % 2 == 0 ? first : second
            guard try services.beginLine(level: 2, text: Bytes("x").span) else {
                let isAdded = services.addField(Bytes("a").span, Bytes("b").span)
                #expect(!isAdded)
                continue
            }
            services.endLine()
            admitted += 1
        }
        first.close()
        let lines = hosted.lines.value
        let counted = lines.filter { $0.message.contains("not logged") }
        #expect(lines.count - counted.count == admitted)
        // A slow machine may need more than a second for this.
        #expect(admitted >= 10 && admitted <= 100)
        let missed = counted.compactMap { Int($0.message.split(separator: " ")[0]) }.reduce(0, +)
        #expect(missed == 100_000 - admitted)
        #expect(counted.last?.message.hasSuffix("over the limit of 10 in a second ('log_rate')") == true)
        first.close()
        #expect(hosted.lines.value.count == lines.count)
    }

    @Test func `no lines at all when the rate is 0`() throws {
        let hosted = try Hosted { $0.logLinesPerSecond = 0 }
        let services = hosted.services()
        try services.log(level: 0, text: Bytes("x").span)
        #expect(hosted.lines.value.isEmpty)
        services.close()
        #expect(
            hosted.lines.value.map(\.message) == ["1 line was not logged: over the limit of 0 in a second ('log_rate')"]
        )
    }

    @Test func `counters and histograms reach the stage`() throws {
        let hosted = try Hosted()
        for _ in 0..<2 {
            let services = hosted.services()
            for delta: Int64 in [5, -2, .max, .max] { try services.counter(Bytes("n").span, delta) }
            for value in [1.0, 3, 3.5, 1e300, -1, 0, .nan, .infinity] {
                try services.histogram(Bytes("h").span, value)
            }
            try services.counter(Bytes("once").span, 1)
        }
        let values = hosted.scope.metrics.values
        #expect(values.counters == ["n": .max, "once": 2])
        let histogram = try #require(values.histograms["h"])
        #expect(histogram.count == 12 && histogram.minimum == -1 && histogram.maximum == 1e300)
        #expect(histogram.parts.map(\.count) == [4, 2, 4, 2])
        #expect(histogram.parts.map(\.below).dropFirst() == [2, 4, .infinity])
    }

    @Test func `a flood of names is cut`() throws {
        let hosted = try Hosted()
        for _ in 0..<3 {
            let services = hosted.services()
            for _ in 0..<2 {
                for number in 0..<1000 { try services.counter(Bytes("counter \(number)").span, 1) }
            }
            for number in 0..<1000 { try services.histogram(Bytes("histogram \(number)").span, 1) }
            try services.counter(Bytes("").span, 1)
            try services.counter(Bytes(String(repeating: "x", count: 129)).span, 1)
            try services.counter([UInt8](repeating: 0xFF, count: 4).span, 1)
        }
        let values = hosted.scope.metrics.values
        #expect(values.counters.count + values.histograms.count == 256)
        #expect(values.counters["counter 0"] == 6 && values.counters["counter 255"] == 6)
    }
}
