import Foundation
import PatchbayConfig
import PatchbayCore
import PatchbayPlugin
import Testing

/// Files that were made to do harm: each is refused or read, quickly and without a crash.
struct HostileTests {
    private func first(_ text: String) -> String? { first(Array(text.utf8)) }

    private func first(_ bytes: [UInt8]) -> String? {
        let source = SourceText(file: "h.yaml", bytes: Bytes(copying: bytes.span))
        let found = PipelineConfiguration.parse(source).diagnostics
        _ = DiagnosticRenderer([source], isColored: true).render(found)
        return found.first?.description
    }

    @Test func aliasesCannotExplode() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1...9 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ","))]\n"
        }
        #expect(first(text) == "h.yaml:5:38: error: more than 100000 values, aliases counted in full")
    }

    @Test func mergesCannotExplode() {
        var text = "a0: &a0 {k0: 1, j0: 2}\n"
        for level in 1...40 {
            text += "a\(level): &a\(level) {<<: [*a\(level - 1), *a\(level - 1)], x: *a\(level - 1)}\n"
        }
        #expect(first(text)?.contains("more than") == true)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "{", "[{", "- ? "])
    func deepNestingEnds(_ opening: String) {
        let found = first(String(repeating: opening, count: 100_000))
        #expect(found?.contains("more than 64 levels deep") == true || found?.contains("not valid YAML") == true)
    }

    @Test func deepIndentationEnds() {
        var text = ""
        for level in 0..<1000 { text += String(repeating: " ", count: level) + "a:\n" }
        #expect(first(text) == "h.yaml:65:65: error: more than 64 levels deep")
    }

    @Test func deepAliasesEnd() {
        var text = "a0: &a0 [x]\n"
        for level in 1...80 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(first(text)?.contains("more than 64 levels deep") == true)
    }

    @Test func hugeFilesAreRefused() {
        let text = "name: " + String(repeating: "x", count: SourceText.sizeLimit)
        #expect(first(text) == "h.yaml: error: the file has 1048582 bytes; a configuration may have 1048576")
    }

    @Test func hugeScalarsAreShownShortened() throws {
        let source = SourceText(file: "h.yaml", "sources: " + String(repeating: "x", count: 1_000_000))
        let text = DiagnosticRenderer([source]).render(PipelineConfiguration.parse(source).diagnostics)
        #expect(text.utf8.count < 1000)
    }

    @Test func longKeysAndNamesAreShownShortened() {
        let found = first(String(repeating: "k", count: 900) + ": 1")
        #expect(found?.contains("kkk...'") == true)
        #expect((found?.count ?? 1000) < 200)
    }

    @Test(
        arguments: [
            ([0x61, 0x3A, 0x20, 0x00], "h.yaml:1:4: error: the character U+0000 is not allowed"),
            ([0x61, 0x0A, 0x1B, 0x5B], "h.yaml:2:1: error: the character U+001B is not allowed"),
            ([0x61, 0x3A, 0xFF], "h.yaml:1:3: error: the file is not valid UTF-8 from here on; save it as UTF-8"),
            ([0xC3], "h.yaml:1:1: error: the file is not valid UTF-8 from here on; save it as UTF-8"),
            ([0xED, 0xA0, 0x80], "h.yaml:1:1: error: the file is not valid UTF-8 from here on; save it as UTF-8"),
            ([0xC0, 0x80], "h.yaml:1:1: error: the file is not valid UTF-8 from here on; save it as UTF-8"),
            ([0xFF, 0xFE, 0x61, 0x00], "h.yaml:1:1: error: the file is in UTF-16; save it as UTF-8"),
            ([0xFE, 0xFF, 0x00, 0x61], "h.yaml:1:1: error: the file is in UTF-16; save it as UTF-8"),
            ([0xEF, 0xBB, 0xBF, 0x61, 0x3A, 0x20, 0x31], "h.yaml:1:1: error: unknown key 'a'"),
        ] as [([UInt8], String)])
    func bytesThatAreNoText(_ bytes: [UInt8], _ expected: String) {
        #expect(first(bytes)?.hasPrefix(expected) == true)
    }

    @Test func everyLineBreakOfYAMLCounts() {
        for end in ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"] {
            let source = SourceText(file: "h.yaml", "name: a\(end)# c\(end)nme: b\(end)")
            #expect(PipelineConfiguration.parse(source).diagnostics.first?.position?.line == 3)
            #expect(source.line(3) == "nme: b")
        }
    }

    @Test func messagesCannotSteerTheTerminal() {
        let text = #"{"\e[31mred\u202E": 1, "a\nb": 2}"#
        let source = SourceText(file: "a\u{1B}[2J.yaml", text)
        let shown = DiagnosticRenderer([source]).render(PipelineConfiguration.parse(source).diagnostics)
        #expect(!shown.contains("\u{1B}"))
        #expect(!shown.contains("\u{202E}"))
        #expect(shown.split(separator: "\n").count == 8)
    }

    @Test func manyErrorsAreCountedNotShown() {
        let source = SourceText(file: "h.yaml", (0..<5000).map { "k\($0): 1\n" }.joined())
        let found = PipelineConfiguration.parse(source).diagnostics
        #expect(found.count == 100)
        #expect(DiagnosticRenderer([source]).render(found).hasSuffix("and 50 more\n"))
    }

    @Test func manyStagesAreQuick() {
        var stages = "sources: [{id: s, uses: file}]\nsinks: [{id: t, uses: file}]\nprocessors:\n"
        for index in 0..<9000 { stages += "- {id: p\(index), uses: where, inputs: [p\(index + 1)]}\n" }
        let (parsed, _) = PipelineConfiguration.parse(SourceText(file: "h.yaml", stages))
        let clock = ContinuousClock()
        let time = clock.measure { _ = parsed?.topologyDiagnostics() }
        #expect(parsed?.stages.count == 9002)
        #expect(time < .seconds(2))
    }

    /// 70,000 of them once took libyaml half a minute.
    @Test func manyDirectivesAreRefused() {
        let text = (0..<70_000).map { "%TAG !\($0)! x\n" }.joined() + "--- {}"
        #expect(first(text)?.hasPrefix("h.yaml:17:1: error: more than 16 lines begin with '%'") == true)
        #expect(first("%YAML 1.2\n---\nnme: a")?.hasPrefix("h.yaml:3:1: error: unknown key 'nme'") == true)
    }

    /// 50,000 inputs of one stage once took minutes.
    @Test(.timeLimit(.minutes(1))) func manyInputsAreQuick() {
        let inputs = (0..<50_000).map { "a\($0)" }.joined(separator: ",")
        let source = SourceText(file: "h.yaml", "sinks: [{uses: file, inputs: [\(inputs)]}]\n")
        let parsed = PipelineConfiguration.parse(source).configuration
        #expect(parsed?.stages.first?.inputs?.count == 50_000)
        #expect(parsed?.topologyDiagnostics().count == 101)
    }

    /// Damaged files of every kind end in a tree or in diagnostics that can be shown.
    @Test func survivesDamage() throws {
        let originals = try Fixtures.names.map { name in
            try Array(Data(contentsOf: Fixtures.configuration.appending(path: "\(name).yaml")))
        }
        let pieces = [
            "&a ", "*a", "<<: *a", "${env:X}", "${", "}", "---\n", "!!int ", "? ", "- ", ": ", "\u{2028}", "\t", "|\n",
            ">-\n", "%YAML 1.1\n", "\"", "'", "[", "{", "\0", "#",
        ]
        var random = SplitMix(seed: 42)
        for _ in 0..<mutationCount() {
            guard var bytes = originals.randomElement(using: &random) else { return }
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let at = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
                case 1: bytes.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: at)
                case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...30, using: &random)))
                default:
                    let end = min(bytes.count, at + Int.random(in: 0...60, using: &random))
                    bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
                }
            }
            let source = SourceText(file: "h.yaml", bytes: Bytes(copying: bytes.span))
            let report = Fixtures.report(source)
            #expect(report.isEmpty == false)
        }
    }
}
