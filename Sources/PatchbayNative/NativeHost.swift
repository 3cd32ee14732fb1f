internal import CPatchbay
internal import Glibc
internal import PatchbayHost
internal import PatchbayPlugin

/// The host functions for plugins behind the ABI that are linked into this program. They do not say which instance calls
/// them: it is the one that the thread is in. All unsafe code about them is in this file.
///
/// A function that was refused answers as if there were nothing; the call of the plugin then ends with the refusal,
/// whatever the plugin answers, as it does in a module.
enum NativeHost {
    /// What the functions need of an instance.
    @safe
    final class Context {
        let services: HostServices
        /// The first refusal of the present call.
        var refusal: PluginError?
        /// Where forwarded bytes go, and how many went.
        var target: UnsafeMutableRawBufferPointer?
        var forwarded = 0

        init(_ services: HostServices) { self.services = services }
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        unsafe pthread_key_create(&key, nil)
        return key
    }()

    /// Runs `body`, during which the functions are those of `context`.
    static func serving(_ context: Context, _ body: () -> Int32) throws(PluginError) -> Int32 {
        let outer = unsafe pthread_getspecific(key)
        unsafe pthread_setspecific(key, Unmanaged.passUnretained(context).toOpaque())
        context.refusal = nil
        let status = body()
        unsafe pthread_setspecific(key, outer)
        if let refusal = context.refusal { throw refusal }
        return status
    }

