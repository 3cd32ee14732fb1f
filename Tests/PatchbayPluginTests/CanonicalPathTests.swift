import Foundation
import Testing

@testable import PatchbayPlugin

/// A directory with `inside/deep/file`, `inside-too`, and links that lead out of `inside`.
private final class Tree {
    let root: String

    init() throws {
        let files = FileManager.default
        root = files.temporaryDirectory.appendingPathComponent("patchbay-grants-\(UUID().uuidString)").path
        try files.createDirectory(atPath: "\(root)/inside/deep", withIntermediateDirectories: true)
        for path in ["inside/deep/file", "inside-too", "secret"] {
            try "text".write(toFile: "\(root)/\(path)", atomically: false, encoding: .utf8)
        }
        for (link, target) in [("out", "../secret"), ("up", ".."), ("gone", "../nothing"), ("loop", "loop")] {
            try files.createSymbolicLink(atPath: "\(root)/inside/\(link)", withDestinationPath: target)
        }
        try files.createSymbolicLink(atPath: "\(root)/alias", withDestinationPath: "inside")
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }
}

@Suite struct CanonicalPathTests {
    @Test(arguments: [
        "", "/", "/deep", "/deep/file", "/deep/../deep/file", "//deep/./file", "/new", "/deep/new/newer", "/deep/new/",
        "/up/inside/deep/file",
    ])
    func `a directory covers itself and what is below it`(suffix: String) throws {
        let tree = try Tree()
        let grants = Grants([.read("\(tree.root)/inside")])
        #expect(grants.allows(.read("\(tree.root)/inside\(suffix)")))
        #expect(grants.allows(.read("\(tree.root)/alias\(suffix)")))
        #expect(!grants.allows(.write("\(tree.root)/inside\(suffix)")))
        #expect(Grants([.read("\(tree.root)/alias/")]).allows(.read("\(tree.root)/inside\(suffix)")))
    }

    @Test(arguments: [
        "-too", "/..", "/../secret", "/deep/../../secret", "/out", "/up/secret", "/up", "/gone", "/gone/x", "/gone/",
        "/loop", "/new/../../secret", "/new/..", "/deep/file/..", "/deep/file/x", "\0", "/deep\0/../../secret",
    ])
    func `nothing leads out of a directory`(suffix: String) throws {
        let tree = try Tree()
        for kind in [Grant.read, Grant.write] {
            #expect(!Grants([kind("\(tree.root)/inside")]).allows(kind("\(tree.root)/inside\(suffix)")))
        }
    }

    @Test func `the root covers everything, an empty path nothing`() throws {
        let tree = try Tree()
        #expect(Grants([.read("/")]).allows(.read("\(tree.root)/inside/out")))
        #expect(!Grants([.read("")]).allows(.read(tree.root)))
        #expect(!Grants([.read("/")]).allows(.read("")))
        #expect(Grants([.read(".")]).allows(.read("some/new/file")))
        #expect(!Grants([.read(".")]).allows(.read("../file")))
        #expect(CanonicalPath("/" + String(repeating: "a/", count: 4000)) == nil)
    }

    @Test func `a file covers itself alone`() throws {
        let tree = try Tree()
        let grants = Grants([.read("\(tree.root)/inside-too")])
        #expect(grants.allows(.read("\(tree.root)/inside-too")))
        #expect(!grants.allows(.read("\(tree.root)/inside-to")))
        #expect(!grants.allows(.read("\(tree.root)/inside-too-2")))
        #expect(!grants.allows(.read("\(tree.root)/inside")))
    }
}
