import Foundation
import Glibc
import PatchbayPlugin
import Testing

@testable import PatchbayWasm

/// A directory of one test, removed with it.
private struct Scratch: ~Copyable {
    let path: String

    init() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "patchbay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        path = directory.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ content: Data) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try content.write(to: file)
        return file.path
    }
}

private func failure(_ body: () throws(WasmError) -> Void) throws -> WasmError {
    try #require(throws: WasmError.self) { try body() }
}

private func good() throws -> Data {
    try Data(contentsOf: URL(filePath: WasmtimeLibrary.shared().path))
}

@Suite("Files that are not the library")
struct ForeignLibraryTests {
    @Test("a file that is not there says so, and what to do")
    func missing() throws {
        let error = try failure { () throws(WasmError) in _ = try WasmtimeLibrary(path: "/nowhere/libwasmtime.so") }
        #expect(error.code == .library)
        #expect(
            error.description.hasPrefix(
                "/nowhere/libwasmtime.so can not be read: No such file or directory; get it with 'pip install wasmtime==50.0.1'"
            ), "\(error)")
    }

    @Test("a directory, a pipe, an empty file and a text are refused, and none is waited for")
    func otherKinds() throws {
        let scratch = try Scratch()
        let pipe = "\(scratch.path)/pipe"
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        let cases = [
            (scratch.path, "can not be read"), (pipe, "can not be read"), ("/dev/zero", "can not be read"),
            (try scratch.file("empty", Data()), "is not a shared library"),
            (try scratch.file("text", Data("#!/bin/sh\n".utf8)), "is not a shared library"),
            (try scratch.file("magic", Data([0x7F, 0x45, 0x4C, 0x46, 2, 1])), "is not a shared library"),
        ]
        for (path, message) in cases {
            let error = try failure { () throws(WasmError) in _ = try WasmtimeLibrary(path: path) }
            #expect(error.message == "\(path) \(message)")
        }
    }

    @Test("another library is refused before its code runs")
    func foreign() throws {
        // In pieces: such a file gives no more than it likes at once.
        let file = try #require(FileHandle(forReadingAtPath: "/proc/self/maps"))
        var maps = Data()
        while let piece = try file.read(upToCount: 4096), !piece.isEmpty { maps += piece }
        let lines = String(decoding: maps, as: UTF8.self).split(separator: "\n")
        let line = try #require(lines.first { $0.contains("/libc.so") || $0.contains("/libc-") })
        let path = try #require(line.split(separator: " ").last.map(String.init))
        let error = try failure { () throws(WasmError) in _ = try WasmtimeLibrary(path: path) }
        #expect(error.message == "\(path) is not Wasmtime's library")
    }

    @Test("a library that was cut short is refused at every length")
    func cutShort() throws {
        let scratch = try Scratch()
        let whole = try good()
        let path = try scratch.file("libwasmtime.so", whole)
        var length = whole.count - 1
        while length > 0 {
            #expect(unsafe truncate(path, length) == 0)
            let error = try failure { () throws(WasmError) in _ = try WasmtimeLibrary(path: path) }
            #expect(error.code == .library)
            length = length > 100_000 ? length * 9 / 10 : length * 99 / 100 - 1
        }
    }

    @Test("another version is named, with the needed one")
    func version() throws {
        let scratch = try Scratch()
        var content = try good()
        let name = try #require(content.range(of: Data("\0set_vmctx_memory_50_0_0\0".utf8)))
        content.replaceSubrange(name, with: Data("\0set_vmctx_memory_49_1_0\0".utf8))
        let path = try scratch.file("libwasmtime.so", content)
        let error = try failure { () throws(WasmError) in _ = try WasmtimeLibrary(path: path) }
        #expect(error.message == "\(path) is Wasmtime 49.1.0, and Patchbay needs the library 50.0.0")
        #expect(error.advice?.contains("pip install wasmtime==50.0.1") == true)
    }

    @Test("a library without one of the functions names it")
    func function() throws {
        let scratch = try Scratch()
        var content = try good()
        let name = try #require(content.range(of: Data("\0wasmtime_func_call_unchecked\0".utf8)))
        content.replaceSubrange(name, with: Data("\0wasmtime_func_call_unchanged\0".utf8))
        let path = try scratch.file("libwasmtime.so", content)
        let error = try failure { () throws(WasmError) in _ = try WasmtimeLibrary(path: path) }
        #expect(error.message == "\(path) can not be loaded as Wasmtime")
        #expect(error.cause == "it has no function wasmtime_func_call_unchecked")
    }

    @Test("damaged headers are an error or read as something else, never the end of the process")
    func damagedHeaders() throws {
        let scratch = try Scratch()
        let whole = try good()
        let path = try scratch.file("libwasmtime.so", whole)
        let file = try FileHandle(forUpdating: URL(filePath: path))
        defer { try? file.close() }
        var refused = 0
        // The file header, the program headers and the note lie in front; the dynamic section is the fifth of them.
        for place in 0..<1024 {
            for value: UInt8 in [0, 0x7F, 0xFF] where whole[place] != value {
                try file.seek(toOffset: UInt64(place))
                try file.write(contentsOf: [value])
                do throws(WasmError) {
                    _ = try LibraryFile(path: path)
                } catch {
                    #expect(error.code == .library)
                    refused += 1
                }
            }
            try file.seek(toOffset: UInt64(place))
            try file.write(contentsOf: [whole[place]])
        }
        #expect(refused > 100)
        #expect(try LibraryFile(path: path).version == WasmtimeLibrary.neededVersion)
    }
}

