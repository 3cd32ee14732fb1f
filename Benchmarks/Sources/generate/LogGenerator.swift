/// Makes JSON lines as services log them: nine members, a tenth of the lines errors, and some texts with escapes or
/// letters beyond ASCII. Every line has the same size.
struct LogGenerator {
    /// Bytes per line with its newline.
    static let lineSize = 208

    private static let levels = ["ERROR", "WARN", "WARN", "INFO", "INFO", "INFO", "INFO", "INFO", "DEBUG", "DEBUG"]
    private static let services = ["billing", "search", "gateway", "accounts", "media"]
    private static let words = [
        "request", "accepted", "cache", "miss", "retry", "after", "timeout", "of", "upstream", "queue", "drained",
        "caf\u{E9}", "said \\\"no\\\"", "C:\\\\logs",
    ]

    /// Writes `count` lines.
    func write(_ count: Int, to path: String) throws(GenerationError) -> Int {
        var random = SplitMix64(seed: 20_260_131)
        var file = try OutputFile(path)
        for index in 0..<count { try file.append(Self.line(index, &random).utf8) }
        try file.flush()
        return file.written
    }

    private static func line(_ index: Int, _ random: inout SplitMix64) -> String {
        let second = index / 1000
        var line = "{\"ts\":\"2026-01-31T\(padded(second / 3600 % 24, 2)):\(padded(second / 60 % 60, 2))"
        line += ":\(padded(second % 60, 2)).\(padded(index % 1000, 3))Z\""
        line += ",\"level\":\"\(levels[random.below(levels.count)])\""
        line += ",\"host\":\"node-\(padded(random.below(40), 3))\""
        line += ",\"service\":\"\(services[random.below(services.count)])\""
        line += ",\"pid\":\(1000 + random.below(30_000))"
        line += ",\"ms\":\(random.below(2000)).\(1 + random.below(9))"
        line += ",\"ok\":\(random.below(10) > 0)"
        line += ",\"request\":\"\(padded(random.below(1_000_000_000), 10))\",\"message\":\""
        // Words while they fit, then letters to the full size; the end takes three bytes.
        while true {
            // A tenth of the words are from the end of the list, where the odd ones are.
            let range = random.below(10) == 0 ? words.count : words.count - 3
            let word = words[random.below(range)]
            if line.utf8.count + word.utf8.count + 1 > lineSize - 3 { break }
            line += word + " "
        }
        line += String(repeating: "x", count: lineSize - 3 - line.utf8.count)
        return line + "\"}\n"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
