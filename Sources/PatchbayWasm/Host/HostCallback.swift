internal import CWasmtime
internal import PatchbayPlugin

/// What a callback gets from Wasmtime besides the arguments. Made once per engine and kept.
@safe
struct HostFunctionRecord {
    let wasmtime: UnsafePointer<cwasmtime>
    /// Position in ``HostDispatch/functions``.
    let number: Int
}

/// The function that Wasmtime calls for every host function.
enum HostCallback {
    static let function: wasmtime_func_unchecked_callback_t = { environment, caller, slots, count in
        guard let environment = unsafe environment else { return nil }
        let record = unsafe environment.assumingMemoryBound(to: HostFunctionRecord.self).pointee
        let wasmtime = unsafe record.wasmtime.pointee
        guard let slots = unsafe slots,
            let data = unsafe wasmtime.wasmtime_context_get_data(wasmtime.wasmtime_caller_context(caller))
        else { return unsafe wasmtime.wasmtime_trap_new("no instance", 11) }
        let instance = unsafe Unmanaged<WasmInstance>.fromOpaque(data)
        return unsafe instance._withUnsafeGuaranteedRef { instance in
            var arguments = unsafe HostArguments(slots: slots, count: count)
            do throws(PluginError) {
                try HostDispatch.call(record.number, &arguments, instance)
                return nil
            } catch {
                instance.hostError = error
                return unsafe wasmtime.wasmtime_trap_new("host", 4)
            }
        }
    }

    /// The records for all host functions, for one engine.
    static func records(_ engine: WasmEngine, count: Int) -> UnsafeMutablePointer<HostFunctionRecord> {
        let records = UnsafeMutablePointer<HostFunctionRecord>.allocate(capacity: count)
        for number in 0..<count {
            unsafe (records + number).initialize(
                to: HostFunctionRecord(wasmtime: engine.library.functions, number: number))
        }
        return unsafe records
    }
}

/// The arguments of one call, in whose place the result goes.
@safe
struct HostArguments {
    private let slots: UnsafeMutablePointer<wasmtime_val_raw_t>
    private let count: Int

    init(slots: UnsafeMutablePointer<wasmtime_val_raw_t>, count: Int) {
        unsafe self.slots = slots
        self.count = count
    }

    private func slot(_ index: Int) -> wasmtime_val_raw_t {
        precondition(index < count)
        return unsafe slots[index]
    }

    func int32(_ index: Int) -> Int32 { unsafe slot(index).i32 }
    func address(_ index: Int) -> UInt64 { UInt64(UInt32(bitPattern: int32(index))) }
    func int64(_ index: Int) -> Int64 { unsafe slot(index).i64 }
    func count64(_ index: Int) -> UInt64 { UInt64(bitPattern: int64(index)) }
    func float64(_ index: Int) -> Double { unsafe slot(index).f64 }

    func give(_ result: Int32) { unsafe slots[0].i32 = result }
    func give(_ result: Int64) { unsafe slots[0].i64 = result }
}
