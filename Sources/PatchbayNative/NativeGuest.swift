internal import CPatchbay
internal import PatchbayABI
internal import PatchbayHost
public import PatchbayPlugin

/// The functions of a plugin behind the ABI of `patchbay_plugin.h` that is linked into this program: written with a guest
/// SDK, and run without a module around it.
///
/// Such a plugin is trusted like any other code of the program: it shares its memory, and nothing limits it. Its host
/// functions are those of a module, grants included, when `installHost` was given.
@safe
public struct NativeFunctions: Sendable {
    let call: @Sendable (Int32, UnsafeMutableRawPointer) -> Int32
    let allocate: @Sendable (UInt32) -> UnsafeMutableRawPointer?
    let free: @Sendable (UnsafeMutableRawPointer) -> Void

    /// `patchbay_call`, which gets the operation and the address of the call frame, and the plugin's two functions for
    /// memory that the host writes to.
    ///
    /// - Parameters:
    ///   - call: `patchbay_call`.
    ///   - allocate: `patchbay_allocate`.
    ///   - free: `patchbay_free`.
    ///   - installHost: gets the address of a `patchbay_guest_host`, which stays; to be passed to
    ///     `patchbay_guest_install_host`. Without it the plugin has no host functions but `log`.
    @unsafe
    public init(
        call: @escaping @Sendable (_ operation: Int32, _ frame: UnsafeMutableRawPointer) -> Int32,
        allocate: @escaping @Sendable (_ size: UInt32) -> UnsafeMutableRawPointer?,
        free: @escaping @Sendable (_ address: UnsafeMutableRawPointer) -> Void,
        installHost: ((_ table: UnsafeRawPointer) -> Void)? = nil
    ) {
        unsafe self.call = call
        unsafe self.allocate = allocate
        unsafe self.free = free
        unsafe installHost?(UnsafeRawPointer(NativeHost.table))
    }
}

/// An instance of a plugin in this program.
private final class NativeGuest: Guest {
    private let functions: NativeFunctions
    private let context: NativeHost.Context

    init(_ functions: NativeFunctions, _ services: HostServices) {
        self.functions = functions
        context = NativeHost.Context(services)
    }

    deinit { context.services.close() }

    var memory: GuestMemory { unsafe .process }
    var isWornOut: Bool { false }
    var wearsOut: Bool { false }

    func call(_ operation: patchbay_operation, frame: UInt64) throws(PluginError) -> Int32 {
        guard let frame = unsafe UnsafeMutableRawPointer(bitPattern: UInt(frame)) else {
            throw PluginError(.internalError, "a call without a frame")
        }
        return try NativeHost.serving(context) {
            unsafe functions.call(Int32(bitPattern: operation.rawValue), frame)
        }
    }

    func allocate(_ size: Int) throws(PluginError) -> UInt64 {
        guard let size = UInt32(exactly: size), let memory = unsafe functions.allocate(size) else {
            throw PluginError(.crashed, "the plugin has no memory for \(size) bytes")
        }
        return UInt64(UInt(bitPattern: memory))
    }

    func free(_ address: UInt64) throws(PluginError) {
        if let memory = unsafe UnsafeMutableRawPointer(bitPattern: UInt(address)) { unsafe functions.free(memory) }
    }

    func attach(_ context: PluginContext) {}

    @unsafe
    func setForwardingTarget(_ target: UnsafeMutableRawBufferPointer?) -> Int {
        defer { context.forwarded = 0 }
        unsafe context.target = target
        return context.forwarded
    }
}

private final class NativeGuestMaker: GuestMaker {
    private let functions: NativeFunctions
    private let capability: Capability
    private let configuration: PluginConfiguration

    init(_ functions: NativeFunctions, _ capability: Capability, _ configuration: PluginConfiguration) {
        self.functions = functions
        self.capability = capability
        self.configuration = configuration
    }

    func makeGuest() throws(PluginError) -> any Guest {
        NativeGuest(functions, HostServices(for: capability, configuration: configuration))
    }
}

/// Makes instances of a plugin that is linked into this program behind the ABI.
struct NativeGuestFactory: PluginFactory {
    let manifest: PluginManifest
    let origin: String
    let functions: NativeFunctions

    func makeInstance(
        for capability: Capability, configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance {
        guard manifest.capabilities.contains(capability) else {
            throw PluginError(.unsupported, "\(manifest.name) does not offer \(capability)")
        }
        let maker = NativeGuestMaker(functions, capability, configuration)
        return try GuestPlugin(maker, capability, configuration).instance()
    }

    func recognizes(_ bytes: Span<UInt8>) -> Int {
        guard let capability = manifest.capabilities.first(where: { $0.role == .parser }) else { return 0 }
        let configuration = PluginConfiguration(checked: [:])
        let maker = NativeGuestMaker(functions, capability, configuration)
        return (try? GuestPlugin(maker, capability, configuration).recognizes(bytes)) ?? 0
    }
}

extension PluginRegistry {
    /// Registers a plugin that is linked into this program behind the ABI: the same source as a module's.
    ///
    /// - Parameters:
    ///   - functions: what the guest SDK exports.
    ///   - manifest: what `plugin.yaml` says of the plugin.
    ///   - origin: what lists say where it comes from.
    public mutating func register(
        _ functions: NativeFunctions, manifest: PluginManifest, origin: String = "host"
    ) throws(PluginError) {
        try register(NativeGuestFactory(manifest: manifest, origin: origin, functions: functions))
    }
}