    /// The instance that the thread is in; nil outside of calls.
    private static var current: Context? {
        guard let pointer = unsafe pthread_getspecific(key) else { return nil }
        return unsafe Unmanaged<Context>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// What `body` gives, or `missing` outside of calls and when it is refused.
    private static func ask<Result>(
        _ missing: Result, _ body: (Context) throws(PluginError) -> Result
    ) -> Result {
        guard let context = current else { return missing }
        do throws(PluginError) {
            return try body(context)
        } catch {
            context.refusal = context.refusal ?? error
            return missing
        }
    }

    // The caller's memory, which it keeps during the call.
    @unsafe
    @_lifetime(immortal)
    private static func span(_ start: UnsafeRawPointer?, _ count: Int) -> Span<UInt8> {
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
        let span = unsafe Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self))
        return unsafe _overrideLifetime(span, copying: ())
    }

    @unsafe
    @_lifetime(immortal)
    private static func room(_ start: UnsafeMutableRawPointer?, _ count: Int) -> MutableSpan<UInt8> {
        let bytes = unsafe UnsafeMutableRawBufferPointer(start: start, count: start == nil ? 0 : count)
        let span = unsafe MutableSpan(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self))
        return unsafe _overrideLifetime(span, copying: ())
    }

    @unsafe
    private static func give(_ value: [UInt8]?, _ start: UnsafeMutableRawPointer?, _ capacity: UInt32) -> Int64 {
        var room = unsafe room(start, Int(capacity))
        return HostServices.copy(value, into: &room)
    }

    /// The functions; they stay as long as the program runs.
    nonisolated(unsafe) static let table: UnsafePointer<patchbay_guest_host> = {
        let table = UnsafeMutablePointer<patchbay_guest_host>.allocate(capacity: 1)
        var host = patchbay_guest_host()
        setWords(&host)
        setValues(&host)
        setFiles(&host)
        unsafe table.initialize(to: host)
        return unsafe UnsafePointer(table)
    }()

    private static func setWords(_ host: inout patchbay_guest_host) {
        unsafe host.granted = { name, length in
            NativeHost.ask(0) { unsafe $0.services.granted(NativeHost.span(name, Int(length))) }
        }
        unsafe host.log = { level, text, length, fields, count in
            NativeHost.ask(()) { (context) throws(PluginError) in
                let services = context.services
                guard unsafe try services.beginLine(level: level, text: NativeHost.span(text, Int(length))) else {
                    return
                }
                for index in 0..<min(Int(count), HostServices.fieldLimit) {
                    guard let field = unsafe fields?[index] else { break }
                    let (name, value) = (field.name, field.value)
                    unsafe services.addField(NativeHost.bytes(name), NativeHost.bytes(value))
                }
                services.endLine()
            }
        }
        host.clock = { kind in
            NativeHost.ask(0) { (context) throws(PluginError) in try context.services.clock(kind) }
        }
        unsafe host.random = { bytes, length in
            NativeHost.ask(()) { (context) throws(PluginError) in
                var room = unsafe NativeHost.room(bytes, Int(length))
                try context.services.random(&room)
            }
        }
        unsafe host.counter = { name, length, delta in
            NativeHost.ask(()) { (context) throws(PluginError) in
                unsafe try context.services.counter(NativeHost.span(name, Int(length)), delta)
            }
        }
        unsafe host.histogram = { name, length, value in
            NativeHost.ask(()) { (context) throws(PluginError) in
                unsafe try context.services.histogram(NativeHost.span(name, Int(length)), value)
            }
        }
    }

    @unsafe
    @_lifetime(immortal)
    private static func bytes(_ bytes: patchbay_bytes) -> Span<UInt8> {
        unsafe span(UnsafeRawPointer(bitPattern: UInt(bytes.address)), Int(clamping: bytes.length))
    }

    private static func setValues(_ host: inout patchbay_guest_host) {
        unsafe host.config = { name, length, value, capacity in
            NativeHost.ask(-1) {
                unsafe NativeHost.give($0.services.config(NativeHost.span(name, Int(length))), value, capacity)
            }
        }
        unsafe host.secret = { name, length, value, capacity in
            NativeHost.ask(-1) { (context) throws(PluginError) in
                let secret = unsafe try context.services.secret(NativeHost.span(name, Int(length)))
                return unsafe NativeHost.give(secret, value, capacity)
            }
        }
        unsafe host.state_get = { key, length, value, capacity in
            NativeHost.ask(-1) { (context) throws(PluginError) in
                let state = unsafe try context.services.state(NativeHost.span(key, Int(length)))
                return unsafe NativeHost.give(state, value, capacity)
            }
        }
        unsafe host.state_set = { key, length, value, size in
            NativeHost.ask(-1) { (context) throws(PluginError) in
                let name = unsafe NativeHost.span(key, Int(length))
                guard let value = unsafe value else {
                    try context.services.removeState(name)
                    return 0
                }
                return unsafe try context.services.setState(name, NativeHost.span(value, Int(size)))
            }
        }
        unsafe host.call = { capability, length, operation, operationLength, input, inputLength, output, capacity in
            NativeHost.ask(-1) { (context) throws(PluginError) in
                let count = unsafe try context.services.call(
                    NativeHost.span(capability, Int(length)),
                    operation: NativeHost.span(operation, Int(operationLength)),
                    input: NativeHost.span(input, Int(inputLength)))
                var room = unsafe NativeHost.room(output, Int(capacity))
                if count > 0 { _ = context.services.answer(into: &room) }
                return count
            }
        }
        unsafe host.answer = { output, capacity in
            NativeHost.ask(-1) {
                var room = unsafe NativeHost.room(output, Int(capacity))
                return $0.services.answer(into: &room)
            }
        }
    }

    private static func setFiles(_ host: inout patchbay_guest_host) {
        unsafe host.open = { path, length, mode in
            NativeHost.ask(-EACCES) { (context) throws(PluginError) in
                unsafe try context.services.open(NativeHost.span(path, Int(length)), mode: mode)
            }
        }
        unsafe host.connect = { name, length, port in
            NativeHost.ask(-EACCES) { (context) throws(PluginError) in
                unsafe try context.services.connect(NativeHost.span(name, Int(length)), port: port)
            }
        }
        unsafe host.read = { handle, bytes, capacity in
            NativeHost.ask(-1) {
                var room = unsafe NativeHost.room(bytes, Int(clamping: capacity))
                return $0.services.read(handle, into: &room)
            }
        }
        host.forward = { handle, limit in
            NativeHost.ask(-1) { (context) throws(PluginError) in
                guard let target = unsafe context.target else {
                    throw PluginError(.invalidResult, "forward: bytes can be forwarded during READ_BYTES alone")
                }
                let count = min(target.count - context.forwarded, Int(clamping: limit))
                var room = unsafe NativeHost.room(target.baseAddress.map { unsafe $0 + context.forwarded }, count)
                let result = context.services.read(handle, into: &room)
                if result > 0 { context.forwarded += min(Int(result), count) }
                return result
            }
        }
        unsafe host.write = { handle, bytes, length in
            NativeHost.ask(-1) {
                unsafe $0.services.write(handle, NativeHost.span(bytes, Int(clamping: length)))
            }
        }
        host.seek = { handle, position in
            NativeHost.ask(-1) { $0.services.seek(handle, position: position) }
        }
        host.size = { handle in NativeHost.ask(-1) { $0.services.size(handle) } }
        host.sync = { handle in NativeHost.ask(-1) { $0.services.synchronize(handle) } }
        host.close = { handle in NativeHost.ask(()) { $0.services.close(handle) } }
    }
}
