import Foundation
import Testing

@testable import PatchbayCommands

/// docs/abi.md against the header, by the compiler; and its example.
struct ABIPageTests {
    private static let header = "Sources/CPatchbay/include/patchbay_plugin.h"

    /// The rows of the tables below a line that says `` `NAME`, N bytes: ``.
    private func structures() throws -> [(
        name: String, size: String, members: [(name: String, offset: String, type: String)]
    )] {
        var found: [(name: String, size: String, members: [(name: String, offset: String, type: String)])] = []
        for line in try Repository.text("docs/abi.md").split(separator: "\n") {
            if let match = line.firstMatch(of: /^`(patchbay_\w+)`, (\d+) bytes:$/) {
                found.append((String(match.1), String(match.2), []))
            } else if let match = line.firstMatch(of: /^\| (\d+) \| `(\w+)` \| `(\w+)` \|/), !found.isEmpty {
                found[found.count - 1].members.append((String(match.3), String(match.1), String(match.2)))
            }
        }
        return found
    }

    /// Compiles without linking; what the compiler says.
    private func compile(_ code: String, target: String) throws -> Program.Result {
        let program = try PluginFolder.program()
        try program.write("page.c", code)
        let folder = Repository.root.appending(path: "Sources/CPatchbay/include").path
        return try program.shell(
            "clang --target=\(target) -std=c11 -ffreestanding -fsyntax-only -Werror -I '\(folder)' page.c")
    }

    private var targets: [String] {
        ["wasm32-unknown-none-wasm", "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"]
    }

    @Test func layoutsAreThoseOfTheHeader() throws {
        var code = "#include <stddef.h>\n#include \"patchbay_plugin.h\"\n"
        for structure in try structures() {
            code += "_Static_assert(sizeof(\(structure.name)) == \(structure.size), \"\(structure.name)\");\n"
            for member in structure.members {
                let place = "\(structure.name).\(member.name)"
                code +=
                    "_Static_assert(offsetof(\(structure.name), \(member.name)) == \(member.offset), \"\(place)\");\n"
                code +=
                    "_Static_assert(_Generic(((\(structure.name) *)0)->\(member.name), \(member.type): 1, default: 0), \"\(place)\");\n"
            }
        }
        for target in targets {
            let result = try compile(code, target: target)
            #expect(result.status == 0, "\(target): \(result.errors)")
        }
        // The check can fail.
        let wrong = code.replacing("sizeof(patchbay_column) == 72", with: "sizeof(patchbay_column) == 80")
        #expect(try compile(wrong, target: targets[0]).status != 0)
    }

    @Test func everyMemberIsOnThePage() throws {
        let text = try Repository.text(Self.header).replacing(/\/\*[^*]*(\*[^\/][^*]*)*\*\//, with: "")
        let page = try structures()
        var count = 0
        for match in text.matches(of: /typedef struct (\w+) \{([^}]*)\}/) where match.1 != "patchbay_log_field" {
            let structure = try #require(page.first { $0.name == match.1 }, "\(match.1)")
            let members = match.2.split(separator: ";").compactMap { line in
                line.split(whereSeparator: \.isWhitespace).last.map(String.init)
            }
            #expect(structure.members.map(\.name) == members, "\(match.1)")
            count += 1
        }
        #expect(count == page.count)
        #expect(count > 10)
    }

    @Test func numbersAreThoseOfTheHeader() throws {
        var code = "#include \"patchbay_plugin.h\"\n"
        var rows = 0
        for line in try Repository.text("docs/abi.md").split(separator: "\n") {
            guard let match = line.firstMatch(of: /^\| (-?\d+) \| `([A-Z0-9_]+)`/) else { continue }
            code += "_Static_assert(PATCHBAY_\(match.2) == \(match.1), \"\(match.2)\");\n"
            rows += 1
        }
        let result = try compile(code, target: targets[0])
        #expect(result.status == 0, "\(result.errors)")
        let text = try Repository.text(Self.header)
        let enums = ["patchbay_operation", "patchbay_type", "patchbay_status"].map { name in
            text.components(separatedBy: "typedef enum \(name) {").last?.components(separatedBy: "} \(name);").first
                ?? ""
        }
        #expect(rows == enums.map { $0.matches(of: #/\n {4}PATCHBAY_\w+ = /#).count }.reduce(0, +))
    }

    /// The example of the page, built as the page says, with `change` made to its manifest.
    private func example(_ change: (String) -> String = { $0 }) throws -> Program {
        let page = try Repository.text("docs/abi.md")
        let block = try #require(
            page.components(separatedBy: "```sh run\nmkdir long").last?.components(separatedBy: "```").first)
        let lines = change("mkdir long\(block)").replacing("../Sources", with: Repository.root.path + "/Sources")
        let program = try PluginFolder.program()
        let result = try program.shell(lines)
        try #require(result.errors.isEmpty || result.status != 0, "\(result.errors)")
        return program
    }

    @Test func exampleKeepsTheContractOfAFilter() throws {
        let program = try example()
        _ = try program.shell("mkdir -p tests/one")
        try program.write("tests/one/input.txt", "123\n1234567890\n\n12345678901\n")
        try program.write("tests/one/expected.jsonl", "{\"value\":\"1234567890\"}\n{\"value\":\"12345678901\"}\n")
        let tested = try program.run("plugin", "test", "long/long.wasm", "--tests", "tests", "--conformance")
        #expect(tested.status == 0, "\(tested.output)\(tested.errors)")
    }

    @Test func modulesOfANewerVersionAreRefused() throws {
        let program = try example { $0.replacing("\"abi\": 1", with: "\"abi\": 2") }
        let result = try program.run("plugin", "run", "long/long.wasm", input: "a\n")
        #expect(result.status == 5)
        #expect(result.lastError.contains("was built for version 2 of the plugin ABI, and this program knows 1"))
    }
}
