/// The rule of a POSIX `TZ` text, such as `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX.1-2024, section 8.3, with the extension
/// of RFC 8536, section 3.3.1: hours from -167 to 167).
struct PosixTimeZone: Sendable {
    /// A day of each year and a time of that day.
    struct Change: Sendable, Equatable {
        enum Day: Sendable, Equatable {
            /// 1 to 365; February 29 is never counted.
            case julian(Int)
            /// 0 to 365; February 29 is counted.
            case ordinal(Int)
            /// Month, week (5 is the last) and day of the week (0 is Sunday).
            case week(month: Int, week: Int, weekday: Int)
        }

        let day: Day
        /// Seconds from midnight of that day.
        let time: Int

        /// Seconds from the epoch to the change in `year`, on the clock that is changed.
        func seconds(in year: Int) -> Int64 {
            let newYear = CivilTime.days(year: year, month: 1, day: 1)
            let days: Int
            switch day {
            case .julian(let number): days = newYear + number - 1 + (CivilTime.isLeap(year) && number > 59 ? 1 : 0)
            case .ordinal(let number): days = newYear + number
            case .week(let month, let week, let weekday):
                let first = CivilTime.days(year: year, month: month, day: 1)
                let firstWeekday = CivilTime.floorDivide(first + 4, 7).remainder
                var found = first + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
                let next =
                    month == 12
                    ? CivilTime.days(year: year + 1, month: 1, day: 1)
                    : CivilTime.days(year: year, month: month + 1, day: 1)
                while found >= next { found -= 7 }
                days = found
            }
            return Int64(days) * 86_400 + Int64(time)
        }
    }

    let standard: TimeZoneRules.LocalTime
    let summer: TimeZoneRules.LocalTime?
    private let begin: Change
    private let end: Change

    /// The rule that `text` describes; nil when it is none.
    init?(_ text: [UInt8]) {
        var reader = PosixTimeZoneReader(text)
        guard let standard = reader.localTime(ifWithoutOffset: nil) else { return nil }
        self.standard = standard
        guard !reader.isAtEnd else {
            summer = nil
            begin = Change(day: .ordinal(0), time: 0)
            end = begin
            return
        }
        guard let summer = reader.localTime(ifWithoutOffset: standard.offset + 3600) else { return nil }
        self.summer = summer
        if reader.isAtEnd {
            // What POSIX leaves open; the rule of the United States is what systems use.
            begin = Change(day: .week(month: 3, week: 2, weekday: 0), time: 7200)
            end = Change(day: .week(month: 11, week: 1, weekday: 0), time: 7200)
        } else {
            guard let begin = reader.change(), let end = reader.change(), reader.isAtEnd else { return nil }
            self.begin = begin
            self.end = end
        }
    }

    /// The period that `second` lies in, cut off at the front.
    func period(at second: Int64, notBefore floor: Int64) -> TimeZoneRules.Period {
        guard let summer else {
            return TimeZoneRules.Period(
                offset: standard.offset,
                abbreviation: standard.abbreviation,
                start: floor,
                end: Int64.max
            )
        }
        let year = CivilTime(seconds: second).year
        var changes: [(at: Int64, time: TimeZoneRules.LocalTime)] = []
        for year in (year - 2)...(year + 2) {
            changes.append((begin.seconds(in: year) - Int64(standard.offset), summer))
            changes.append((end.seconds(in: year) - Int64(summer.offset), standard))
        }
        // Where both fall on one instant, summer time goes on: that is how a zone says it has it all year.
        changes.sort { $0.at != $1.at ? $0.at < $1.at : $0.time == standard && $1.time == summer }
        let next = changes.firstIndex { $0.at > second } ?? changes.count - 1
        let present = changes[max(0, next - 1)]
        return TimeZoneRules.Period(
            offset: present.time.offset,
            abbreviation: present.time.abbreviation,
            start: max(floor, present.at),
            end: changes[next].at
        )
    }
}

/// Reads the parts of a POSIX `TZ` text.
struct PosixTimeZoneReader {
    private let text: [UInt8]
    private var at = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { at == text.count }
    private var next: UInt8 { at < text.count ? text[at] : 0 }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard next == UInt8(truncatingIfNeeded: sign.value), !isAtEnd else { return false }
        at += 1
        return true
    }

    /// A name and an offset, which POSIX counts to the west.
    mutating func localTime(ifWithoutOffset missing: Int?) -> TimeZoneRules.LocalTime? {
        guard let name = name() else { return nil }
        if let missing, isAtEnd || next == UInt8(ascii: ",") {
            return TimeZoneRules.LocalTime(offset: missing, abbreviation: name)
        }
        guard let offset = time(maximumHours: 24) else { return nil }
        return TimeZoneRules.LocalTime(offset: -offset, abbreviation: name)
    }

    private mutating func name() -> [UInt8]? {
        let isQuoted = take("<")
        let start = at
        while !isAtEnd {
            let letter = next | 0x20
            let isLetter = (97...122).contains(letter)
            let isOther = (48...57).contains(next) || next == UInt8(ascii: "+") || next == UInt8(ascii: "-")
            guard isLetter || (isQuoted && isOther) else { break }
            at += 1
        }
        let name = Array(text[start..<at])
        guard (3...15).contains(name.count), !isQuoted || take(">") else { return nil }
        return name
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int? {
        let start = at
        var value = 0
        while at - start < 4, (48...57).contains(next) {
            value = value * 10 + Int(next) - 48
            at += 1
        }
        return at > start && range.contains(value) ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    private mutating func time(maximumHours: Int) -> Int? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard let hours = number(0...maximumHours) else { return nil }
        var seconds = hours * 3600
        for unit in [60, 1] {
            guard take(":") else { break }
            guard let part = number(0...59) else { return nil }
            seconds += part * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// `,date[/time]`
    mutating func change() -> PosixTimeZone.Change? {
        guard take(","), let day = day() else { return nil }
        var seconds = 7200
        if take("/") {
            guard let time = time(maximumHours: 167) else { return nil }
            seconds = time
        }
        return PosixTimeZone.Change(day: day, time: seconds)
    }

    private mutating func day() -> PosixTimeZone.Change.Day? {
        if take("J") { return number(1...365).map { .julian($0) } }
        guard take("M") else { return number(0...365).map { .ordinal($0) } }
        guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6)
        else { return nil }
        return .week(month: month, week: week, weekday: weekday)
    }
}
