internal import CWasmtime
internal import Glibc
internal import PatchbayABI
internal import PatchbayCore
internal import PatchbayHost
internal import PatchbayModule
internal import PatchbayPlugin

/// WASI preview 1, for modules that import it. No arguments, no variables, nothing to read; what is written to the
/// standard streams becomes log lines; directories that were granted can be opened under their own paths.
///
/// The time and random bytes need their grants as everywhere, and nothing waits: a deadline could not end it.
enum SystemInterface {
    /// Gives a new instance its view of the system.
    static func configure(
        _ context: OpaquePointer, _ engine: WasmEngine, _ services: HostServices
    ) throws(WasmError) {
        let wasmtime = unsafe engine.library.functions.pointee
        let config = unsafe wasmtime.wasi_config_new()
        let writer: cwasmtime_write_t = { data, bytes, count in
            guard let data = unsafe data else { return count }
            let services = unsafe Unmanaged<HostServices>.fromOpaque(data)
            return unsafe services._withUnsafeGuaranteedRef { services in
                SystemInterface.write(unsafe Span(_unsafeStart: bytes, count: count), services)
            }
        }
        // The store that the configuration goes into does not outlive the services.
        let data = unsafe Unmanaged.passUnretained(services).toOpaque()
        unsafe wasmtime.wasi_config_set_stdout_custom(config, writer, data, nil)
        unsafe wasmtime.wasi_config_set_stderr_custom(config, writer, data, nil)
        for grant in services.grants.all {
            switch grant {
            case .read(let path): unsafe open(path, false, config, wasmtime)
            case .write(let path): unsafe open(path, true, config, wasmtime)
            default: continue
            }
        }
        if let error = unsafe wasmtime.wasmtime_context_set_wasi(context, config) {
            throw WasmError(.internalError, "WASI is refused", cause: unsafe engine.library.take(error))
        }
    }

    /// A granted directory. Files that were granted one by one cannot be given to WASI.
    private static func open(_ path: String, _ isWritable: Bool, _ config: OpaquePointer, _ wasmtime: cwasmtime) {
        _ = unsafe wasmtime.wasi_config_preopen_dir(config, path, path, isWritable)
    }

    /// Logs each line of what was written; all of it counts as written.
    private static func write(_ bytes: Span<UInt8>, _ services: HostServices) -> Int {
        var start = 0
        for end in 0...bytes.count where end == bytes.count || bytes[end] == 0x0A {
            if end > start { try? services.log(level: 2, text: bytes.extracting(start..<end)) }
            start = end + 1
        }
        return bytes.count
    }

    private static let notPermitted: Int32 = 63
    private static let notSupported: Int32 = 58

    /// Functions of WASI that the host answers itself.
    static let functions: [HostDispatch.Function] = [
        HostDispatch.Function(
            name: "clock_time_get", type: FunctionType([.i32, .i64, .i32], [.i32]), isSystem: true
        ) { (a, i, m) throws(PluginError) in
            guard i.services.mayReadClock else { return a.give(notPermitted) }
            let time = try i.services.clock(a.int32(0) == 0 ? 0 : 1)
            try m.store(time, at: a.address(2), Place("clock_time_get"))
            a.give(Int32(0))
        },
        HostDispatch.Function(
            name: "clock_res_get", type: FunctionType([.i32, .i32], [.i32]), isSystem: true
        ) { (a, i, m) throws(PluginError) in
            guard i.services.mayReadClock else { return a.give(notPermitted) }
            try m.store(Int64(1), at: a.address(1), Place("clock_res_get"))
            a.give(Int32(0))
        },
        HostDispatch.Function(
            name: "random_get", type: FunctionType([.i32, .i32], [.i32]), isSystem: true
        ) { (a, i, m) throws(PluginError) in
            guard i.services.mayUseRandom else { return a.give(notPermitted) }
            try m.withMutableBytes(at: a.address(0), count: a.address(1), Place("random_get")) {
                (bytes) throws(PluginError) in try i.services.random(&bytes)
            }
            a.give(Int32(0))
        },
        HostDispatch.Function(
            name: "poll_oneoff", type: FunctionType([.i32, .i32, .i32, .i32], [.i32]), isSystem: true
        ) { (a, _, _) throws(PluginError) in a.give(notSupported) },
    ]
}
