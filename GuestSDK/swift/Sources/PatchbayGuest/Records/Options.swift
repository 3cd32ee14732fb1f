internal import CPatchbayGuest

/// The options of a plugin's configuration: checked against the manifest, with the defaults of the manifest filled in.
/// Valid only while the plugin is made.
@safe
public struct Options: ~Escapable {
    private let entries: UnsafePointer<patchbay_option>?
    private let count: Int

    @_lifetime(immortal)
    init(_ list: patchbay_list) {
        unsafe entries = patchbay_guest_at(list.address)?.assumingMemoryBound(to: patchbay_option.self)
        count = Int(truncatingIfNeeded: list.count)
    }

    private func find(_ name: StaticString) -> patchbay_option? {
        for index in 0..<count {
            guard let option = unsafe entries?[index], option.name.length == UInt64(name.utf8CodeUnitCount) else {
                continue
            }
            let text = unsafe patchbay_guest_at(option.name.address)?.assumingMemoryBound(to: UInt8.self)
            if unsafe patchbay_guest_same(text, name.utf8Start, numericCast(name.utf8CodeUnitCount)) != 0 {
                return option
            }
        }
        return nil
    }

    private func find(_ name: StaticString, _ kind: patchbay_option_kind) -> patchbay_option? {
        guard let option = find(name), option.kind == kind.rawValue else { return nil }
        return option
    }

    /// Whether the option is there, and not null.
    public func has(_ name: StaticString) -> Bool {
        find(name).map { $0.kind != PATCHBAY_OPTION_NULL.rawValue } ?? false
    }

    /// A whole number, `fallback` when there is none.
    public func int(_ name: StaticString, default fallback: Int64 = 0) -> Int64 {
        find(name, PATCHBAY_OPTION_INTEGER)?.integer ?? fallback
    }

    /// A number, also a whole one; `fallback` when there is none.
    public func double(_ name: StaticString, default fallback: Double = 0) -> Double {
        if let option = find(name, PATCHBAY_OPTION_NUMBER) { return option.number }
        return find(name, PATCHBAY_OPTION_INTEGER).map { Double($0.integer) } ?? fallback
    }

    /// A truth value, `fallback` when there is none.
    public func bool(_ name: StaticString, default fallback: Bool = false) -> Bool {
        find(name, PATCHBAY_OPTION_BOOL).map { $0.integer != 0 } ?? fallback
    }

    /// UTF-8 text; nil when there is none.
    @_lifetime(copy self)
    public func text(_ name: StaticString) -> Span<UInt8>? {
        guard let option = find(name, PATCHBAY_OPTION_TEXT) else { return nil }
        return span(option)
    }

    /// The JSON text of an option of any kind but text, such as a list or a map; nil when there is none.
    @_lifetime(copy self)
    public func json(_ name: StaticString) -> Span<UInt8>? {
        guard let option = find(name), option.kind != PATCHBAY_OPTION_TEXT.rawValue else { return nil }
        return span(option)
    }

    @_lifetime(copy self)
    private func span(_ option: patchbay_option) -> Span<UInt8> {
        let span = unsafe Span<UInt8>(_unsafeBytes: option.text)
        return unsafe _overrideLifetime(span, copying: self)
    }
}
