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

    /// What the deadline's callback is given.
    @unsafe private struct Ticker {
        var calls = 0
        let wasmtime: cwasmtime
        let engine: OpaquePointer
    }

    @Test("a deadline's callback extends the time, then ends the call with its own error")
    func deadline() throws {
        #expect(try endlessLoop(with: WasmtimeLibrary.shared()) == "3 calls, time is up")
    }

    /// Runs a loop without end under a deadline that is extended twice; nil where any step of the way there fails.
    private func endlessLoop(with library: WasmtimeLibrary) -> String? {
        let wasmtime = unsafe library.functions.pointee
        let config = unsafe wasmtime.wasm_config_new()
        unsafe wasmtime.wasmtime_config_epoch_interruption_set(config, true)
        guard let engine = unsafe wasmtime.wasm_engine_new_with_config(config) else { return nil }
        defer { unsafe wasmtime.wasm_engine_delete(engine) }
        let text = "(module (func (export \"run\") (loop (br 0))))"
        var wasm = unsafe wasm_byte_vec_t()
        guard unsafe wasmtime.wasmtime_wat2wasm(text, text.utf8.count, &wasm) == nil else { return nil }
        defer { unsafe wasmtime.wasm_byte_vec_delete(&wasm) }
        var module: OpaquePointer?
        guard unsafe wasmtime.wasmtime_module_new(engine, wasm.data, wasm.size, &module) == nil,
            let module = unsafe module
        else { return nil }
        defer { unsafe wasmtime.wasmtime_module_delete(module) }
        let store = unsafe wasmtime.wasmtime_store_new(engine, nil, nil)
        defer { unsafe wasmtime.wasmtime_store_delete(store) }
        let context = unsafe wasmtime.wasmtime_store_context(store)
        let ticker = UnsafeMutablePointer<Ticker>.allocate(capacity: 1)
        unsafe ticker.initialize(to: Ticker(wasmtime: wasmtime, engine: engine))
        defer { unsafe ticker.deallocate() }
        unsafe wasmtime.wasmtime_store_epoch_deadline_callback(
            store,
            { _, data, delta, kind in
                guard let ticker = unsafe data?.assumingMemoryBound(to: Ticker.self) else { return nil }
                unsafe ticker.pointee.calls += 1
                if unsafe ticker.pointee.calls == 3 {
                    return unsafe ticker.pointee.wasmtime.wasmtime_error_new("time is up")
                }
                unsafe ticker.pointee.wasmtime.wasmtime_engine_increment_epoch(ticker.pointee.engine)
                unsafe delta.pointee = 0
                unsafe kind.pointee = WASMTIME_UPDATE_DEADLINE_CONTINUE
                return nil
            }, ticker, nil)
        unsafe wasmtime.wasmtime_context_set_epoch_deadline(context, 1)
        let linker = unsafe wasmtime.wasmtime_linker_new(engine)
        defer { unsafe wasmtime.wasmtime_linker_delete(linker) }
        var instance = wasmtime_instance_t()
        var trap: OpaquePointer?
        var item = unsafe wasmtime_extern_t()
        guard unsafe wasmtime.wasmtime_linker_instantiate(linker, context, module, &instance, &trap) == nil,
            unsafe wasmtime.wasmtime_instance_export_get(context, &instance, "run", 3, &item)
        else { return nil }
        unsafe wasmtime.wasmtime_engine_increment_epoch(engine)
        var run = unsafe item.of.func
        guard let error = unsafe wasmtime.wasmtime_func_call_unchecked(context, &run, nil, 0, &trap) else { return nil }
        defer { unsafe wasmtime.wasmtime_error_delete(error) }
        var message = unsafe wasm_name_t()
        unsafe wasmtime.wasmtime_error_message(error, &message)
        defer { unsafe wasmtime.wasm_byte_vec_delete(&message) }
        let words = unsafe String(
            decoding: UnsafeBufferPointer(start: message.data, count: message.size), as: UTF8.self)
        return unsafe "\(ticker.pointee.calls) calls, \(words.contains("time is up") ? "time is up" : words)"
    }
}
