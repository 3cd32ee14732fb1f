internal import CPatchbayGuest

/// Which columns of its input a plugin reads: the others are not made.
public struct Reads {
    private let names: [StaticString]?

    /// Every field that is not on demand, and value, key and time.
    public static var everything: Reads { Reads(names: nil) }

    /// The columns called so; `value`, `key` and `time` are the well-known ones.
    public static func columns(_ names: StaticString...) -> Reads { Reads(names: names) }

    private init(names: [StaticString]?) {
        self.names = names
    }

    /// The columns called so; everything when there is no name.
    @usableFromInline
    init(_ names: [StaticString]) {
        self.names = names.isEmpty ? nil : names
    }

    /// Puts the request into a plugin, which keeps it.
    func apply(_ request: inout patchbay_request) {
        guard let names else { return }
        request.flags = 0
        guard let block = unsafe patchbay_guest_grow(nil, 0, names.count &* 16 &+ 16) else { return }
        let list = unsafe block.assumingMemoryBound(to: patchbay_bytes.self)
        var count = 0
        for name in names {
            switch () {
            case _ where name.isSame("value"): request.flags |= PATCHBAY_WANT_VALUE
            case _ where name.isSame("key"): request.flags |= PATCHBAY_WANT_KEY
            case _ where name.isSame("time"): request.flags |= PATCHBAY_WANT_TIME
            default:
                unsafe list[count] = patchbay_bytes(name.utf8Start, name.utf8CodeUnitCount)
                count &+= 1
            }
        }
        request.names = patchbay_list(address: UInt64(UInt(bitPattern: block)), count: UInt64(count))
    }
}

extension StaticString {
    func isSame(_ other: StaticString) -> Bool {
        guard utf8CodeUnitCount == other.utf8CodeUnitCount else { return false }
        return unsafe patchbay_guest_same(utf8Start, other.utf8Start, utf8CodeUnitCount) != 0
    }
}
