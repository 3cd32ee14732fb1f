public import CPatchbayGuest

/// What a plugin without state does with a batch of so many rows.
@usableFromInline typealias Body = (UnsafeMutablePointer<patchbay_guest_instance>, Int) -> Void

/// The closure as it lies in memory: in a structure, so that it keeps its own calling convention.
@safe
@usableFromInline
struct StoredBody {
    @usableFromInline let body: Body

    @inlinable
    @inline(__always)
    init(_ body: @escaping Body) {
        unsafe self.body = body
    }
}

/// Registers a plugin without state: all that it needs of Swift is the closure, so that nothing else is linked.
@inlinable
@inline(__always)
@unsafe
func register(_ operation: patchbay_operation, _ body: @escaping Body) {
    unsafe put(body, in: patchbay_guest_register(Int32(truncatingIfNeeded: operation.rawValue)))
}

/// Registers a plugin without state that reads one field alone.
@inlinable
@inline(__always)
@unsafe
func register(_ operation: patchbay_operation, by field: StaticString, _ body: @escaping Body) {
    let number = Int32(truncatingIfNeeded: operation.rawValue)
    unsafe put(body, in: patchbay_guest_register_by(number, field.utf8Start, field.utf8CodeUnitCount))
}

@inlinable
@inline(__always)
@unsafe
func put(_ body: @escaping Body, in plugin: UnsafeMutablePointer<patchbay_guest_plugin>) {
    // The closure lies at the beginning of the structure, and lives as long as it.
    unsafe UnsafeMutableRawPointer(plugin).initializeMemory(as: StoredBody.self, to: StoredBody(body))
}

/// Makes the instances of a plugin.
@usableFromInline
final class Maker {
    @usableFromInline typealias Make = (Options) throws(PluginFailure) -> Instance

    let make: Make
    let recognize: ((Span<UInt8>) -> Int)?

    init(_ make: @escaping Make, recognize: ((Span<UInt8>) -> Int)?) {
        self.make = make
        self.recognize = recognize
    }
}

/// Registers a plugin whose instances are Swift objects.
@usableFromInline
func register(
    _ type: StaticString, named name: StaticString = "", reading reads: Reads = .everything,
    recognize: ((Span<UInt8>) -> Int)? = nil, _ make: @escaping Maker.Make
) {
    let plugin = unsafe patchbay_guest_register_named(
        type.utf8Start, type.utf8CodeUnitCount, name.utf8Start, name.utf8CodeUnitCount
    ) { instance, operation, frame in
        guard let instance = unsafe instance, let frame = unsafe frame else { return PATCHBAY_FAILED.rawValue }
        return unsafe answer(instance, patchbay_operation(UInt32(truncatingIfNeeded: operation)), frame)
    }
    guard let plugin = unsafe plugin else { return }
    unsafe reads.apply(&plugin.pointee.reads)
    unsafe plugin.pointee.maker = UnsafeRawPointer(Unmanaged.passRetained(Maker(make, recognize: recognize)).toOpaque())
}

@unsafe
private func answer(
    _ instance: UnsafeMutablePointer<patchbay_guest_instance>, _ operation: patchbay_operation, _ frame: Frame
) -> Int32 {
    do throws(PluginFailure) {
        guard let object = unsafe instance.pointee.object else { return try unsafe create(instance, frame) }
        let swift = unsafe Unmanaged<Instance>.fromOpaque(object)
        if operation == PATCHBAY_DESTROY {
            unsafe swift.release()
            unsafe patchbay_guest_destroy(instance)
            return PATCHBAY_OK.rawValue
        }
        if operation == PATCHBAY_RECOGNIZE, let maker = unsafe instance.pointee.plugin.pointee.maker {
            guard let recognize = unsafe Unmanaged<Maker>.fromOpaque(maker).takeUnretainedValue().recognize else {
                return PATCHBAY_UNSUPPORTED.rawValue
            }
            let confidence = recognize(unsafe Span(_unsafeBytes: frame.pointee.input))
            unsafe frame.pointee.consumed = UInt64(max(0, min(100, confidence)))
            return PATCHBAY_OK.rawValue
        }
        return try unsafe swift.takeUnretainedValue().call(operation, frame)
    } catch {
        unsafe frame.pointee.message = error.message.address
        return error.kind.status
    }
}

@unsafe
private func create(
    _ instance: UnsafeMutablePointer<patchbay_guest_instance>, _ frame: Frame
) throws(PluginFailure) -> Int32 {
    guard let maker = unsafe instance.pointee.plugin.pointee.maker else { return PATCHBAY_FAILED.rawValue }
    let made = try unsafe Unmanaged<Maker>.fromOpaque(maker).takeUnretainedValue().make(Options(frame.pointee.options))
    unsafe made.base = instance
    unsafe instance.pointee.object = Unmanaged.passRetained(made).toOpaque()
    return PATCHBAY_OK.rawValue
}

extension PluginFailure.Kind {
    var status: Int32 {
        switch self {
        case .failed: PATCHBAY_FAILED.rawValue
        case .options: PATCHBAY_BAD_OPTIONS.rawValue
        case .schema: PATCHBAY_BAD_SCHEMA.rawValue
        case .input: PATCHBAY_BAD_INPUT.rawValue
        case .output: PATCHBAY_BAD_OUTPUT.rawValue
        }
    }
}
