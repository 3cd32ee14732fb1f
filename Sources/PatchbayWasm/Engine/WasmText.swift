internal import CWasmtime

/// What Wasmtime says in errors and traps, as Swift values; the originals are deleted. The one place that reads them.
extension WasmtimeLibrary {
    /// The text of an error, which is deleted.
    func take(_ error: OpaquePointer) -> String {
        var message = unsafe wasm_byte_vec_t()
        unsafe functions.pointee.wasmtime_error_message(error, &message)
        let text = unsafe Self.text(message)
        unsafe functions.pointee.wasm_byte_vec_delete(&message)
        unsafe functions.pointee.wasmtime_error_delete(error)
        return text
    }

    /// The status with which a guest ended itself, if this is such an error.
    func exitStatus(_ error: OpaquePointer) -> Int32? {
        var status: Int32 = 0
        return unsafe functions.pointee.wasmtime_error_exit_status(error, &status) ? status : nil
    }

    /// Why a guest was ended, which is deleted: the trap's code and a text with the functions that were under way.
    func take(trap: OpaquePointer) -> (code: wasmtime_trap_code_t?, text: String) {
        var code: wasmtime_trap_code_t = 0
        let hasCode = unsafe functions.pointee.wasmtime_trap_code(trap, &code)
        var message = unsafe wasm_message_t()
        unsafe functions.pointee.wasm_trap_message(trap, &message)
        let text = unsafe Self.text(message)
        unsafe functions.pointee.wasm_byte_vec_delete(&message)
        unsafe functions.pointee.wasm_trap_delete(trap)
        return (hasCode ? code : nil, text)
    }

    static func text(_ bytes: wasm_byte_vec_t) -> String {
        guard let start = unsafe bytes.data else { return "" }
        // Traps end their text with a zero.
        let all = unsafe UnsafeBufferPointer(start: start, count: bytes.size)
        return unsafe String(decoding: all.prefix { $0 != 0 }, as: UTF8.self)
    }
}
