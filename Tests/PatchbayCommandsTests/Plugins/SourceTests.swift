import Testing

@testable import PatchbayCommands

/// What a build reads of a plugin before it calls a compiler.
struct SourceTests {
    @Test func importsAreFound() {
        let text = """
            import PatchbayGuest
            public import  PatchbayCore // why
            @_exported internal import struct Pair.Left
            @testable import Inner;
            #if canImport(FoundationEssentials)
            import FoundationEssentials
            #else
              #if os(Linux)
              import Glibc
              #endif
            #endif
            // import Comment
            let important = "import Text"
            """
        let entries = SwiftImports.of(text)
        #expect(
            entries.map(\.module) == [
                "PatchbayGuest", "PatchbayCore", "Pair", "Inner", "FoundationEssentials", "Glibc",
            ])
        #expect(entries.map(\.isConditional) == [false, false, false, false, true, true])
        #expect(SwiftImports.hasMainType("struct A {}\n  @main struct B {}"))
        #expect(!SwiftImports.hasMainType("// @main\nstruct B {}"))
    }

    @Test(arguments: ["a", "keep-errors", "dlt2", "x9-y"])
    func goodNames(_ name: String) { #expect(PluginName.isValid(name)) }

    @Test(arguments: [
        "", "-a", "a-", "a--b", "9a", "Keep", "a b", "a/b", "ä", "a.b", "a_b", String(repeating: "a", count: 65),
    ])
    func badNames(_ name: String) { #expect(!PluginName.isValid(name)) }

    @Test func namesBecomeOtherNames() {
        #expect(PluginName.typeName("keep-errors-2") == "KeepErrors2")
        #expect(PluginName.identifier("keep-errors-2") == "keep_errors_2")
    }

    @Test func paths() {
        #expect(Path.parent("/a/b") == "/a")
        #expect(Path.parent("/a") == "/")
        #expect(Path.parent("a") == ".")
        #expect(Path.name("a/b") == "b")
        #expect(Path.join(".", "a") == "a")
        #expect(Path.join("b/", "a") == "b/a")
        #expect(Path.join("b", "/a") == "/a")
    }
}
