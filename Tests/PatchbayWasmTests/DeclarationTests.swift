import CWasmtime
import Foundation
import Testing

@testable import PatchbayWasm

/// The declarations of CWasmtime against what the library's package says of itself.
@Suite("Wasmtime's declarations")
struct DeclarationTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let headers = root.appending(path: "Sources/CWasmtime/include")

    @Test("every function, layout and constant is as in the package")
    func agree() throws {
        let (status, output) = try compare(headers: Self.headers, layouts: Self.layouts())
        #expect(status == 0, "\(output)")
        #expect(output.contains("functions,"), "\(output)")
    }

    struct Change: Sendable, CustomTestStringConvertible {
        var file: String
        var from: String
        var to: String
        var named: String
        var testDescription: String { "\(from) -> \(to)" }
    }

    @Test(
        "one wrong word in a header is found",
        arguments: [
            Change(
                file: "wasmtime_functions.h", from: "(wasmtime_context_t *context, uint64_t ticks)",
                to: "(wasmtime_context_t *context, uint32_t ticks)", named: "wasmtime_context_set_epoch_deadline"),
            Change(
                file: "wasmtime_functions.h", from: "size_t count, wasm_trap_t *_Nullable *_Nonnull trap)",
                to: "size_t count)", named: "wasmtime_func_call_unchecked"),
            Change(
                file: "wasmtime_functions.h", from: "wasm_trap_t *_Nullable *_Nonnull trap)",
                to: "wasm_trap_t *_Nonnull trap)", named: "wasmtime_linker_instantiate"),
            Change(
                file: "wasmtime_functions.h", from: "X(size_t, wasmtime_memory_data_size",
                to: "X(uint32_t, wasmtime_memory_data_size", named: "wasmtime_memory_data_size"),
            Change(
                file: "wasmtime_functions.h", from: "X(void, wasmtime_module_delete",
                to: "X(void, wasmtime_module_remove", named: "wasmtime_module_remove"),
            Change(
                file: "wasmtime_types.h", from: "void *_Nullable data, uint64_t *delta",
                to: "void *_Nullable data, size_t *delta", named: "wasmtime_store_epoch_deadline_callback"),
            Change(
                file: "wasmtime_types.h", from: "WASMTIME_TRAP_CODE_INTERRUPT = 10",
                to: "WASMTIME_TRAP_CODE_INTERRUPT = 11", named: "WASMTIME_TRAP_CODE_INTERRUPT"),
        ])
    func differs(_ change: Change) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "patchbay-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        try FileManager.default.copyItem(at: Self.headers, to: directory)
        let file = directory.appending(path: change.file)
        let text = try String(contentsOf: file, encoding: .utf8)
        let range = try #require(text.range(of: change.from), "the header has no such line any more")
        try text.replacingCharacters(in: range, with: change.to).write(to: file, atomically: true, encoding: .utf8)

        let (status, output) = try compare(headers: directory, layouts: Self.layouts())
        #expect(status == 1, "\(output)")
        #expect(output.contains("\(change.named):"), "\(output)")
    }

    @Test("a wrong size or place of a field is found, and a type whose layout is not given")
    func layoutDiffers() throws {
        let layouts = Self.layouts()
        for (line, wrong) in [
            ("wasmtime_val_t - 0 32", "wasmtime_val_t - 0 24"), ("wasmtime_val_t of 8 24", "wasmtime_val_t of 4 24"),
        ] {
            #expect(layouts.contains(line))
            let (status, output) = try compare(
                headers: Self.headers, layouts: layouts.map { $0 == line ? wrong : $0 })
            #expect(status == 1 && output.hasPrefix("wasmtime_val_t "), "\(output)")
        }
        let without = layouts.filter { !$0.hasPrefix("wasmtime_extern_t ") }
        #expect(try compare(headers: Self.headers, layouts: without).output.contains("wasmtime_extern_t: its layout"))
    }

    @Test("Swift sees the sizes that the C compiler chose")
    func sizes() {
        let sizes = unsafe [
            "wasmtime_val_t": MemoryLayout<wasmtime_val_t>.size,
            "wasmtime_val_raw_t": MemoryLayout<wasmtime_val_raw_t>.size,
            "wasmtime_extern_t": MemoryLayout<wasmtime_extern_t>.size,
            "wasmtime_func_t": MemoryLayout<wasmtime_func_t>.size,
            "wasmtime_memory_t": MemoryLayout<wasmtime_memory_t>.stride,
            "wasmtime_instance_t": MemoryLayout<wasmtime_instance_t>.size,
            "wasm_byte_vec_t": MemoryLayout<wasm_byte_vec_t>.size,
        ]
        for (name, size) in sizes {
            #expect(Self.layouts().contains("\(name) - 0 \(size)"))
        }
    }

    /// What the C compiler made of the types: a line for each type and field.
    private static func layouts() -> [String] {
        var count = 0
        let first = unsafe cwasmtime_layouts(&count)
        return unsafe UnsafeBufferPointer(start: first, count: count).map { layout in
            let field = unsafe layout.field.map { unsafe String(cString: $0) } ?? "-"
            return unsafe "\(String(cString: layout.type)) \(field) \(layout.offset) \(layout.size)"
        }
    }

    private func compare(headers: URL, layouts: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", "-B", Self.root.appending(path: "Tools/compare-wasmtime").path, headers.path,
            Self.root.appending(path: "build/wasmtime").path,
        ]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(layouts.joined(separator: "\n").utf8))
        try input.fileHandleForWriting.close()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}
