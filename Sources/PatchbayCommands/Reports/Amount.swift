/// Numbers for people.
enum Amount {
    /// With commas between groups of three digits.
    static func grouped(_ number: UInt64) -> String {
        let digits = Array(String(number).utf8)
        var text: [UInt8] = []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `1 record`, `2 records`.
    static func counted(_ number: UInt64, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// Bytes with a unit of 1000: `1.4 MB`.
    static func bytes(_ number: UInt64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB"]
        var value = Double(number)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit == 0 ? "\(number) B" : "\(decimal(value, value < 10 ? 2 : value < 100 ? 1 : 0)) \(units[unit])"
    }

    /// A time span: `850 ms`, `12.3 s`, `2 m 05 s`, `3 h 10 m`.
    static func seconds(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
        if seconds < 0.0005 { return "\(Int((seconds * 1e6).rounded())) us" }
        if seconds < 0.9995 { return "\(Int((seconds * 1e3).rounded())) ms" }
        if seconds < 59.95 { return "\(decimal(seconds, 1)) s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) m \(padded(whole % 60)) s" }
        return "\(whole / 3600) h \(padded(whole / 60 % 60)) m"
    }

    /// A number with `places` digits behind the point, rounded; for numbers under a billion.
    static func decimal(_ value: Double, _ places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = UInt64((value * scale).rounded())
        guard places > 0 else { return "\(scaled)" }
        let whole = scaled / UInt64(scale)
        let rest = String(scaled % UInt64(scale))
        return "\(whole)." + String(repeating: "0", count: places - rest.count) + rest
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension String {
    /// With spaces behind, up to `width` characters.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    /// With spaces in front, up to `width` characters.
    func rightAligned(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
