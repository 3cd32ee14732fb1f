import Patchbay

/// What is in an input, for people and for programs.
struct InspectReport {
    let input: String
    let parser: String
    let tally: Tally
    let report: RunReport

    private var parserAccount: StageAccount? { report.ledger.accounts.first { $0.bytesIn > 0 } }
    private var bytes: UInt64 { report.ledger.accounts.first?.bytesOut ?? 0 }

    /// One screen; of each field the `top` most frequent words.
    func text(top: Int) -> String {
        var facts: [(String, String)] = [
            ("parser", parser),
            ("bytes", Amount.grouped(bytes) + (bytes < 1000 ? "" : " (\(Amount.bytes(bytes)))")),
            ("records", Amount.grouped(tally.records)),
        ]
        if tally.records > 0 {
            let mean = tally.valueBytes / tally.records
            facts.append(("sizes", "\(tally.smallest) to \(tally.largest) bytes, \(mean) on average"))
        }
        if let first = tally.firstTime, let last = tally.lastTime {
            let span = Amount.seconds(Double(last.subtractingReportingOverflow(first).partialValue) / 1e9)
            facts.append(("time", "\(Self.time(first)) to \(Self.time(last)), \(span)"))
        }
        facts.append(("damage", damage))
        var text = "\(input)\n" + facts.map { "  \($0.padded(to: 8))  \($1)\n" }.joined()
        for words in tally.words where !words.counts.isEmpty { text += "\n" + table(words, top: top) }
        if !tally.members.members.isEmpty { text += "\n" + membersTable(top: max(top, 25)) }
        return text
    }

    private var damage: String {
        let skipped = parserAccount?.skippedBytes ?? 0
        guard skipped > 0 else { return "none" }
        let reasons = (parserAccount?.skipped ?? []).filter { $0.bytes > 0 }
            .map { "\($0.reason.name) \(Amount.grouped($0.bytes))" }.joined(separator: ", ")
        let places = report.regions.prefix(3).map { "\($0.region.length) at \($0.region.position)" }
        let more = report.regionCount > 3 ? ", ..." : ""
        return "\(Amount.counted(skipped, "byte")) in \(Amount.counted(UInt64(report.regionCount), "region"))"
            + " (\(reasons)): \(places.joined(separator: ", "))\(more)"
    }

    private func table(_ words: Tally.Words, top: Int) -> String {
        let ranked = words.ranked
        // A closed vocabulary is short, and its last words count as much as its first.
        let top = words.order.isEmpty ? top : max(top, words.order.count)
        var rows = ranked.prefix(top).map { row($0.word, $0.count) }
        let rest = ranked.dropFirst(top).reduce(words.others) { $0 + $1.count }
        if ranked.count > top { rows.append(row("and \(Amount.counted(UInt64(ranked.count - top), "other"))", rest)) }
        if words.missing > 0 { rows.append(row("(none)", words.missing)) }
        return "  \(words.name)\n" + Self.indented(TextTable.text(rows, numeric: [1, 2]))
    }

    private func row(_ word: String, _ count: UInt64) -> [String] {
        let part = Double(count) / Double(max(1, tally.records))
        return [Self.printable(word), Amount.grouped(count), "\(Amount.decimal(part * 100, 1)) %"]
    }

    private func membersTable(top: Int) -> String {
        let members = tally.members.members
        var rows = [["member", "records", "", "values"]]
        for member in members.prefix(top) {
            let kinds = MemberTally.Kind.allCases.filter { member.counts[$0.rawValue] > 0 }
            let isMixed = kinds.count > 1
            let values = kinds.map { isMixed ? "\($0.word) \(Amount.grouped(member.counts[$0.rawValue]))" : $0.word }
            rows.append(row(member.name, member.total) + [values.joined(separator: ", ")])
        }
        if members.count > top {
            rows.append(["and \(Amount.counted(UInt64(members.count - top), "other"))", "", "", ""])
        }
        return Self.indented(TextTable.text(rows, numeric: [1, 2]), by: 2)
    }

    private static func indented(_ lines: String, by count: Int = 4) -> String {
        lines.split(separator: "\n").map { String(repeating: " ", count: count) + $0 + "\n" }.joined()
    }

    /// Words come from the input: nothing of them may steer the terminal.
    private static func printable(_ word: String) -> String {
        let shown = String(String.UnicodeScalarView(word.unicodeScalars.prefix(40).map { $0.isShowable ? $0 : "?" }))
        return shown.isEmpty ? "(empty)" : shown
    }

    static func time(_ nanoseconds: Int64) -> String {
        var formatter = TimeFormatter(.internet, zone: .utc)
        var text = ByteBuffer()
        formatter.append(nanoseconds, to: &text)
        return String(decoding: text.span)
    }

    /// One line per input.
    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("input", input)
            json.member("parser", parser)
            json.member("bytes", bytes)
            json.member("records", tally.records)
            json.member("smallest", tally.records > 0 ? tally.smallest : 0)
            json.member("largest", tally.largest)
            for (name, time) in [("first_time", tally.firstTime), ("last_time", tally.lastTime)] {
                json.key(name)
                if let time { json.value(Self.time(time)) } else { json.null() }
            }
            json.key("skipped")
            json.object { json in
                json.member("bytes", parserAccount?.skippedBytes ?? 0)
                json.member("regions", report.regionCount)
                json.key("reasons")
                json.object { json in
                    for entry in parserAccount?.skipped ?? [] { json.member(entry.reason.name, entry.bytes) }
                }
            }
            json.key("fields")
            json.object { json in
                for words in tally.words { Self.write(words, into: &json) }
            }
            json.key("members")
            json.object { json in
                for member in tally.members.members { Self.write(member, into: &json) }
            }
            json.member("balanced", report.ledger.imbalances.isEmpty)
        }
        return String(decoding: json.finish().span) + "\n"
    }

    private static func write(_ words: Tally.Words, into json: inout JSONWriter) {
        json.key(words.name)
        json.object { json in
            json.member("missing", words.missing)
            json.key("words")
            json.object { json in
                for entry in words.ranked { json.member(entry.word, entry.count) }
            }
        }
    }

    private static func write(_ member: MemberTally.Member, into json: inout JSONWriter) {
        json.key(member.name)
        json.object { json in
            for kind in MemberTally.Kind.allCases where member.counts[kind.rawValue] > 0 {
                json.member(kind.word, member.counts[kind.rawValue])
            }
        }
    }
}
