public import PatchbayCore

/// Writes times in one format and zone. Remembers the last second and the zone's present offset, so that the times of a
/// log, which come close together, cost little.
public struct TimeFormatter: Sendable {
    private let pieces: [TimeFormat.Piece]
    private let isInternet: Bool
    private let zone: TimeZoneRules
    private var period: TimeZoneRules.Period
    /// The second whose text is remembered; nil before the first.
    private var second: Int64?
    private var text: [UInt8] = []
    /// Where in the text fractions of a second go, and with how many digits.
    private var cuts: [(offset: Int, digits: Int)] = []

    /// A formatter.
    public init(_ format: TimeFormat, zone: TimeZoneRules) {
        pieces = format.pieces
        isInternet = pieces.contains(.internetOffset)
        self.zone = zone
        period = zone.period(at: 0)
    }

    /// Appends the time that lies `nanoseconds` after 1970-01-01T00:00:00Z.
    public mutating func append(_ nanoseconds: Int64, to output: inout ByteBuffer) {
        var (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        if fraction < 0 {
            fraction += 1_000_000_000
            seconds -= 1
        }
        if second != seconds { remember(seconds) }
        var from = 0
        for cut in cuts {
            output.append(text.span.extracting(from..<cut.offset))
            Self.append(fraction: UInt64(fraction), digits: cut.digits, to: &output)
            from = cut.offset
        }
        output.append(text.span.extracting(from..<text.count))
    }

    private static func append(fraction: UInt64, digits: Int, to output: inout ByteBuffer) {
        var digits = digits
        if digits == 0 { digits = fraction % 1000 == 0 ? 6 : 9 }
        var value = fraction
        for _ in digits..<9 { value /= 10 }
        output.append(decimal: value, width: digits)
    }

    private mutating func remember(_ seconds: Int64) {
        if !period.contains(seconds) { period = zone.period(at: seconds) }
        let civil = CivilTime(seconds: seconds &+ Int64(offset))
        text.removeAll(keepingCapacity: true)
        cuts.removeAll(keepingCapacity: true)
        for piece in pieces { remember(piece, civil, seconds) }
        second = seconds
    }

    /// The zone's offset. RFC 3339 has no seconds in offsets, as local mean times have them: there the clock shows what
    /// belongs to the offset that is written.
    private var offset: Int { isInternet ? period.offset / 60 * 60 : period.offset }

    private mutating func remember(_ piece: TimeFormat.Piece, _ civil: CivilTime, _ seconds: Int64) {
        switch piece {
        case .literal(let bytes): text.append(contentsOf: bytes)
        case .year: write(civil.year, width: 4)
        case .shortYear: write(civil.year % 100, width: 2)
        case .month: write(civil.month, width: 2)
        case .day: write(civil.day, width: 2)
        case .paddedDay: write(civil.day, width: 2, fill: UInt8(ascii: " "))
        case .dayOfYear: write(civil.dayOfYear, width: 3)
        case .weekday: write(civil.weekday == 0 ? 7 : civil.weekday, width: 1)
        case .hour: write(civil.hour, width: 2)
        case .hour12: write((civil.hour + 11) % 12 + 1, width: 2)
        case .half: write(civil.hour < 12 ? "AM" : "PM")
        case .minute: write(civil.minute, width: 2)
        case .second: write(civil.second, width: 2)
        case .weekdayName(let short): write(Self.weekdays[civil.weekday], short: short)
        case .monthName(let short): write(Self.months[civil.month - 1], short: short)
        case .epoch:
            if seconds < 0 { text.append(UInt8(ascii: "-")) }
            write(Int(seconds.magnitude), width: 1)
        case .offset(let colon): writeOffset(colon: colon)
        case .internetOffset:
            if offset == 0 { text.append(UInt8(ascii: "Z")) } else { writeOffset(colon: true) }
        case .abbreviation: text.append(contentsOf: period.abbreviation)
        case .fraction(let digits): cuts.append((text.count, digits))
        }
    }

    private mutating func writeOffset(colon: Bool) {
        let minutes = abs(offset) / 60
        text.append(UInt8(ascii: offset < 0 ? "-" : "+"))
        write(minutes / 60, width: 2)
        if colon { text.append(UInt8(ascii: ":")) }
        write(minutes % 60, width: 2)
    }

    private mutating func write(_ number: Int, width: Int, fill: UInt8 = UInt8(ascii: "0")) {
        let start = text.count
        var rest = number
        repeat {
            text.append(UInt8(truncatingIfNeeded: 48 + rest % 10))
            rest /= 10
        } while rest > 0
        while text.count - start < width { text.append(fill) }
        text[start...].reverse()
    }

    private mutating func write(_ name: StaticString, short: Bool = false) {
        let size = short ? 3 : name.utf8CodeUnitCount
        name.withUTF8Buffer { bytes in
            for index in 0..<min(size, bytes.count) { unsafe text.append(bytes[index]) }
        }
    }

    private static let weekdays: [StaticString] = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    private static let months: [StaticString] = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}
