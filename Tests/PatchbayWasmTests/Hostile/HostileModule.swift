import CPatchbay
import CWasmtime
import PatchbayCore
import PatchbayModule
import PatchbayPlugin

@testable import PatchbayWasm

/// A plugin in WebAssembly text: sound by itself, with pieces of code put in where it misbehaves.
struct HostileModule {
    var role = Role.filter
    /// Before everything else: imports.
    var imports = ""
    /// Further memory, globals, functions, a start function.
    var definitions = ""
    /// Run at the start of the exported functions; `$operation` and `$frame`, `$size`, `$address` can be used.
    var onCall = ""
    var onAllocate = ""
    var onFree = ""
    var memory = "(memory (export \"memory\") 4)"

    /// Where a member of the call frame lies.
    static func place<T>(_ member: KeyPath<patchbay_call_frame, T>) -> Int {
        MemoryLayout<patchbay_call_frame>.offset(of: member) ?? 0
    }

    /// The operation's number, for `onCall`.
    static func at(_ operation: patchbay_operation, _ code: String) -> String {
        "(if (i32.eq (local.get $operation) (i32.const \(operation.rawValue))) (then \(code)))"
    }

    /// Puts a number into a member of the call frame.
    static func put(_ value: Int64, _ place: Int) -> String {
        "(i64.store offset=\(place) (local.get $frame) (i64.const \(value)))"
    }

    static let endless = "(loop $again (br $again))"

    /// The text of the module. A filter answers with a bitmap of 1024 ones; everything else with a frame as it came.
    var text: String {
        """
        (module \(imports)
          \(memory)
          (global $heap (mut i32) (i32.const 65536))
          (data (i32.const 1024) "\(String(repeating: "\\ff", count: 128))")
          \(definitions)
          (func (export "patchbay_allocate") (param $size i32) (result i32) (local $address i32)
            \(onAllocate)
            (local.set $address (global.get $heap))
            (global.set $heap (i32.and (i32.add (i32.add (local.get $address) (local.get $size)) (i32.const 15))
              (i32.const -16)))
            (block $fits
              (br_if $fits (i32.le_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536))))
              (drop (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1)))))
            (local.get $address))
          (func (export "patchbay_free") (param $address i32) \(onFree))
          (func (export "patchbay_call") (param $operation i32) (param $frame i32) (result i32)
            \(onCall)
            (if (i32.eq (local.get $operation) (i32.const \(PATCHBAY_FILTER.rawValue))) (then
              (i64.store offset=\(Self.place(\.output)) (local.get $frame) (i64.const 1024))
              (i64.store offset=\(Self.place(\.output) + 8) (local.get $frame)
                (i64.shr_u (i64.add (i64.load offset=\(Self.place(\.batch)) (local.get $frame)) (i64.const 7))
                  (i64.const 3)))))
            (i32.const 0)))
        """
    }

    /// The module's file, with its manifest.
    func bytes() throws -> Bytes {
        let module = try WasmModule(try Self.assemble(text))
        var manifest = PluginManifest(role, name: "hostile", summary: "Misbehaves.")
        manifest.abi = PluginInterface.version
        return module.replacing(section: PluginInterface.manifestSection, with: manifest.json().span)
    }

    func factory() throws -> WasmFactory { try Self.factory(try bytes()) }

    /// A factory that leaves nothing on the disk.
    static func factory(_ bytes: Bytes) throws(PluginError) -> WasmFactory {
        var options = WasmOptions()
        options.cachesCode = false
        return try WasmFactory(bytes, origin: "hostile.wasm", options: options)
    }

    static func assemble(_ text: String) throws -> Bytes {
        let library = try WasmtimeLibrary.shared()
        var binary = unsafe wasm_byte_vec_t()
        if let error = unsafe library.functions.pointee.wasmtime_wat2wasm(text, text.utf8.count, &binary) {
            throw WasmError(.module, unsafe library.take(error))
        }
        defer { unsafe library.functions.pointee.wasm_byte_vec_delete(&binary) }
        guard let start = unsafe binary.data else { throw WasmError(.module, "no bytes") }
        return unsafe Bytes(copying: Span(_unsafeStart: UnsafePointer(start), count: binary.size))
    }
}

/// Limits that end a misbehaving guest soon.
extension PluginLimits {
    static var short: PluginLimits {
        var limits = PluginLimits()
        limits.memory = 8 << 20
        limits.millisecondsPerCall = 50
        limits.outputBytesPerCall = 1 << 20
        return limits
    }
}

/// A filter as the engine holds it.
struct HostileFilter {
    var proxy: FilterProxy
    static let schema = Schema(fields: [Field("n", .int64), Field("t", .utf8)])

    init(_ factory: WasmFactory, _ limits: PluginLimits = .short) throws {
        let configuration = PluginConfiguration(checked: [:], limits: limits, stage: "keep")
        let instance = try factory.makeInstance(for: Capability(.filter, name: "hostile"), configuration: configuration)
        guard case .filter(let plugin) = instance else { throw WasmError(.unsupported, "no filter") }
        proxy = FilterProxy(plugin, plugin: "hostile", stage: "keep")
        try proxy.bind(Self.schema)
        try proxy.start(PluginContext(stage: "keep"))
    }

    static func batch(rows: Int = 10) -> Batch {
        let builder = BatchBuilder(schema: schema)
        for row in 0..<rows {
            builder.fields[0].append(int64: Int64(row))
            builder.fields[1].append(copying: Bytes("text \(row)").span)
            builder.value.append(copying: Bytes("record \(row)").span)
        }
        return builder.finish()
    }

    /// How many records it keeps.
    mutating func keep(_ batch: Batch = HostileFilter.batch()) throws(PluginError) -> Int {
        var selection = Selection(count: batch.count, all: true)
        var rejections = Rejections()
        try proxy.filter(batch, into: &selection, rejections: &rejections)
        return selection.selectedCount
    }
}
