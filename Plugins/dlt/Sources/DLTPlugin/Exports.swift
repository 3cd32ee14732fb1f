public import CPatchbay
internal import PatchbayGuestCore

/// The one instance of this module.
private let plugin = ParserExport<DLTMessageParser>()

/// What the host calls.
@_expose(wasm, "patchbay_call")
@_cdecl("patchbay_call")
public func patchbayCall(_ operation: Int32, _ frame: UnsafeMutablePointer<patchbay_call_frame>) -> Int32 {
    unsafe plugin.call(operation, frame)
}
