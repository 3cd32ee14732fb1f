public import PatchbayCore
internal import PatchbayModule
public import PatchbayPlugin

/// Makes instances of the plugin in a WebAssembly module that imports from WASI preview 1: built with a C library, or in
/// a language whose own library needs one.
///
/// It speaks the plugin ABI like every other; WASI is what its library finds when it asks for files, the time or random
/// bytes. Everything needs the same grants as elsewhere.
public final class WasiFactory: PluginFactory {
    private let factory: WasmFactory

    /// What the module says of itself, in its custom section.
    public var manifest: PluginManifest { factory.manifest }
    /// The file's path.
    public var origin: String { factory.origin }

    /// A factory for the module in the file at `path`.
    public convenience init(path: String, options: WasmOptions = WasmOptions()) throws(PluginError) {
        try self.init(try SystemFiles.content(path), origin: path, options: options)
    }

    /// A factory for the module in `bytes`, which `origin` names in lists and errors.
    public init(_ bytes: Bytes, origin: String, options: WasmOptions = WasmOptions()) throws(PluginError) {
        factory = try WasmFactory(bytes, origin: origin, options: options, allowsSystem: true)
    }

    /// How sure the plugin is that the input is its own.
    public func recognizes(_ bytes: Span<UInt8>) -> Int { factory.recognizes(bytes) }

    /// A new instance.
    public func makeInstance(
        for capability: Capability, configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance {
        try factory.makeInstance(for: capability, configuration: configuration)
    }
}
