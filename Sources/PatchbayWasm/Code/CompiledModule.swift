internal import CWasmtime
internal import PatchbayCore
internal import PatchbayModule

/// A module as machine code, linked with the host's functions: what instances are made from.
// Invariant behind @unchecked: nothing changes after it was made, and Wasmtime lets every thread instantiate it.
@safe
final class CompiledModule: @unchecked Sendable {
    let engine: WasmEngine
    /// What the module's file says.
    let file: WasmModule
    let linked: OpaquePointer
    private let module: OpaquePointer
    private let linker: OpaquePointer
    /// Whether it imports from WASI preview 1.
    let usesSystem: Bool

    /// Compiles `file`, or takes the machine code from `cache`, and links it.
    init(_ file: WasmModule, _ engine: WasmEngine, cache: CodeCache?) throws(WasmError) {
        self.file = file
        self.engine = engine
        usesSystem = file.usesSystemInterface
        let module = unsafe try Self.code(file, engine, cache)
        let wasmtime = unsafe engine.library.functions.pointee
        do throws(WasmError) {
            unsafe linker = unsafe try HostLinker.make(engine, usesSystem: usesSystem)
        } catch {
            unsafe wasmtime.wasmtime_module_delete(module)
            throw error
        }
        var linked: OpaquePointer?
        if let error = unsafe wasmtime.wasmtime_linker_instantiate_pre(linker, module, &linked) {
            let cause = unsafe engine.library.take(error)
            unsafe wasmtime.wasmtime_linker_delete(linker)
            unsafe wasmtime.wasmtime_module_delete(module)
            throw WasmError(.interface, "the module cannot be linked", cause: cause)
        }
        guard let linked = unsafe linked else { throw WasmError(.internalError, "Wasmtime linked nothing") }
        unsafe self.module = module
        unsafe self.linked = linked
    }

    deinit {
        let wasmtime = unsafe engine.library.functions.pointee
        unsafe wasmtime.wasmtime_instance_pre_delete(linked)
        unsafe wasmtime.wasmtime_linker_delete(linker)
        unsafe wasmtime.wasmtime_module_delete(module)
    }

    private static func code(
        _ file: WasmModule, _ engine: WasmEngine, _ cache: CodeCache?
    ) throws(WasmError) -> OpaquePointer {
        let wasmtime = unsafe engine.library.functions.pointee
        let entry = cache?.entry(file, engine)
        if let entry, let path = entry.verifiedPath() {
            var module: OpaquePointer?
            if let error = unsafe wasmtime.wasmtime_module_deserialize_file(engine.handle, path, &module) {
                _ = unsafe engine.library.take(error)
            } else if let module = unsafe module {
                return unsafe module
            }
        }
        var module: OpaquePointer?
        let bytes = file.bytes.span
        let error = unsafe bytes.withUnsafeBufferPointer {
            unsafe wasmtime.wasmtime_module_new(engine.handle, $0.baseAddress, $0.count, &module)
        }
        if let error = unsafe error {
            throw WasmError(.module, "it is no valid module", cause: unsafe engine.library.take(error))
        }
        guard let module = unsafe module else { throw WasmError(.internalError, "Wasmtime compiled nothing") }
        if let entry { unsafe store(module, entry, engine) }
        return unsafe module
    }

    /// A cache that cannot be written costs time, not the run.
    private static func store(_ module: OpaquePointer, _ entry: CodeCache.Entry, _ engine: WasmEngine) {
        let wasmtime = unsafe engine.library.functions.pointee
        var code = unsafe wasm_byte_vec_t()
        if let error = unsafe wasmtime.wasmtime_module_serialize(module, &code) {
            _ = unsafe engine.library.take(error)
            return
        }
        if let start = unsafe code.data {
            unsafe entry.write(Span(_unsafeStart: UnsafePointer(start), count: code.size))
        }
        unsafe wasmtime.wasm_byte_vec_delete(&code)
    }
}
