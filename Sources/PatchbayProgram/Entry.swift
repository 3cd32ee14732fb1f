internal import PatchbayCore
internal import PatchbayNative
internal import PatchbayPlugin
internal import PatchbayServing

/// The `main` of a program that is made of a plugin behind the ABI: `patchbay plugin build --form process` links it.
///
/// - Parameters:
///   - manifest: the manifest as JSON, `length` bytes.
///   - call: the plugin's `patchbay_call`; `allocate` and `free` are its functions for memory.
///   - installHost: its `patchbay_guest_install_host`; may be NULL.
/// - Returns: the exit status; serving does not return.
@c(patchbay_serve)
@unsafe
public func serve(
    manifest: UnsafePointer<UInt8>, length: Int,
    call: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Int32,
    allocate: @convention(c) (UInt32) -> UnsafeMutableRawPointer?,
    free: @convention(c) (UnsafeMutableRawPointer?) -> Void,
    installHost: (@convention(c) (UnsafeRawPointer?) -> Void)?
) -> Never {
    let json = unsafe Bytes(copying: Span(_unsafeStart: manifest, count: length))
    var install: ((UnsafeRawPointer) -> Void)?
    if let installHost = unsafe installHost { unsafe install = { unsafe installHost($0) } }
    let functions = unsafe NativeFunctions(
        call: { unsafe call($0, $1) }, allocate: { unsafe allocate($0) }, free: { unsafe free($0) },
        installHost: install)
    PluginServer.main { registry throws(PluginError) in
        try registry.register(functions, manifest: try PluginManifest(json: json, file: "manifest"))
    }
}
