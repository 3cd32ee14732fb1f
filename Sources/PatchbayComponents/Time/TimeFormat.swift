public import PatchbayPlugin

/// How a time is written: text with `strftime` directives.
///
/// `%Y %m %d %H %M %S` and `%y %e %j %I %p %a %A %b %B %u %F %T %R` as in POSIX `strftime` in the C locale; `%f`
/// microseconds (`%3f`, `%6f`, `%9f` for so many digits), `%s` seconds since the epoch, `%z` `+0200`, `%:z` `+02:00`,
/// `%Z` the zone's abbreviation, `%%`.
public struct TimeFormat: Sendable {
    /// One part of a time.
    enum Piece: Sendable, Equatable {
        case literal([UInt8])
        case year, shortYear, month, day, paddedDay, dayOfYear, weekday
        case hour, hour12, half, minute, second
        case weekdayName(short: Bool), monthName(short: Bool)
        case epoch
        case offset(colon: Bool), abbreviation
        /// `Z` in UTC, else `+02:00`.
        case internetOffset
        /// So many digits of the second's fraction; 0 stands for six, or nine where six would lose something.
        case fraction(Int)
    }

    /// The parts in order.
    let pieces: [Piece]

    init(pieces: [Piece]) { self.pieces = pieces }

    /// RFC 3339: `2026-01-31T14:15:16.123456Z`, with nine digits where the time has nanoseconds.
    public static let internet = TimeFormat(pieces: [
        .year, .literal([0x2D]), .month, .literal([0x2D]), .day, .literal([0x54]),
        .hour, .literal([0x3A]), .minute, .literal([0x3A]), .second, .literal([0x2E]), .fraction(0), .internetOffset,
    ])

    /// A format of a pattern; throws a configuration error that names the place of a directive it does not know.
    public init(_ pattern: String) throws(PluginError) {
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var rest = Array(pattern.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                literal.append(byte)
                continue
            }
            let place = rest.startIndex
            guard let found = Self.directive(&rest) else {
                throw PluginError(
                    .configuration,
                    "the time format '\(pattern)' has no valid directive at character \(place)",
                    advice: "known are %Y %m %d %H %M %S %f %3f %9f %z %:z %Z %s and others, see docs/formats.md"
                )
            }
            for piece in found {
                if case .literal(let bytes) = piece {
                    literal += bytes
                } else {
                    if !literal.isEmpty { pieces.append(.literal(literal)) }
                    literal = []
                    pieces.append(piece)
                }
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        self.pieces = pieces
    }

    private static func directive(_ rest: inout ArraySlice<UInt8>) -> [Piece]? {
        guard let letter = rest.popFirst() else { return nil }
        switch letter {
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            return rest.popFirst() == UInt8(ascii: "f") ? [.fraction(Int(letter) - 48)] : nil
        case UInt8(ascii: ":"):
            return rest.popFirst() == UInt8(ascii: "z") ? [.offset(colon: true)] : nil
        case UInt8(ascii: "F"): return [.year, .literal([0x2D]), .month, .literal([0x2D]), .day]
        case UInt8(ascii: "T"): return [.hour, .literal([0x3A]), .minute, .literal([0x3A]), .second]
        case UInt8(ascii: "R"): return [.hour, .literal([0x3A]), .minute]
        case UInt8(ascii: "%"): return [.literal([letter])]
        default: return simple[letter].map { [$0] }
        }
    }

    private static let simple: [UInt8: Piece] = [
        UInt8(ascii: "Y"): .year, UInt8(ascii: "y"): .shortYear, UInt8(ascii: "m"): .month, UInt8(ascii: "d"): .day,
        UInt8(ascii: "e"): .paddedDay, UInt8(ascii: "j"): .dayOfYear, UInt8(ascii: "u"): .weekday,
        UInt8(ascii: "H"): .hour, UInt8(ascii: "I"): .hour12, UInt8(ascii: "p"): .half, UInt8(ascii: "M"): .minute,
        UInt8(ascii: "S"): .second, UInt8(ascii: "f"): .fraction(6), UInt8(ascii: "s"): .epoch,
        UInt8(ascii: "a"): .weekdayName(short: true), UInt8(ascii: "A"): .weekdayName(short: false),
        UInt8(ascii: "b"): .monthName(short: true), UInt8(ascii: "B"): .monthName(short: false),
        UInt8(ascii: "z"): .offset(colon: false), UInt8(ascii: "Z"): .abbreviation,
    ]
}
