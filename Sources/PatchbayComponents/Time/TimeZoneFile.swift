import Glibc
import PatchbayCore
import PatchbayPlugin

/// Reads files of the time zone database (TZif, RFC 8536).
enum TimeZoneFile {
    /// Where the database lies.
    private static let directory = "/usr/share/zoneinfo/"
    /// Real files have a few kilobytes.
    private static let sizeLimit = 1 << 20
    /// What RFC 8536 allows, in seconds.
    private static let offsetLimit = 26 * 3600

    /// The zone of this machine: what `TZ` says, else `/etc/localtime`, else UTC.
    static func local() throws(PluginError) -> TimeZoneRules {
        if let value = unsafe getenv("TZ") {
            var name = unsafe String(cString: value)
            if name.hasPrefix(":") { name.removeFirst() }
            if name.isEmpty { return .utc }
            // Whoever sets the variable may name any file, as everywhere.
            if name.hasPrefix("/") { return try rules(read(name), name: name) }
            return try zone(named: name)
        }
        let path = "/etc/localtime"
        guard (try? FileDescriptor.kind(at: path)) != nil else { return .utc }
        return try rules(read(path), name: path)
    }

    /// A zone by name; a name is a relative path without `..`.
    static func zone(named name: String) throws(PluginError) -> TimeZoneRules {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            part.first.map { (65...90).contains($0 & 0xDF) } == true
                && part.allSatisfy {
                    (97...122).contains($0 | 0x20) || (48...57).contains($0) || "_+-".utf8.contains($0)
                }
        }
        if isName, case .regular? = try? FileDescriptor.kind(at: directory + name) {
            return try rules(read(directory + name), name: name)
        }
        if let rule = PosixTimeZone(Array(name.utf8)) { return TimeZoneRules(first: rule.standard, rule: rule) }
        throw PluginError(
            .configuration,
            "there is no time zone '\(name)'",
            advice: "write UTC, local, an offset such as +02:00, or a name such as Europe/Berlin"
        )
    }

    private static func read(_ path: String) throws(PluginError) -> [UInt8] {
        let descriptor = try FileDescriptor.reading(path)
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= sizeLimit {
            var room = part.mutableSpan
            guard case .bytes(let count) = try descriptor.read(into: &room, limit: room.count, wait: 100) else { break }
            bytes += part[..<count]
        }
        return bytes
    }

    /// The rules in the content of a file.
    static func rules(_ bytes: [UInt8], name: String) throws(PluginError) -> TimeZoneRules {
        guard bytes.count <= sizeLimit, let rules = parse(bytes) else {
            throw PluginError(.configuration, "the file of the time zone '\(name)' is damaged")
        }
        return rules
    }

    /// The numbers of a header.
    private struct Header {
        let version: UInt8
        let utcCount, standardCount, leapCount, timeCount, typeCount, characterCount: Int
        let start: Int
        let timeSize: Int

        /// Offset behind the block.
        var end: Int {
            start + timeCount * (timeSize + 1) + typeCount * 6 + characterCount + leapCount * (timeSize + 4)
                + standardCount + utcCount
        }
    }

    private static func number(_ bytes: [UInt8], _ at: Int, size: Int) -> Int64? {
        guard at >= 0, at + size <= bytes.count else { return nil }
        var value: UInt64 = bytes[at] & 0x80 != 0 ? UInt64.max : 0
        for index in at..<(at + size) { value = value << 8 | UInt64(bytes[index]) }
        return Int64(bitPattern: value)
    }

    private static func header(_ bytes: [UInt8], at: Int, timeSize: Int) -> Header? {
        guard at + 44 <= bytes.count, bytes[at..<(at + 4)].elementsEqual("TZif".utf8) else { return nil }
        var counts: [Int] = []
        for index in 0..<6 {
            guard let count = number(bytes, at + 20 + index * 4, size: 4), (0...sizeLimit).contains(Int(count)) else {
                return nil
            }
            counts.append(Int(count))
        }
        return Header(
            version: bytes[at + 4],
            utcCount: counts[0],
            standardCount: counts[1],
            leapCount: counts[2],
            timeCount: counts[3],
            typeCount: counts[4],
            characterCount: counts[5],
            start: at + 44,
            timeSize: timeSize
        )
    }

    private static func parse(_ bytes: [UInt8]) -> TimeZoneRules? {
        guard var header = header(bytes, at: 0, timeSize: 4) else { return nil }
        var rule: PosixTimeZone?
        if header.version >= UInt8(ascii: "2") {
            guard let second = self.header(bytes, at: header.end, timeSize: 8), second.end < bytes.count,
                bytes[second.end] == 0x0A,
                let footerEnd = bytes[(second.end + 1)...].firstIndex(of: 0x0A)
            else { return nil }
            header = second
            let footer = Array(bytes[(second.end + 1)..<footerEnd])
            if !footer.isEmpty {
                guard let found = PosixTimeZone(footer) else { return nil }
                rule = found
            }
        }
        // Files that count leap seconds have another time scale.
        guard header.end <= bytes.count, header.leapCount == 0, let types = types(bytes, header) else { return nil }
        return transitions(bytes, header, types).map {
            TimeZoneRules(first: types[0], transitions: $0, rule: rule)
        }
    }

    private static func types(_ bytes: [UInt8], _ header: Header) -> [TimeZoneRules.LocalTime]? {
        let start = header.start + header.timeCount * (header.timeSize + 1)
        let names = bytes[(start + header.typeCount * 6)...].prefix(header.characterCount)
        var types: [TimeZoneRules.LocalTime] = []
        for index in 0..<header.typeCount {
            let at = start + index * 6
            guard let offset = number(bytes, at, size: 4), abs(offset) <= offsetLimit else { return nil }
            let name = names.dropFirst(Int(bytes[at + 5]))
            guard let end = name.firstIndex(of: 0) else { return nil }
            types.append(TimeZoneRules.LocalTime(offset: Int(offset), abbreviation: Array(name[..<end])))
        }
        return types.isEmpty ? nil : types
    }

    private static func transitions(
        _ bytes: [UInt8],
        _ header: Header,
        _ types: [TimeZoneRules.LocalTime]
    ) -> [(start: Int64, time: TimeZoneRules.LocalTime)]? {
        var transitions: [(start: Int64, time: TimeZoneRules.LocalTime)] = []
        for index in 0..<header.timeCount {
            let type = Int(bytes[header.start + header.timeCount * header.timeSize + index])
            guard let time = number(bytes, header.start + index * header.timeSize, size: header.timeSize),
                type < types.count, transitions.last.map({ $0.start < time }) != false
            else { return nil }
            transitions.append((time, types[type]))
        }
        return transitions
    }
}
