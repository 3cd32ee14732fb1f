import Glibc
import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

@Suite struct TimeZoneTests {
    /// What a command prints, line by line.
    private func output(of command: String) -> [String] {
        guard let stream = unsafe popen(command, "r") else { return [] }
        defer { unsafe pclose(stream) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe fread(&part, 1, part.count, stream)
            if count == 0 { break }
            bytes += part[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Seconds since the epoch of `Mar 31 01:00:00 1996`.
    private func seconds(_ words: ArraySlice<Substring>) -> Int64? {
        let words = Array(words)
        guard words.count == 4, let month = Self.months.firstIndex(of: String(words[0])), let day = Int(words[1]),
            let year = Int(words[3])
        else { return nil }
        let clock = words[2].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3 else { return nil }
        return Int64(CivilTime.days(year: year, month: month + 1, day: day)) * 86_400
            + Int64(clock[0] * 3600 + clock[1] * 60 + clock[2])
    }

    /// `zdump` lists the last second before and the first one after each change of each zone, as the C library sees it.
    @Test func offsetsAreThoseOfTheCLibrary() throws {
        let zones = output(of: "cut -f 3 /usr/share/zoneinfo/zone1970.tab | grep -v '^#'").filter { $0.contains("/") }
        #expect(zones.count > 200)
        let sample = zones.indices.filter { $0 % 7 == 0 }.map { zones[$0] } + ["Europe/Dublin", "Africa/Casablanca"]
        var checked = 0
        var wrong: [String] = []
        var rules = TimeZoneRules.utc
        var present = ""
        for line in output(of: "zdump -v -c 1900,2100 \(sample.joined(separator: " "))") {
            // Zone Day Mon DD HH:MM:SS YYYY UT = Day Mon DD HH:MM:SS YYYY ABBR isdst=D gmtoff=N
            let words = line.split(separator: " ")
            guard words.count == 16, let second = seconds(words[2...5]) else { continue }
            if words[0] != present {
                present = String(words[0])
                rules = try TimeZoneRules(named: present)
            }
            let period = rules.period(at: second)
            let isRight =
                "gmtoff=\(period.offset)" == words[15] && period.abbreviation.elementsEqual(words[13].utf8)
                && period.contains(second)
            if !isRight { wrong.append(line) }
            checked += 1
        }
        #expect(wrong.isEmpty)
        #expect(checked > 10_000)
    }

    @Test func periodsFollowEachOther() throws {
        let rules = try TimeZoneRules(named: "Europe/Berlin")
        var second: Int64 = -3_000_000_000
        var changes = 0
        while second < 9_000_000_000 {
            let period = rules.period(at: second)
            #expect(period.start <= second && period.end > second)
            #expect(rules.period(at: period.end - 1) == period)
            second = period.end
            changes += 1
        }
        #expect(changes > 500)
    }

    @Test func namesOfZones() throws {
        func offset(_ name: String) -> Int? { try? TimeZoneRules(named: name).period(at: 1_700_000_000).offset }
        #expect(offset("UTC") == 0 && offset("+02:00") == 7200 && offset("-0530") == -19_800 && offset("+01") == 3600)
        #expect(offset("Europe/Berlin") == 3600 && offset("Etc/GMT+5") == -18_000)
        #expect(
            offset("CET-1CEST,M3.5.0,M10.5.0/3") == 3600 && offset("<-03>3") == -10_800 && offset("EST5EDT") == -18_000)
        for name in [
            "", "../../etc/passwd", "/etc/passwd", "Europe/../Europe/Berlin", "Europe", "Europe/", "Nowhere/City",
            "+25:00",
            "+1", "tzdata.zi", "zone.tab", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.5.0", "AB1",
        ] {
            #expect(offset(name) == nil, "\(name)")
        }
    }

    @Test func damagedFilesAreErrors() throws {
        let directory = "/usr/share/zoneinfo/"
        var whole = [UInt8](repeating: 0, count: 1 << 16)
        let number = unsafe open(directory + "Europe/Berlin", O_RDONLY)
        let count = unsafe read(number, &whole, whole.count)
        close(number)
        whole.removeLast(whole.count - count)
        #expect(try TimeZoneFile.rules(whole, name: "x").period(at: 0).offset == 3600)
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(throws: PluginError.self) { try TimeZoneFile.rules(Array(whole[..<length]), name: "x") }
        }
        var numbers = Numbers(seed: 11)
        for _ in 0..<Numbers.mutations {
            var bytes = whole
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            }
            guard let rules = try? TimeZoneFile.rules(bytes, name: "x") else { continue }
            for second: Int64 in [.min / 1_000_000_000, -5_000_000_000, 0, 1_700_000_000, .max / 1_000_000_000] {
                #expect(rules.period(at: second).contains(second))
            }
        }
    }
}
