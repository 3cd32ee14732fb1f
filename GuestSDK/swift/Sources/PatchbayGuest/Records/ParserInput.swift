internal import CPatchbayGuest

/// Bytes that a parser has not consumed yet.
@safe
public struct ParserInput: ~Escapable {
    private let start: UnsafePointer<UInt8>?
    private let size: Int
    private let regions: RegionList
    /// Where in the part the first byte of the call lies.
    public let position: UInt64
    /// Whether the part ends with these bytes: what is incomplete now stays incomplete.
    public let isLast: Bool
    /// Whether the beginning of the record in progress was thrown away: skip to the next record first.
    public let continuesDiscarded: Bool
    /// To be set when even the end of the input lies in a record whose beginning was thrown away.
    public var isStillDiscarding = false
    /// Bytes consumed so far.
    public private(set) var consumed = 0

    @_lifetime(immortal)
    init(_ frame: Frame, _ regions: RegionList) {
        unsafe start = patchbay_guest_input(frame)
        size = unsafe Int(truncatingIfNeeded: frame.pointee.input.length)
        position = unsafe frame.pointee.position
        isLast = unsafe frame.pointee.flags & PATCHBAY_LAST != 0
        continuesDiscarded = unsafe frame.pointee.flags & PATCHBAY_DISCARDED != 0
        self.regions = regions
    }

    /// The bytes that are not consumed.
    public var bytes: Span<UInt8> {
        @_lifetime(copy self)
        get {
            let rest = unsafe UnsafeBufferPointer(start: start.map { unsafe $0 + consumed }, count: size - consumed)
            let span = unsafe Span(_unsafeElements: rest)
            return unsafe _overrideLifetime(span, copying: self)
        }
    }

    /// Consumes bytes that are a record or a separator. Traps when there are fewer.
    public mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= size - consumed)
        consumed += count
    }

    /// Consumes bytes that become no record, and reports them.
    public mutating func skip(_ count: Int, _ reason: SkipReason) {
        let place = position &+ UInt64(consumed)
        consume(count)
        regions.append(place, count, reason)
    }

    /// Consumes bytes that become no record, and reports them with a reason of the plugin's own, in snake_case.
    public mutating func skip(_ count: Int, because reason: StaticString) {
        let place = position &+ UInt64(consumed)
        consume(count)
        let name = unsafe patchbay_bytes(reason.utf8Start, reason.utf8CodeUnitCount)
        regions.append(place, UInt64(count), PATCHBAY_REASON_OWN.rawValue, name)
    }

    /// Consumes a line and gives it without its newline (and carriage return); the last line of a part may lack it. Nil
    /// when no line is complete.
    @_lifetime(copy self)
    public mutating func nextLine() -> Span<UInt8>? {
        let rest = size - consumed
        guard rest > 0, let place = unsafe start.map({ unsafe $0 + consumed }) else { return nil }
        let found = unsafe patchbay_guest_find_byte(place, rest, UInt8(ascii: "\n"))
        guard found < rest || isLast else { return nil }
        consumed += min(found + 1, rest)
        let before: UInt8 = unsafe found > 0 && found < rest ? place[found - 1] : 0
        let isReturn = before == UInt8(ascii: "\r")
        let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: place, count: isReturn ? found - 1 : found))
        return unsafe _overrideLifetime(span, copying: self)
    }
}

/// Why a region of the input became no record.
public enum SkipReason: UInt32, Sendable {
    /// Bytes that make no sense.
    case damage = 1
    /// The input ended inside a record.
    case truncated = 2
    /// Larger than what the parser permits.
    case tooLarge = 3
    /// A record that is not valid.
    case invalid = 4
    /// Nothing but space.
    case blank = 5
}

/// The regions of a call.
@safe
final class RegionList {
    private var entries: UnsafeMutablePointer<patchbay_region>?
    private var capacity = 0
    private var count = 0

    init() {
        unsafe entries = nil
    }

    deinit {
        unsafe patchbay_free(entries)
    }

    var list: patchbay_list { patchbay_list(address: UInt64(UInt(bitPattern: unsafe entries)), count: UInt64(count)) }

    func removeAll() { count = 0 }

    func append(_ position: UInt64, _ length: Int, _ reason: SkipReason) {
        append(position, UInt64(length), reason.rawValue)
    }

    func append(_ position: UInt64, _ length: UInt64, _ reason: UInt32, _ name: patchbay_bytes = patchbay_bytes()) {
        guard length > 0 else { return }
        if count == capacity {
            let size = MemoryLayout<patchbay_region>.stride
            capacity = max(16, capacity * 2)
            unsafe entries = patchbay_guest_grow(entries, count * size, capacity * size)?
                .assumingMemoryBound(to: patchbay_region.self)
        }
        var region = patchbay_region()
        region.position = position
        region.length = length
        region.reason = reason
        region.name = name
        unsafe entries?[count] = region
        count += 1
    }
}
