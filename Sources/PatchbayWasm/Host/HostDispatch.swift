internal import CPatchbay
internal import PatchbayABI
internal import PatchbayHost
internal import PatchbayModule
internal import PatchbayPlugin

/// Hands a call of a host function on to the instance's services: bytes in the guest's memory become spans, checked first.
enum HostDispatch {
    typealias Handler = @Sendable (inout HostArguments, WasmInstance, GuestMemory) throws(PluginError) -> Void

    /// A function that the host offers.
    struct Function: Sendable {
        let name: String
        let type: FunctionType
        /// Whether it is one of WASI.
        var isSystem = false
        let handler: Handler
    }

    /// All of them, in the order of their records.
    static let functions =
        PluginInterface.hostFunctions.map { Function(name: $0.name, type: $0.type, handler: handler($0.name)) }
        + SystemInterface.functions

    /// Does what function `number` of ``functions`` is for.
    static func call(
        _ number: Int, _ arguments: inout HostArguments, _ instance: WasmInstance
    ) throws(PluginError) {
        try functions[number].handler(&arguments, instance, instance.memory)
    }

    private static func handler(_ name: String) -> Handler {
        switch name {
        case "granted": granted
        case "log": log
        case "clock": clock
        case "random": random
        case "config": config
        case "secret": secret
        case "state_get": stateGet
        case "state_set": stateSet
        case "counter": counter
        case "histogram": histogram
        case "call": callCapability
        case "answer": answer
        default: fileHandler(name)
        }
    }

    private static func fileHandler(_ name: String) -> Handler {
        switch name {
        case "open": open
        case "connect": connect
        case "read": read
        case "forward": forward
        case "write": write
        case "seek":
            { (a, i, _) throws(PluginError) in
                a.give(i.services.seek(a.int32(0), position: a.count64(1)))
            }
        case "size": { (a, i, _) throws(PluginError) in a.give(i.services.size(a.int32(0))) }
        case "sync": { (a, i, _) throws(PluginError) in a.give(i.services.synchronize(a.int32(0))) }
        default: { (a, i, _) throws(PluginError) in i.services.close(a.int32(0)) }
        }
    }

    // MARK: Words and numbers

    private static func granted(
        _ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory
    ) throws(PluginError) {
        a.give(try m.withBytes(at: a.address(0), count: a.address(1), Place("granted")) { i.services.granted($0) })
    }

    private static func log(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let place = Place("log")
        let level = a.int32(0)
        let goesOn = try m.withBytes(at: a.address(1), count: a.address(2), place) { (text) throws(PluginError) in
            try i.services.beginLine(level: level, text: text)
        }
        guard goesOn else { return }
        let fields = try m.array(
            of: LogField.self, at: a.address(3), count: min(a.address(4), UInt64(HostServices.fieldLimit)), place)
        for field in fields {
            try m.withBytes(at: field.name.address, count: field.name.length, place) { (name) throws(PluginError) in
                try m.withBytes(at: field.value.address, count: field.value.length, place) { value in
                    _ = i.services.addField(name, value)
                }
            }
        }
        i.services.endLine()
    }

    /// `patchbay_log_field`, which the header declares for guests alone.
    private struct LogField: BitwiseCopyable {
        let name: patchbay_bytes
        let value: patchbay_bytes
    }

    private static func clock(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        a.give(try i.services.clock(a.int32(0)))
    }

    private static func random(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        try m.withMutableBytes(at: a.address(0), count: a.address(1), Place("random")) { (bytes) throws(PluginError) in
            try i.services.random(&bytes)
        }
    }

    private static func config(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let value = try m.withBytes(at: a.address(0), count: a.address(1), Place("config")) { i.services.config($0) }
        try give(value, &a, m, Place("config"))
    }

    private static func secret(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let value = try m.withBytes(at: a.address(0), count: a.address(1), Place("secret")) {
            (name) throws(PluginError) in try i.services.secret(name)
        }
        try give(value, &a, m, Place("secret"))
    }

