import Glibc
import Testing

@testable import PatchbayProcess

@Suite struct FileTreeTests {
    private func directory() throws -> String {
        let path = "/tmp/patchbay-test-\(FileTree.randomDigits(bytes: 6))"
        #expect(try FileTree.make(path))
        return path
    }

    private func shell(_ line: String, in directory: String) throws {
        let launch = Launch(
            path: "/bin/sh", arguments: ["sh", "-c", line], environment: ["PATH": "/usr/bin:/bin"],
            directory: directory, descriptors: [])
        let run = try ProgramRun.run(launch, milliseconds: 20_000, outputLimit: 1000)
        #expect(run.end == .exited(0), "\(run.errors)")
    }

    @Test func aTreeIsRemovedWhateverIsInIt() throws {
        let path = try directory()
        try shell(
            "mkdir -p a/b/c .x '.0' && touch a/b/f .x/.y '.0/z' && mkfifo pipe && chmod 000 a/b && ln -s / a/root",
            in: path)
        #expect(FileTree.remove(path))
        #expect(FileTree.status(of: path) == nil)
        #expect(FileTree.status(of: "/usr")?.isDirectory == true)
    }

    @Test func linksAreNotFollowed() throws {
        let kept = try directory()
        let path = try directory()
        try shell("touch precious", in: kept)
        try shell("ln -s \(kept) link && mkdir d && ln -s \(kept) d/link", in: path)
        #expect(FileTree.remove(path))
        #expect(FileTree.names(in: kept) == ["precious"])
        #expect(FileTree.remove(kept))
    }

    @Test func depthCostsNothing() throws {
        let path = try directory()
        let line = "p=$(printf 'd/%.0s' $(seq 500)); for i in 1 2 3; do mkdir -p $p && cd $p || exit 1; done"
        try shell(line, in: path)
        #expect(FileTree.remove(path))
    }

    @Test func aRemovalCanBeLimited() throws {
        let path = try directory()
        try shell("i=0; while [ $i -lt 100 ]; do : >f$i; i=$((i+1)); done", in: path)
        #expect(!FileTree.remove(path, most: 10))
        #expect(FileTree.names(in: path).count == 90)
        #expect(FileTree.remove(path))
    }
}
