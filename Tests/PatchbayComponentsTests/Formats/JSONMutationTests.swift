import Glibc
import PatchbayComponents
import PatchbayCore
import PatchbayPlugin
import Testing

/// Numbers that are the same in each run.
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let mixed = (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return mixed ^ (mixed >> 29)
    }

    /// How many mutated inputs are tried: 2,000, or what `PATCHBAY_MUTATIONS` says.
    static var mutations: Int {
        guard let text = unsafe getenv("PATCHBAY_MUTATIONS") else { return 2000 }
        return unsafe Int(String(cString: text)) ?? 2000
    }
}

@Suite struct JSONMutationTests {
    private static let seeds: [[UInt8]] = [
        #"{"level":"ERROR","n":12.5e-3,"msg":"a \"b\" \\ \u00e9 \/","list":[1,-0,true,false,null,{}],"o":{"a":{"b":[]}}}"#,
        #"{"a":"","b":[[[]]],"ü":"😀\ud83d\ude00","level":{"x":0.0},"n":-1E+9}"#,
        " {\t\"level\" : \"x\" , \"n\" : 0 } \r",
        "{}",
    ].map { Array($0.utf8) }

    private static let tokens: [[UInt8]] =
        [
            "\"", "\\", "{", "}", "[", "]", ":", ",", "0", "-", "e", ".", "\u{0}", "\u{1f}", "\u{c}", "\u{1a}", "\\u12",
            "\n",
            "true", "null", " ", "\u{7f}", "é",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

    private func mutate(_ text: [UInt8], _ numbers: inout Numbers) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...3, using: &numbers) {
            let at = Int.random(in: 0...text.count, using: &numbers)
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0: text.insert(contentsOf: Self.tokens.randomElement(using: &numbers) ?? [], at: at)
            case 1 where at < text.count: text.remove(at: at)
            case 2 where at < text.count: text[at] = UInt8.random(in: 0...255, using: &numbers)
            case 3 where at < text.count:
                text.replaceSubrange(at..<(at + 1), with: Self.tokens.randomElement(using: &numbers) ?? [])
            default: text = Array(text[..<at])
            }
        }
        return text
    }

    /// Each line by itself is judged as the plain checker does, also between other good and bad lines.
    @Test func mutatedLinesAreJudgedAsTheGrammarSays() throws {
        var numbers = Numbers(seed: 1)
        for round in 0..<(Numbers.mutations / 8) {
            var text: [UInt8] = []
            for _ in 0..<8 {
                text += mutate(Self.seeds.randomElement(using: &numbers) ?? [], &numbers)
                text.append(10)
            }
            let expected = text.split(separator: 10).filter { ReferenceJSON.isObject(Array($0)) }
            let chunk = [1, 7, 64, 100_000].randomElement(using: &numbers) ?? 64
            let run = try JSONParserTests.run(text, chunk: chunk).run
            let found = run.records.map { $0[0].bytes?.array ?? [] }
            #expect(found == expected.map(Array.init), "round \(round)")
            #expect(run.consumed == text.count)
            for record in run.records { check(record) }
            if found != expected.map(Array.init) { break }
        }
    }

    /// What a record hands on is JSON by itself.
    private func check(_ record: [Value]) {
        var values = record.dropFirst().compactMap(\.bytes)
        if case .map(let entries) = record.last { values += entries.compactMap(\.value.bytes) }
        for value in values {
            let wrapped = Array("{\"x\":".utf8) + value.array + Array("}".utf8)
            #expect(ReferenceJSON.isObject(wrapped, maximumDepth: 200))
        }
    }
}
