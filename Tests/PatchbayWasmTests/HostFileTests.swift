import Foundation
import Glibc
import PatchbayCore
@testable import PatchbayHost
import PatchbayPlugin
import Testing

@testable import PatchbayWasm

/// A directory `inside` that may be used, and things around it that may not.
final class Ground {
    let root: String

    init() throws {
        let files = FileManager.default
        root = files.temporaryDirectory.appendingPathComponent("patchbay-host-\(UUID().uuidString)").path
        try files.createDirectory(atPath: "\(root)/inside/deep", withIntermediateDirectories: true)
        for path in ["inside/file", "inside/deep/file", "inside-too", "secret"] {
            try path.write(toFile: "\(root)/\(path)", atomically: false, encoding: .utf8)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> Bytes { Bytes("\(root)/\(name)") }
    func link(_ name: String, _ target: String) throws {
        try? FileManager.default.removeItem(atPath: "\(root)/\(name)")
        try FileManager.default.createSymbolicLink(atPath: "\(root)/\(name)", withDestinationPath: target)
    }
    func text(_ name: String) -> String? { try? String(contentsOfFile: "\(root)/\(name)", encoding: .utf8) }
}

extension HostServices {
    fileprivate func text(_ handle: Int32, room: Int = 100) -> String? {
        var bytes = [UInt8](repeating: 0, count: room)
        var span = bytes.mutableSpan
        let count = read(handle, into: &span)
        return count < 0 ? nil : String(decoding: bytes[..<Int(count)], as: UTF8.self)
    }
}

@Suite struct HostFileTests {
    @Test func `a granted file is read, sought and measured`() throws {
        let ground = try Ground()
        let services = try Hosted("read:\(ground.root)/inside").services()
        let handle = try services.open(ground.path("inside/deep/../file").span, mode: 0)
        #expect(handle == 1)
        #expect(services.size(handle) == 11)
        #expect(services.text(handle, room: 6) == "inside")
        #expect(services.text(handle) == "/file")
        #expect(services.text(handle) == "")
        #expect(services.seek(handle, position: 7) == 7)
        #expect(services.text(handle) == "file")
        #expect(services.seek(handle, position: .max) == -Int64(EINVAL))
        #expect(services.write(handle, "x") == -Int64(EBADF))
        services.close(handle)
        #expect(services.text(handle) == nil)
        #expect(try services.open(ground.path("inside/none").span, mode: 0) == -ENOENT)
        #expect(try services.open(ground.path("inside").span, mode: 0) == -EISDIR)
        #expect(try services.open(ground.path("inside/file").span, mode: 3) == -EINVAL)
    }

    @Test func `files are replaced and extended`() throws {
        let ground = try Ground()
        let services = try Hosted("write:\(ground.root)/inside").services()
        for (mode, text): (Int32, String) in [(1, "one"), (2, "two"), (2, "three")] {
            let handle = try services.open(ground.path("inside/new").span, mode: mode)
            #expect(services.write(handle, text) == Int64(text.utf8.count))
            #expect(services.synchronize(handle) == 0)
            services.close(handle)
        }
        #expect(ground.text("inside/new") == "onetwothree")
        let handle = try services.open(ground.path("inside/new").span, mode: 1)
        #expect(services.size(handle) == 0)
        #expect(services.text(handle) == nil)
        #expect(throws: PluginError.self) { try services.open(ground.path("inside/new").span, mode: 0) }
    }

    @Test(arguments: [
        "inside/../secret", "inside-too", "secret", "inside/out", "inside/up/secret", "inside/up/inside-too",
        "inside/gone",
        "inside/deep/../../secret", "inside/../../../../../../../../etc/passwd", "inside/none/../../secret",
        "inside/loop",
    ])
    func `no path leads out`(name: String) throws {
        let ground = try Ground()
        try ground.link("inside/out", "../secret")
        try ground.link("inside/up", "..")
        try ground.link("inside/gone", "../made")
        try ground.link("inside/loop", "loop")
        let services = try Hosted("read:\(ground.root)/inside", "write:\(ground.root)/inside").services()
        for mode: Int32 in 0...2 {
            let error = #expect(throws: PluginError.self) { _ = try services.open(ground.path(name).span, mode: mode) }
            #expect(error?.code == .denied)
        }
        #expect(ground.text("secret") == "secret" && ground.text("inside-too") == "inside-too")
        #expect(ground.text("made") == nil)
    }

    @Test func `zero bytes and bad text are refused`() throws {
        let ground = try Ground()
        let services = try Hosted("read:/").services()
        for path in [ground.path("inside/file\0"), Bytes("\0"), Bytes(copying: [0x2F, 0xFF].span)] {
            #expect(try services.open(path.span, mode: 0) == -EINVAL)
        }
        #expect(try services.open(Bytes("").span, mode: 0) == -ENOENT)
        #expect(try services.open(Bytes(String(repeating: "a", count: 5000)).span, mode: 0) == -EINVAL)
    }

    @Test func `a link that is put in after the path was resolved is not followed`() throws {
        let ground = try Ground()
        let inside = try #require(CanonicalPath("\(ground.root)/inside"))
        let file = try #require(CanonicalPath("\(ground.root)/inside/deep/file"))
        let direct = try #require(CanonicalPath("\(ground.root)/inside/file"))
        try ground.link("inside/deep", "..")
        try ground.link("inside/file", "../secret")
        for mode in [PathWalk.Mode.read, .write, .append] {
            for path in [file, direct] {
                #expect(throws: PathWalk.Failure.self) { _ = try PathWalk.open(path, mode, within: [inside]).size }
            }
        }
        #expect(ground.text("secret") == "secret")
    }

    @Test func `a directory that is moved away is noticed before a file is emptied`() throws {
        let ground = try Ground()
        let inside = try #require(CanonicalPath("\(ground.root)/inside/deep"))
        let elsewhere = try #require(CanonicalPath("\(ground.root)/inside/file"))
        // As if the walk had come to this file under a path of the other directory.
        #expect(throws: PathWalk.Failure.self) { _ = try PathWalk.open(elsewhere, .write, within: [inside]).size }
        #expect(ground.text("inside/file") == "inside/file")
    }

    @Test func `links that change all the time never lead out`() throws {
        let ground = try Ground()
        let services = try Hosted("read:\(ground.root)/inside", "write:\(ground.root)/inside").services()
        let root = ground.root
        try FileManager.default.createDirectory(atPath: "\(root)/outside", withIntermediateDirectories: false)
        try "outside".write(toFile: "\(root)/outside/file", atomically: false, encoding: .utf8)
        let thread = Thread {
            for number in 0..<20_000 {
                let temporary = "\(root)/new"
                unsafe unlink(temporary)
                unsafe symlink(number % 2 == 0 ? "../outside" : "deep", temporary)
                unsafe rename(temporary, "\(root)/inside/way")
            }
            unsafe symlink("nowhere", "\(root)/done")
        }
        thread.start()
        var opened = 0
        var status = stat()
        while unsafe lstat("\(root)/done", &status) != 0 {
            guard let handle = try? services.open(ground.path("inside/way/file").span, mode: 0), handle > 0 else {
                continue
            }
            #expect(services.text(handle) == "inside/deep/file")
            opened += 1
            services.close(handle)
            if let written = try? services.open(ground.path("inside/way/other").span, mode: 1) {
                services.close(written)
            }
        }
        #expect(opened > 0)
        #expect(ground.text("outside/other") == nil && ground.text("outside/file") == "outside")
    }

    @Test func `handles run out and come back`() throws {
        let ground = try Ground()
        let services = try Hosted("read:\(ground.root)") { $0.openHandles = 3 }.services()
        func open() throws -> Int32 { try services.open(ground.path("secret").span, mode: 0) }
        #expect(try (0..<4).map { _ in try open() } == [1, 2, 3, -EMFILE])
        for handle: Int32 in [0, -1, 4, .max, .min] {
            services.close(handle)
            #expect(services.text(handle) == nil)
            #expect(services.size(handle) == -1 && services.synchronize(handle) == -EBADF)
            #expect(services.seek(handle, position: 0) == -Int64(EBADF))
        }
        services.close(2)
        services.close(2)
        #expect(try (0..<2).map { _ in try open() } == [2, -EMFILE])
        services.close()
        #expect(try open() == 1)
        let none = try Hosted("read:\(ground.root)") { $0.openHandles = 0 }.services()
        #expect(try none.open(ground.path("secret").span, mode: 0) == -EMFILE)
    }

    @Test func `a pipe gives what it has and never blocks`() throws {
        let ground = try Ground()
        #expect(unsafe mkfifo("\(ground.root)/inside/pipe", 0o600) == 0)
        let services = try Hosted("read:\(ground.root)/inside", "write:\(ground.root)/inside").services()
        #expect(try services.open(ground.path("inside/pipe").span, mode: 1) == -ENXIO)
        let reader = try services.open(ground.path("inside/pipe").span, mode: 0)
        let writer = try services.open(ground.path("inside/pipe").span, mode: 1)
        #expect(services.size(reader) == -1 && services.seek(reader, position: 0) == -Int64(ESPIPE))
        #expect(services.received(reader) == -Int64(EAGAIN))
        #expect(services.write(writer, "text") == 4)
        #expect(services.text(reader) == "text")
        let flood = String(repeating: "7", count: 1 << 20)
        #expect((1..<1 << 20).contains(services.write(writer, flood)))
        services.close(reader)
        #expect(services.write(writer, "x") == -Int64(EPIPE))
    }
}
