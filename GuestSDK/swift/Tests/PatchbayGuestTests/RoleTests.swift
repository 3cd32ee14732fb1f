import PatchbayGuest
import PatchbayGuestTesting
import Testing

struct LevelFilter: FilterPlugin {
    let limit: Int64
    var seen: Int64 = 0
    var size = Field.none

    init(_ options: Options) throws(PluginFailure) {
        limit = options.int("limit", default: 2)
        if limit < 0 { throw PluginFailure("the limit is negative", kind: .options) }
    }

    mutating func bind(_ input: InputSchema) throws(PluginFailure) {
        size = input.field("size")
        if input.has("forbidden") { throw PluginFailure("forbidden", kind: .schema) }
    }

    mutating func filter(_ record: Record) throws(RecordError) -> Bool {
        seen += 1
        guard let number = record[size].int else { throw RecordError("no size") }
        return number > limit
    }

    func save(into state: inout ByteWriter) { state.append(decimal: seen) }

    mutating func restore(_ state: Span<UInt8>) throws(PluginFailure) {
        guard let seen = Int64(decimal: state) else { throw PluginFailure("not a state", kind: .input) }
        self.seen = seen
    }
}

struct LineParser: ParserPlugin {
    static var made: MadeFields { .fields(.text("name"), .int("size"), .word("kind")) }

    init(_ options: Options) throws(PluginFailure) {}

    mutating func parse(_ input: inout ParserInput, into output: Output) throws(PluginFailure) {
        while !output.isFull, let line = input.nextLine() {
            if line.count == 0 { continue }
            output.set("value", line)
            if let sign = line.firstIndex(of: UInt8(ascii: "=")) { output.set("name", line.extracting(0..<sign)) }
            output.set("size", line.count)
            output.set("kind", line.hasPrefix("a") ? "first" : "other")
            output.emit()
        }
    }
}

