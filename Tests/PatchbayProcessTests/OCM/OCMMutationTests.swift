import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayProcess

/// What a hostile plugin may print, say and describe: nothing of it ends the host, whatever it is.
@Suite("OCM: mutated input", .timeLimit(.minutes(2)))
struct OCMMutationTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private static let pieces = [
        "\"", "{", "}", "[", "]", ",", ":", "#/", "$ref", "null", "true", "-1", "1e308", "\\", "(", ")", "|", "*",
        "{9,}", "?",
        "^", "$", "\\u{10FFFF}", "\\b", "[^", "-", "]", "\u{10FFFF}", "999999999999999999999", "0.0000001", "%",
    ]

    /// A seed with pieces put in, left out and doubled.
    private static func mutated(_ seed: String, _ generator: inout Generator) -> String {
        var text = Array(seed.unicodeScalars)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...text.count, using: &generator)
            let end = min(text.count, place + Int.random(in: 0...6, using: &generator))
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: text.insert(contentsOf: (pieces.randomElement(using: &generator) ?? "").unicodeScalars, at: place)
            case 1: text.removeSubrange(place..<end)
            default: text.insert(contentsOf: text[place..<end], at: place)
            }
        }
        var result = ""
        result.unicodeScalars.append(contentsOf: text)
        return result
    }

    @Test func schemas() throws {
        let seeds = [
            ##"{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","properties":{"a":{"pattern":"^[a-z]+(b|c){1,3}$"}}}}}"##,
            #"{"anyOf":[{"minimum":1,"multipleOf":0.5},{"items":{"const":[1,{}]},"uniqueItems":true}],"minLength":2}"#,
            #"{"if":{"required":["a"]},"then":{"unevaluatedProperties":false},"patternProperties":{"\\d":{}},"maxItems":3}"#,
        ]
        let values = [#"{"a":"xbb","1":[1,1]}"#, "[1,[1,{}],1.5]", "\"text\"", "3"].compactMap {
            try? JSONReader.read(Bytes($0), file: "value")
        }
        var generator = Generator(state: 7)
        var usable = 0
        for round in 0..<2000 {
            let text = Self.mutated(seeds[round % seeds.count], &generator)
            guard let schema = try? JSONSchema(Bytes(text), name: "schema") else { continue }
            usable += 1
            for value in values { _ = try? schema.problem(with: value) }
        }
        #expect(usable > 150)
    }

    @Test func patterns() {
        let seeds = [
            "^[a-zA-Z0-9][a-zA-Z0-9.]*(?:/(v[0-9]+(?:alpha|beta)?))?$", "(a|b)*?c{2,3}\\w\\D[^\\s-z]", "\\u0041\\x42.",
        ]
        var generator = Generator(state: 11)
        var usable = 0
        for round in 0..<2000 {
            guard let pattern = try? Pattern(Self.mutated(seeds[round % seeds.count], &generator)) else { continue }
            usable += 1
            for text in ["", "aB1.c/v1alpha2", "cc-Ä\n"] { _ = try? pattern.occurs(in: text) }
        }
        #expect(usable > 150)
    }

    @Test func capabilitiesLocationsAndCalls() throws {
        var generator = Generator(state: 13)
        let known = try OCMRequestTests.capabilities(OCMSample.capabilities)
        let input =
            #"{"request":{"config":{"type":"T/v1","x":[1.50,"\u00e4"]},"digest":{}},"credentials":{"type":"a"}}"#
        for _ in 0..<400 {
            let document = Self.mutated(OCMSample.capabilities, &generator)
            if let tree = try? JSONReader.read(Bytes(document), file: "plugin"), OCMFactory.recognizes(tree) {
                _ = try? OCMFactory(path: "/plugin", capabilities: Bytes(document))
            }
            _ = try? OCMLocation(line: Self.mutated("http+unix:///tmp/a-plugin.socket", &generator))
            _ = try? OCMLocation(line: Self.mutated("http://[::1]:41737", &generator))
            let bytes = Bytes(Self.mutated(input, &generator))
            let request = try? OCMRequest(
                "sign", of: Capability(type: "signingHandler", name: "T/v1"), input: bytes.span, knowing: known)
            if let request { _ = try JSONReader.read(request.body, file: "body") }
        }
    }
}
