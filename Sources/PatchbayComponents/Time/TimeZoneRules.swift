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

    private let fixed: Period

    /// A zone whose offset never changes.
    public init(fixed offset: Int, abbreviation: [UInt8]) {
        fixed = Period(offset: offset, abbreviation: abbreviation, start: Int64.min, end: Int64.max)
    }

    /// Coordinated universal time.
    public static let utc = TimeZoneRules(fixed: 0, abbreviation: Array("UTC".utf8))

    /// The period that a time, in seconds since the epoch, lies in.
    public func period(at second: Int64) -> Period { fixed }
}