@Suite struct RoleTests {
    @Test func aFilterOnOneFieldReadsThatFieldAlone() throws {
        let plugin = try TestedPlugin { filter(by: "level") { level in level == "error" } }
        let kinds: [(String) -> TestValue] = [{ .word($0) }, { .text($0) }, { .json("\"\($0)\"") }]
        for kind in kinds {
            let records = (0..<200).map {
                TestRecord("x", ["other": "error", "level": kind($0 % 3 == 0 ? "error" : "errors")])
            }
            #expect(try plugin.filter(records) == (0..<200).map { $0 % 3 == 0 })
        }
        #expect(
            try plugin.filter([TestRecord("error", ["level": .null]), TestRecord("x", ["level": 1])]) == [false, false])
        // Where records lack the field there is no value.
        #expect(try plugin.filter([TestRecord("error", ["other": "error"])]) == [false])
    }

    /// What JSON strings stand for, against a literal of two, three and four bytes a character.
    @Test func jsonStringsEqualWhatTheyStandFor() throws {
        let plugin = try TestedPlugin { filter { record in record["t"] == "a\u{8}\u{C}\n\r\t\"\\/é€😀z" } }
        let equal = [
            #""a\b\f\n\r\t\"\\\/é€😀z""#,
            #""\u0061\u0008\u000C\u000a\u000D\u0009\u0022\u005c\u002F\u00e9\u20AC\ud83d\uDE00\u007a""#,
            #""a\b\f\n\r\t\"\\/\u00E9€\uD83D\ude00z""#,
        ]
        let other = [
            #""a\b\f\n\r\t\"\\\/é€😀""#, #""a\b\f\n\r\t\"\\\/é€😀zz""#, #""a\b\f\n\r\t\"\\\/é€\ud83dz""#,
            #""a\b\f\n\r\t\"\\\/é€\ude00\ud83dz""#, #""a\b\f\n\r\t\"\\\/é€\ud83d\u0041z""#,
            #""a\b\f\n\r\t\"\\\/é€\ud83dxxde00z""#, #""a\b\f\n\r\t\"\\\/é€\ud83d\nde00z""#,
            #""a\b\f\n\r\t\"\\\/é€\uf600z""#, #""""#, #"" ""#, "1", "null", "[]", #""\u00""#, #""\u""#, #""\"#,
        ]
        let records = (equal + other).map { TestRecord("", ["t": .json($0)]) }
        let expected = (equal + other).indices.map { $0 < equal.count }
        #expect(try plugin.filter(records) == expected)
    }

    @Test func oneLineFilterReadsWordsTextAndJSON() throws {
        let plugin = try TestedPlugin { filter { record in record["level"] == "error" } }
        let kinds: [(String) -> TestValue] = [{ .word($0) }, { .text($0) }]
        for kind in kinds {
            let records = (0..<200).map {
                TestRecord("x", ["other": "o", "level": kind($0 % 3 == 0 ? "error" : "errors")])
            }
            #expect(try plugin.filter(records) == (0..<200).map { $0 % 3 == 0 })
        }
        let json = ["\"error\"", "\"\\u0065rror\"", "error", "\"errors\"", "\"err\"", "\"\\ud83d\\ude00\"", "null"]
        #expect(
            try plugin.filter(json.map { TestRecord("", ["level": .json($0)]) }) == [
                true, true, false, false, false, false, false,
            ])
        #expect(try plugin.filter([TestRecord("", ["a": "error"])]) == [false])
        #expect(
            try plugin.filter([TestRecord("", ["level": .null]), TestRecord("", ["level": "error"])]) == [false, true])
        #expect(try plugin.filter([]) == [])
    }

    @Test func filtersReportRecordsThatTheyCannotJudge() throws {
        let plugin = try TestedPlugin {
            filter { record throws(RecordError) in
                guard let size = record["size"].int else { throw RecordError("no size") }
                return size > 2
            }
        }
        let sizes: [TestValue] = [.int(1), .null, .int(3)]
        #expect(try plugin.filter(sizes.map { TestRecord("", ["size": $0]) }) == [false, false, true])
        #expect(plugin.errors == [TestError(row: 1, message: "no size")])
        _ = try plugin.filter([TestRecord("", ["size": .int(9)])])
        #expect(plugin.errors.isEmpty)
    }

    @Test func filterTypesHaveOptionsStateAndFields() throws {
        let plugin = try TestedPlugin("filter/sizes", options: ["limit": 5]) { export(LevelFilter.self, as: "sizes") }
        let records = [4, 5, 6].map { TestRecord("", ["size": .int($0)]) }
        #expect(try plugin.filter(records) == [false, false, true])
        #expect(try plugin.save() == "3")
        try plugin.restore("40")
        _ = try plugin.filter(records)
        #expect(try plugin.save() == "43")
        #expect(throws: TestFailure(status: -5, message: "not a state")) { try plugin.restore("x") }
        #expect(throws: TestFailure(status: -4, message: "forbidden")) {
            try plugin.filter([TestRecord("", ["forbidden": 1])])
        }
        #expect(throws: TestFailure(status: -3, message: "the limit is negative")) {
            try TestedPlugin(options: ["limit": -1]) { export(LevelFilter.self) }
        }
    }

    @Test func modulesWithSeveralPluginsAreAskedByName() throws {
        let register = {
            export(LevelFilter.self, as: "sizes")
            export(LineParser.self, as: "lines")
            capability("greeting/polite") { _, input, output in
                output.append("Good day, ")
                output.append(input)
            }
        }
        #expect(try TestedPlugin("parser/lines", register).parse("a=1\n").count == 4)
        #expect(try TestedPlugin("greeting/polite", register).answer("greet", "Ann") == "Good day, Ann")
        #expect(throws: TestFailure(status: -2, message: "")) { try TestedPlugin("filter/lines", register) }
    }

    @Test func transformsInheritWhatTheyDoNotSet() throws {
        let plugin = try TestedPlugin {
            map(writing: .int("length"), .word("level")) { record, output in
                if record["message"] == "drop" { return output.drop() }
                output.set("length", record.value.bytes.count)
                if record["level"] == "error" { output.set("level", "ERR") }
            }
        }
        let records = ["a", "drop", "error", "b"].map {
            TestRecord("12345", ["level": .word($0 == "error" ? "error" : "info"), "message": .text($0)])
        }
        for _ in 0..<3 {
            let columns = try plugin.transform(records)
            #expect(columns[0] == Array(repeating: .inherited(0), count: 3))
            #expect(columns[1] == [.word("info"), .word("ERR"), .word("info")])
            #expect(columns[2] == Array(repeating: .inherited(2), count: 3))
            #expect(columns[3] == [5, 5, 5])
            #expect(plugin.dropped == 1 && plugin.added == 0 && plugin.errors.isEmpty)
        }
    }

    @Test func flatMapMakesManyRecords() throws {
        let plugin = try TestedPlugin {
            flatMap(writing: .int("part")) { record, output in
                for part in 0..<Int(record["parts"].int ?? 0) {
                    output.set("part", part)
                    output.set("value", "piece")
                    output.emit()
                }
            }
        }
        let columns = try plugin.transform([0, 2, 1].map { TestRecord("v", ["parts": .int($0)]) })
        #expect(columns == [["piece", "piece", "piece"], Array(repeating: .inherited(1), count: 3), [0, 1, 0]])
        #expect(plugin.dropped == 1 && plugin.added == 1)
    }

    @Test func valuesOfAnotherTypeMakeTheRecordAnError() throws {
        let plugin = try TestedPlugin { map(writing: .int("n")) { _, output in output.set("n", "text") } }
        #expect(try plugin.transform([TestRecord("a")]) == [[], []])
        #expect(plugin.errors.map(\.row) == [0])
    }

    @Test(arguments: [0, 1, 2, 1000]) func parsersStopAtTheirLimitAndAtIncompleteLines(limit: Int) throws {
        let plugin = try TestedPlugin { export(LineParser.self) }
        let text = "a=1\nbb=22\r\nno\nlast"
        let columns = try plugin.parse(text, isLast: false, limit: limit)
        let count = min(limit, 3)
        #expect(columns[0] == Array(["a=1", "bb=22", "no"].prefix(count)))
        #expect(columns[1] == Array(["a", "bb", .null].prefix(count)))
        #expect(columns[2] == Array([3, 5, 2].prefix(count)))
        #expect(plugin.consumed == [0, 4, 11, 14][count])
        #expect(try plugin.parse(text).first?.count == 4)
    }

    @Test func parsersThatCopySomeValuesKeepTheOthers() throws {
        let plugin = try TestedPlugin {
            parser(making: .text("x")) { input, output in
                while let line = input.nextLine() {
                    if line.isSame("copy") { output.set("x", "literal") } else { output.set("x", line) }
                    if line.isSame("bad") { input.skip(0, .invalid) }
                    output.set("value", line)
                    output.emit()
                }
            }
        }
        let columns = try plugin.parse("view\ncopy\nagain\n")
        #expect(columns[1] == ["view", "literal", "again"])
        #expect(columns[0] == ["view", "copy", "again"])
    }

    @Test func parsersHaveReasonsOfTheirOwn() throws {
        let plugin = try TestedPlugin {
            parser { input, _ in
                input.skip(2, because: "old_version")
                input.skip(1, .damage)
            }
        }
        _ = try plugin.parse("abc")
        #expect(plugin.regions == [[0, 2, 255], [2, 1, 1]] && plugin.regionNames == ["old_version", ""])
    }

    @Test func aggregatesStartOver() throws {
        let plugin = try TestedPlugin {
            aggregate(Int64(0), making: .int("sum")) { sum, record in
                sum += record["n"].int ?? 0
            } finish: { sum, output in
                output.set("sum", sum)
                output.emit()
            }
        }
        for _ in 0..<2 {
            #expect(try plugin.aggregate([1, 2, 3].map { TestRecord("", ["n": .int($0)]) }) == [[.null], [6]])
        }
    }

    @Test func validatorsAndSinksNameBadRecords() throws {
        let validator = try TestedPlugin {
            validate { record throws(Reject) in if record.value.bytes.count > 2 { throw Reject("too long") } }
        }
        try validator.validate([TestRecord("a"), TestRecord("abc")])
        #expect(validator.errors == [TestError(row: 1, message: "too long")])
        let output = try TestedPlugin {
            sink { record throws(RecordError) in if record["n"].bool == true { throw RecordError("full") } }
        }
        try output.write([TestRecord("", ["n": .bool(true)]), TestRecord("", ["n": .bool(false)])])
        #expect(output.errors == [TestError(row: 0, message: "full")])
    }
}