    /// Writes `value` to where arguments 2 and 3 say; its length is the result.
    private static func give(
        _ value: [UInt8]?, _ a: inout HostArguments, _ m: GuestMemory, _ place: Place
    ) throws(PluginError) {
        let capacity = a.address(2) == 0 ? 0 : a.address(3)
        a.give(
            try m.withMutableBytes(at: a.address(2), count: capacity, place) { HostServices.copy(value, into: &$0) })
    }

    private static func stateGet(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let value = try m.withBytes(at: a.address(0), count: a.address(1), Place("state_get")) {
            (key) throws(PluginError) in try i.services.state(key)
        }
        try give(value, &a, m, Place("state_get"))
    }

    private static func stateSet(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let place = Place("state_set")
        let (address, size) = (a.address(2), a.address(3))
        let result = try m.withBytes(at: a.address(0), count: a.address(1), place) {
            (key) throws(PluginError) -> Int32 in
            guard address != 0 else {
                try i.services.removeState(key)
                return 0
            }
            return try m.withBytes(at: address, count: size, place) { (value) throws(PluginError) in
                try i.services.setState(key, value)
            }
        }
        a.give(result)
    }

    private static func counter(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let delta = a.int64(2)
        try m.withBytes(at: a.address(0), count: a.address(1), Place("counter")) { (name) throws(PluginError) in
            try i.services.counter(name, delta)
        }
    }

    private static func histogram(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let value = a.float64(2)
        try m.withBytes(at: a.address(0), count: a.address(1), Place("histogram")) { (name) throws(PluginError) in
            try i.services.histogram(name, value)
        }
    }

    // MARK: Other plugins

    private static func callCapability(
        _ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory
    ) throws(PluginError) {
        let place = Place("call")
        let (operationAddress, operationCount) = (a.address(2), a.address(3))
        let (inputAddress, inputCount) = (a.address(4), a.address(5))
        let length = try m.withBytes(at: a.address(0), count: a.address(1), place) {
            (capability) throws(PluginError) in
            try m.withBytes(at: operationAddress, count: operationCount, place) { (operation) throws(PluginError) in
                try m.withBytes(at: inputAddress, count: inputCount, place) { (input) throws(PluginError) in
                    try i.services.call(capability, operation: operation, input: input)
                }
            }
        }
        if length > 0, a.address(6) != 0 {
            _ = try m.withMutableBytes(at: a.address(6), count: a.address(7), place) { i.services.answer(into: &$0) }
        }
        a.give(length)
    }

    private static func answer(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        a.give(
            try m.withMutableBytes(at: a.address(0), count: a.address(1), Place("answer")) {
                i.services.answer(into: &$0)
            })
    }

    // MARK: Files and connections

    private static func open(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let mode = a.int32(2)
        a.give(
            try m.withBytes(at: a.address(0), count: a.address(1), Place("open")) { (path) throws(PluginError) in
                try i.services.open(path, mode: mode)
            })
    }

    private static func connect(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let port = UInt32(bitPattern: a.int32(2))
        a.give(
            try m.withBytes(at: a.address(0), count: a.address(1), Place("connect")) { (host) throws(PluginError) in
                try i.services.connect(host, port: port)
            })
    }

    private static func read(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let handle = a.int32(0)
        a.give(
            try m.withMutableBytes(at: a.address(1), count: a.count64(2), Place("read")) {
                i.services.read(handle, into: &$0)
            })
    }

    private static func forward(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let handle = a.int32(0)
        guard let count = i.forward(atMost: a.count64(1), { i.services.read(handle, into: &$0) }) else {
            throw PluginError(.invalidResult, "forward: bytes can be forwarded during READ_BYTES alone")
        }
        a.give(count)
    }

    private static func write(_ a: inout HostArguments, _ i: WasmInstance, _ m: GuestMemory) throws(PluginError) {
        let handle = a.int32(0)
        a.give(
            try m.withBytes(at: a.address(1), count: a.count64(2), Place("write")) { i.services.write(handle, $0) })
    }
}
