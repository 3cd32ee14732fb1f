internal import CWasmtime

/// The function that Wasmtime calls for every host function.
enum HostCallback {
    static let function: wasmtime_func_unchecked_callback_t = { number, caller, slots, count in
        nil
    }
}
