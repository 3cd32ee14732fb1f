import CWasmtime
import Testing

@testable import PatchbayWasm

@Suite("Wasmtime's library")
struct LibraryTests {
    @Test("is found, is the needed one, and its functions can be called")
    func found() throws {
        let library = try WasmtimeLibrary.shared()
        #expect(library.identity.hasPrefix("wasmtime-50.0.0-"))
        #expect(twice(20, with: library) == 40)
    }

    /// The answer of a module that adds its two arguments; nil where any step of the way there fails.
    private func twice(_ number: Int32, with library: WasmtimeLibrary) -> Int32? {
        let wasmtime = unsafe library.functions.pointee
        let text = "(module (func (export \"add\") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))"
        var wasm = unsafe wasm_byte_vec_t()
        guard unsafe wasmtime.wasmtime_wat2wasm(text, text.utf8.count, &wasm) == nil else { return nil }
        defer { unsafe wasmtime.wasm_byte_vec_delete(&wasm) }
        guard let engine = unsafe wasmtime.wasm_engine_new_with_config(wasmtime.wasm_config_new()) else { return nil }
        defer { unsafe wasmtime.wasm_engine_delete(engine) }
        var module: OpaquePointer?
        guard unsafe wasmtime.wasmtime_module_new(engine, wasm.data, wasm.size, &module) == nil,
            let module = unsafe module
        else { return nil }
        defer { unsafe wasmtime.wasmtime_module_delete(module) }
        let store = unsafe wasmtime.wasmtime_store_new(engine, nil, nil)
        defer { unsafe wasmtime.wasmtime_store_delete(store) }
        let context = unsafe wasmtime.wasmtime_store_context(store)
        let linker = unsafe wasmtime.wasmtime_linker_new(engine)
        defer { unsafe wasmtime.wasmtime_linker_delete(linker) }
        var instance = wasmtime_instance_t()
        var trap: OpaquePointer?
        guard unsafe wasmtime.wasmtime_linker_instantiate(linker, context, module, &instance, &trap) == nil else {
            return nil
        }
        var item = unsafe wasmtime_extern_t()
        guard unsafe wasmtime.wasmtime_instance_export_get(context, &instance, "add", 3, &item),
            unsafe item.kind == WASMTIME_EXTERN_FUNC
        else { return nil }
        var slots = unsafe [wasmtime_val_raw_t](repeating: wasmtime_val_raw_t(i32: number), count: 2)
        var function = unsafe item.of.func
        guard unsafe wasmtime.wasmtime_func_call_unchecked(context, &function, &slots, slots.count, &trap) == nil,
            unsafe trap == nil
        else { return nil }
        return unsafe slots[0].i32
    }
}
