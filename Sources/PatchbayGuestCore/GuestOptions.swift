internal import CPatchbay
internal import PatchbayCore

/// The options that the host gave, checked against the manifest. Read during creation only.
public struct GuestOptions {
    private let list: patchbay_list

    init(_ list: patchbay_list) { self.list = list }

    /// The text of an option; of a list or a map its JSON. Nil when it was left out.
    public func text(_ name: StaticString) -> String? {
        guard let option = find(name), option.kind != PATCHBAY_OPTION_NULL.rawValue else { return nil }
        return HostMemory.text(option.text)
    }

    /// The bytes of ``text(_:)``; nil when the option was left out.
    public func bytes(_ name: StaticString) -> [UInt8]? {
        guard let option = find(name), option.kind != PATCHBAY_OPTION_NULL.rawValue else { return nil }
        return HostMemory.bytes(option.text)
    }

    /// A whole number; nil when left out.
    public func integer(_ name: StaticString) -> Int64? {
        guard let option = find(name), option.kind == PATCHBAY_OPTION_INTEGER.rawValue else { return nil }
        return option.integer
    }

    /// A truth value; nil when left out.
    public func bool(_ name: StaticString) -> Bool? {
        guard let option = find(name), option.kind == PATCHBAY_OPTION_BOOL.rawValue else { return nil }
        return option.integer != 0
    }

    private func find(_ name: StaticString) -> patchbay_option? {
        for index in 0..<Int(list.count) {
            let option: patchbay_option = HostMemory.load(list.address, index)
            if HostMemory.equal(option.name, name) { return option }
        }
        return nil
    }
}
