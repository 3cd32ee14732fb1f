internal import CWasmtime

/// WASI preview 1, for modules that import it: no arguments, no variables, nothing to read, output thrown away.
enum SystemInterface {
    static func configure(
        _ context: OpaquePointer, _ engine: WasmEngine, _ host: InstanceHost
    ) throws(WasmError) {
        let wasmtime = unsafe engine.library.functions.pointee
        let config = unsafe wasmtime.wasi_config_new()
        if let error = unsafe wasmtime.wasmtime_context_set_wasi(context, config) {
            throw WasmError(.internalError, "WASI", cause: unsafe engine.library.take(error))
        }
    }
}
