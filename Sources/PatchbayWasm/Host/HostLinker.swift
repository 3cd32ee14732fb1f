internal import CWasmtime
internal import PatchbayModule

/// Makes the linker that offers the host's functions to modules.
enum HostLinker {
    static func make(_ engine: WasmEngine, usesSystem: Bool) throws(WasmError) -> OpaquePointer {
        let wasmtime = unsafe engine.library.functions.pointee
        let linker = unsafe wasmtime.wasmtime_linker_new(engine.handle)
        do throws(WasmError) {
            if usesSystem {
                unsafe try check(unsafe wasmtime.wasmtime_linker_define_wasi(linker), engine)
                // Ours stand in for those that would give what was not granted, or wait.
                unsafe wasmtime.wasmtime_linker_allow_shadowing(linker, true)
            }
            let functions = HostDispatch.functions
            let records = unsafe HostCallback.records(engine, count: functions.count)
            for (index, function) in functions.enumerated() where usesSystem || !function.isSystem {
                unsafe try define(function, records + index, linker, engine)
            }
        } catch {
            unsafe wasmtime.wasmtime_linker_delete(linker)
            throw error
        }
        return unsafe linker
    }

    private static func define(
        _ function: HostDispatch.Function, _ record: UnsafeMutablePointer<HostFunctionRecord>,
        _ linker: OpaquePointer, _ engine: WasmEngine
    ) throws(WasmError) {
        let wasmtime = unsafe engine.library.functions.pointee
        let type = unsafe type(function.type, engine)
        let module = function.isSystem ? PluginInterface.systemModule : PluginInterface.importModule
        let error = unsafe wasmtime.wasmtime_linker_define_func_unchecked(
            linker, module, module.utf8.count, function.name, function.name.utf8.count, type,
            HostCallback.function, record, nil)
        unsafe wasmtime.wasm_functype_delete(type)
        unsafe try check(error, engine)
    }

    private static func check(_ error: OpaquePointer?, _ engine: WasmEngine) throws(WasmError) {
        guard let error = unsafe error else { return }
        throw WasmError(.internalError, "a host function is refused", cause: unsafe engine.library.take(error))
    }

    private static func type(_ type: FunctionType, _ engine: WasmEngine) -> OpaquePointer {
        let wasmtime = unsafe engine.library.functions.pointee
        var parameters = unsafe vector(type.parameters, wasmtime)
        var results = unsafe vector(type.results, wasmtime)
        return unsafe wasmtime.wasm_functype_new(&parameters, &results)
    }

    private static func vector(_ types: [ValueType], _ wasmtime: cwasmtime) -> wasm_valtype_vec_t {
        let made = unsafe types.map { type in unsafe wasmtime.wasm_valtype_new(kind(type)) }
        var vector = unsafe wasm_valtype_vec_t()
        unsafe made.withUnsafeBufferPointer {
            unsafe wasmtime.wasm_valtype_vec_new(&vector, $0.count, $0.baseAddress)
        }
        return unsafe vector
    }

    private static func kind(_ type: ValueType) -> wasm_valkind_t {
        switch type {
        case .i64: WASM_I64
        case .f32: WASM_F32
        case .f64: WASM_F64
        default: WASM_I32
        }
    }
}
