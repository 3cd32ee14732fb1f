public import PatchbayPlugin

/// The offsets of a time zone from UTC, over all time.
public struct TimeZoneRules: Sendable {
    /// A time during which a zone's offset does not change.
    public struct Period: Sendable, Equatable {
        /// Seconds east of UTC.
        public let offset: Int
        /// The abbreviation, such as `CEST`, in ASCII.
        public let abbreviation: [UInt8]
        /// First second of the period, since the epoch.
        public let start: Int64
        /// First second behind it.
        public let end: Int64

        /// Whether a time, in seconds since the epoch, lies in the period.
        public func contains(_ second: Int64) -> Bool { second >= start && second < end }
    }

    /// An offset and what it is called.
    struct LocalTime: Sendable, Equatable {
        let offset: Int
        let abbreviation: [UInt8]
    }

    /// Before the first transition.
    private let first: LocalTime
    /// Seconds since the epoch, in rising order, and what holds from each on.
    private let transitions: [(start: Int64, time: LocalTime)]
    /// What holds behind the last transition.
    private let rule: PosixTimeZone?

    init(first: LocalTime, transitions: [(start: Int64, time: LocalTime)] = [], rule: PosixTimeZone? = nil) {
        self.first = first
        self.transitions = transitions
        self.rule = rule
    }

    /// A zone whose offset, in seconds east of UTC, never changes.
    public init(fixed offset: Int, abbreviation: [UInt8]) {
        self.init(first: LocalTime(offset: offset, abbreviation: abbreviation))
    }

    /// Coordinated universal time.
    public static let utc = TimeZoneRules(fixed: 0, abbreviation: Array("UTC".utf8))

    /// The period that a time, in seconds since the epoch, lies in.
    public func period(at second: Int64) -> Period {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].start <= second { low = middle + 1 } else { high = middle }
        }
        let start = low > 0 ? transitions[low - 1].start : Int64.min
        let end = low < transitions.count ? transitions[low].start : Int64.max
        if low == transitions.count, let rule { return rule.period(at: second, notBefore: start) }
        let time = low > 0 ? transitions[low - 1].time : first
        return Period(offset: time.offset, abbreviation: time.abbreviation, start: start, end: end)
    }

    /// The zone called `name`: `UTC`, `local` (what `TZ` or `/etc/localtime` says), an offset such as `+02:00`, a name
    /// of the system's time zone database such as `Europe/Berlin`, or a POSIX `TZ` text. Throws a configuration error
    /// when there is none, or its file is damaged.
    public init(named name: String) throws(PluginError) {
        switch name {
        case "UTC", "utc", "Z", "GMT": self = .utc
        case "local": self = try TimeZoneFile.local()
        default:
            if let offset = Self.offset(name) {
                self.init(fixed: offset, abbreviation: Array(name.utf8))
            } else {
                self = try TimeZoneFile.zone(named: name)
            }
        }
    }

    /// Seconds of `+02:00`, `-0530` or `+02`.
    private static func offset(_ text: String) -> Int? {
        var digits = Array(text.utf8)
        guard let sign = digits.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        digits.removeFirst()
        if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
        guard digits.count == 2 || digits.count == 4, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let numbers = digits.map { Int($0) - 48 }
        let hours = numbers[0] * 10 + numbers[1]
        let minutes = numbers.count == 4 ? numbers[2] * 10 + numbers[3] : 0
        guard hours < 24, minutes < 60 else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}