@Suite("Where the library is looked for")
struct WasmtimeSearchTests {
    private func search(_ root: String) -> WasmtimeSearch {
        WasmtimeSearch(
            override: nil, home: "\(root)/home", virtualEnvironment: "\(root)/venv",
            pythonPath: "relative::\(root)/own", executable: "\(root)/usr/bin/patchbay",
            systemLibraries: ["\(root)/usr/lib"])
    }

    @Test("the nearest comes first, and of several Pythons the newest")
    func order() throws {
        let scratch = try Scratch()
        let root = scratch.path
        for directory in [
            "venv/lib/python3.9", "home/.local/lib/python3.9", "home/.local/lib/python3.11", "usr/lib/python3",
        ] {
            _ = try scratch.file("\(directory)/x", Data())
        }
        let places = search(root).candidates().map { path in
            path.replacing("\(root)/", with: "").replacing(/\/wasmtime\/linux-.*/, with: "")
        }
        #expect(
            places == [
                "usr/bin/libwasmtime.so", "usr/lib/patchbay/libwasmtime.so",
                "venv/lib/python3.9/site-packages", "venv/lib/python3.9/dist-packages",
                "own",
                "home/.local/lib/python3.11/site-packages", "home/.local/lib/python3.11/dist-packages",
                "home/.local/lib/python3.9/site-packages", "home/.local/lib/python3.9/dist-packages",
                "usr/lib/python3/site-packages", "usr/lib/python3/dist-packages",
            ])
    }

    @Test("a checkout's own build is found from any depth, another's directory of that name is not")
    func checkout() throws {
        let scratch = try Scratch()
        var search = WasmtimeSearch()
        search.systemLibraries = []
        search.executable = "\(scratch.path)/.build/debug/patchbay"
        let built = "\(scratch.path)/build/wasmtime/libwasmtime.so"
        #expect(!search.candidates().contains(built))
        _ = try scratch.file("Tools/setup-wasmtime", Data())
        #expect(search.candidates().contains(built))
    }

    @Test("nothing anywhere says how to get it")
    func nothing() throws {
        let scratch = try Scratch()
        let search = search(scratch.path)
        let error = try failure { () throws(WasmError) in _ = try search.load() }
        #expect(error.message == "WebAssembly plugins need Wasmtime's library, which is not on this machine")
        #expect(error.advice?.contains("pip install wasmtime==50.0.1") == true)
    }

    @Test("a library that does not fit is passed over for one that does")
    func passedOver() throws {
        let scratch = try Scratch()
        let search = search(scratch.path)
        let near = try scratch.file("usr/bin/libwasmtime.so", Data("no library".utf8))
        #expect(
            try failure { () throws(WasmError) in _ = try search.load() }.message == "\(near) is not a shared library")
        _ = try scratch.file("usr/lib/python3/x", Data())
        let far = try #require(search.candidates().last)
        try FileManager.default.createDirectory(
            at: URL(filePath: far).deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: far, withDestinationPath: WasmtimeLibrary.shared().path)
        #expect(try search.load().path == far)
    }

    @Test("PATCHBAY_WASMTIME is the only place where it is set")
    func named() throws {
        var search = WasmtimeSearch.ofThisProcess()
        search.override = "/nowhere/libwasmtime.so"
        let error = try failure { () throws(WasmError) in _ = try search.load() }
        #expect(error.message == "PATCHBAY_WASMTIME: /nowhere/libwasmtime.so can not be read")
    }

    @Test("a bare name is the file in the working directory, not one of the system's")
    func bareName() async {
        await #expect(processExitsWith: .success) {
            let found = WasmtimeSearch.ofThisProcess().candidates().first { SystemFiles.isFile($0) }
            let path = try #require(found)
            let directory = URL(filePath: path).deletingLastPathComponent()
            let changed = FileManager.default.changeCurrentDirectoryPath(directory.path)
            #expect(changed)
            _ = try WasmtimeLibrary(path: URL(filePath: path).lastPathComponent)
        }
    }

    @Test("the error becomes one of the engine")
    func conversion() {
        var error = WasmError(.deadline, "no answer in 5 s", call: "filter", advice: "raise the limit")
        error = error.located(plugin: "keep", call: "start")
        #expect(error.description == "plugin keep: filter: no answer in 5 s; raise the limit")
        let converted = PluginError(error)
        #expect(converted.code == .timedOut)
        #expect(converted.description == error.description)
    }
}
