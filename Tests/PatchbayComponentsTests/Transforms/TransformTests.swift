import PatchbayComponents
import PatchbayCore
import PatchbayPlugin
import Testing

@Suite struct TransformTests {
    private static let schema = Schema(
        fields: [Field("a", .int64), Field("b", .utf8), Field("level", .word, order: ["error", "info"])],
        hasTime: true,
        textTemplate: "{{{a}}} {b:<5|-} {level}"
    )

    private static func batch() -> Batch {
        let builder = BatchBuilder(schema: schema)
        for row in 0..<3 {
            if row == 1 { builder.fields[0].appendNull() } else { builder.fields[0].append(int64: Int64(row) * 10) }
            builder.fields[1].append(copying: Bytes("text \(row)").span)
            builder.fields[2].append(word: Bytes(row == 0 ? "error" : "info").span)
            builder.time?.append(int64: Int64(row) * 1_000)
            builder.value.append(copying: Bytes("raw \(row)").span)
        }
        return builder.finish()
    }

    // MARK: select

    @Test func selectKeepsAndRenames() throws {
        var transform = try make(SelectTransform.self, ["fields": ["b as text", "a", "time", "value as raw"]])
        #expect(transform.wanted(for: .everything) == FieldRequest(names: ["b", "a", "time", "value"]))
        let output = try transform.run(Self.batch())
        let batch = try #require(output.batches.first)
        #expect(rendered(batch)[0] == "text=text 0 a=0 time=@0 raw=raw 0")
        #expect(batch.schema.textTemplate == "{text} {a} {time} {raw}")
        #expect(batch[2].value?.text == "raw 2" && batch[2].time == 2_000, "time and value stay")
    }

    @Test func selectTakesOneTextWithCommas() throws {
        var transform = try make(SelectTransform.self, "level, a as number")
        #expect(rendered(try #require(try transform.run(Self.batch()).batches.first))[1] == "level=info number=-")
    }

    @Test func selectRefusesWhatCannotBe() throws {
        let typo = try make(SelectTransform.self, "a,levle")
        #expect(failure { _ = try typo.outputSchema(for: Self.schema) }?.advice?.contains("'level'") == true)
        #expect(failure { _ = try make(SelectTransform.self, "a,a") } != nil)
        #expect(failure { _ = try make(SelectTransform.self, "a,,b") } != nil)
        #expect(failure { _ = try make(SelectTransform.self, ["fields": []]) } != nil)
    }

    // MARK: drop, rename

    @Test func dropTakesAway() throws {
        var transform = try make(DropTransform.self, "b, level")
        #expect(transform.wanted(for: FieldRequest(names: ["a"])).names == ["a", "b", "level"])
        let batch = try #require(try transform.run(Self.batch()).batches.first)
        #expect(rendered(batch) == ["a=0", "a=-", "a=20"])
        #expect(batch.schema.textTemplate == "{{{a}}}  ")
        let typo = try make(DropTransform.self, "bb")
        #expect(failure { _ = try typo.outputSchema(for: Self.schema) } != nil)
        let time = try make(DropTransform.self, "time")
        #expect(
            failure { _ = try time.outputSchema(for: Self.schema) }?.message.contains("part of every record") == true)
    }

    @Test func renameExchanges() throws {
        var transform = try make(RenameTransform.self, ["fields": ["a": "b", "b": "a"]])
        let batch = try #require(try transform.run(Self.batch()).batches.first)
        #expect(rendered(batch)[2] == "b=20 a=text 2 level=info")
        #expect(batch.schema.textTemplate == "{{{b}}} {a:<5|-} {level}")
        #expect(transform.wanted(for: FieldRequest(names: ["level"])).names == ["level", "a", "b"])
        let taken = try make(RenameTransform.self, ["fields": ["a": "level"]])
        #expect(failure { _ = try taken.outputSchema(for: Self.schema) }?.message.contains("already") == true)
        #expect(failure { _ = try make(RenameTransform.self, ["fields": ["a": "x", "b": "x"]]) } != nil)
        #expect(failure { _ = try make(RenameTransform.self, ["fields": ["a": ""]]) } != nil)
    }

    @Test func anOpenSchemaGivesUpTheNamesThatAreUsed() throws {
        let open = Schema(
            fields: [Field("old", .json), Field("new", .json), Field("rest", .map(json: true))], isOpen: true)
        var rename = try make(RenameTransform.self, ["fields": ["old": "new"]])
        #expect(rename.wanted(for: .everything) == FieldRequest(names: ["old", "new"], all: true))
        let batch = makeBatch(open, [[.raw("1"), .raw("2"), .null]])
        #expect(rendered(try #require(try rename.run(batch).batches.first)) == ["new=1 rest=-"])
        let set = try make(SetTransform.self, ["values": ["new": 5]])
        #expect(set.wanted(for: .everything) == FieldRequest(names: ["new"], all: true))
    }

    // MARK: set

    @Test func setAddsAndReplaces() throws {
        var transform = try make(
            SetTransform.self,
            [
                "values": ["env": "test", "answer": 42, "half": 0.5, "yes": true, "b": "fixed"],
                "expressions": [
                    "twice": "a * 2", "share": "a / 40", "bad": "level <= 'error'", "copy": "level", "when": "time",
                    "a": "a + 1", "word": "'x'",
                ],
            ]
        )
        let batch = try #require(try transform.run(Self.batch()).batches.first)
        #expect(
            Set(rendered(batch)[0].split(separator: " ")) == [
                "a=1", "b=fixed", "level=error", "env=test", "answer=42", "half=0.5", "yes=true", "twice=0",
                "share=0.0",
                "bad=true", "copy=error", "when=@0", "word=x",
            ]
        )
        #expect(rendered(batch)[1].contains("twice=- share=-"))
        #expect(rendered(batch)[2].contains("a=21"))
        #expect(batch.schema.fields[0].name == "a", "a replaced field keeps its place")
        #expect(try transform.run(Self.batch().slice(1..<3)).batches.first?.count == 2)
    }

    @Test func setRefusesWhatCannotBe() throws {
        #expect(failure { _ = try make(SetTransform.self, [:]) } != nil)
        #expect(failure { _ = try make(SetTransform.self, ["values": ["x": [1, 2]]]) } != nil)
        #expect(failure { _ = try make(SetTransform.self, ["values": ["x": 1], "expressions": ["x": "a"]]) } != nil)
        #expect(failure { _ = try make(SetTransform.self, ["expressions": ["x": "a +"]]) } != nil)
        for (name, expression) in [("x", "nosuch + 1"), ("x", "b + 1"), ("x", "null"), ("value", "a"), ("time", "a")] {
            let map = ConfigNode(.map([ConfigNode.Entry(key: name, value: ConfigNode(.string(expression)))]))
            let transform = try make(SetTransform.self, ["expressions": map])
            #expect(failure { _ = try transform.outputSchema(for: Self.schema) } != nil, "\(name): \(expression)")
        }
    }

    // MARK: cast

    private static let mixed = Schema(fields: [
        Field("x", .json), Field("t", .utf8), Field("n", .int64), Field("f", .float64),
    ])

    private func cast(_ name: String, _ type: String, _ values: [Value]) throws -> (kept: [String], rejected: [Int]) {
        let column = Self.mixed.index(of: name) ?? 0
        var rows: [[Value]] = []
        for value in values {
            var row = [Value](repeating: .null, count: 4)
            row[column] = value
            rows.append(row)
        }
        let map = ConfigNode(.map([ConfigNode.Entry(key: name, value: ConfigNode(.string(type)))]))
        var transform = try make(CastTransform.self, ["fields": map])
        let output = try transform.run(makeBatch(Self.mixed, rows))
        let kept = output.batches.flatMap { batch in (0..<batch.count).map { rendered(batch.fields[column].value($0)) }
        }
        return (kept, output.rejections.entries.map(\.row))
    }

    @Test func castReadsTexts() throws {
        #expect(
            try cast("t", "int64", [.text("5"), .text("x"), .null, .text("2.0"), .text("2.5")]) == (
                ["5", "-", "2"], [1, 4]
            ))
        #expect(try cast("t", "float64", [.text("5e-1"), .text(""), .text("-7")]) == (["0.5", "-7.0"], [1]))
        #expect(try cast("t", "bool", [.text("true"), .text("0"), .text("yes")]) == (["true", "false"], [2]))
        #expect(try cast("t", "time", [.text("1970-01-01T00:00:01Z"), .text("1")]) == (["@1000000000"], [1]))
        #expect(try cast("t", "time_ms", [.text("1.5"), .text("9e99"), .text("x")]) == (["@1500000"], [1, 2]))
        #expect(try cast("t", "word", [.text("a"), .text("b"), .text("a")]) == (["a", "b", "a"], []))
    }

    @Test func castReadsJSON() throws {
        let values: [Value] = ["5", "\"5\"", "null", "true", "[1]", "1e999", "\"\\u0035\""].map { .raw($0) }
        #expect(try cast("x", "int64", values) == (["5", "5", "-", "1", "5"], [4, 5]))
        #expect(try cast("x", "utf8", values) == (["5", "5", "-", "true", "[1]", "1e999", "5"], []))
        #expect(
            try cast("x", "bool", [.raw("false"), .raw("\"true\""), .raw("2"), .raw("1.0")]) == (
                ["false", "true", "true"], [2]
            ))
    }

    @Test func castTurnsNumbers() throws {
        #expect(try cast("n", "utf8", [.int64(.min), .null]) == (["-9223372036854775808", "-"], []))
        #expect(try cast("n", "float64", [.int64(3)]) == (["3.0"], []))
        #expect(try cast("n", "time_s", [.int64(2), .int64(.max)]) == (["@2000000000"], [1]))
        #expect(try cast("n", "bool", [.int64(1), .int64(2)]) == (["true"], [1]))
        #expect(
            try cast("f", "int64", [.float64(2), .float64(2.5), .float64(.nan), .float64(1e300)]) == (["2"], [1, 2, 3]))
        #expect(try cast("f", "time_s", [.float64(0.25), .float64(.infinity)]) == (["@250000000"], [1]))
        #expect(try cast("f", "utf8", [.float64(0.1)]) == (["0.1"], []))
    }

    @Test func castNamesTheGuiltyValue() throws {
        let map = ConfigNode(.map([ConfigNode.Entry(key: "t", value: "int64")]))
        var transform = try make(CastTransform.self, ["fields": map])
        let text = "abc\u{1B}" + String(repeating: "x", count: 500)
        let error = try #require(
            try transform.run(makeBatch(Self.mixed, [[.null, .text(text)]])).rejections.entries.first?.error)
        #expect(
            error.message.hasPrefix("'abc\\u{1b}xxx") && error.message.hasSuffix("in field 't' cannot become int64"))
        #expect(error.message.count < 140 && error.record == 0)
    }

    @Test func castRefusesWhatCannotBe() throws {
        let schema = Schema(fields: [Field("flag", .bool), Field("rest", .map(json: true)), Field("at", .timestamp)])
        for (name, type) in [("flag", "time"), ("rest", "utf8"), ("at", "bool"), ("nosuch", "int64")] {
            let map = ConfigNode(.map([ConfigNode.Entry(key: name, value: ConfigNode(.string(type)))]))
            let transform = try make(CastTransform.self, ["fields": map])
            #expect(failure { _ = try transform.outputSchema(for: schema) } != nil, "\(name) to \(type)")
        }
        #expect(failure { _ = try make(CastTransform.self, ["fields": ["a": "integer"]]) } != nil)
    }

    @Test func aBatchOfAnotherSchemaIsAnError() throws {
        let other = makeBatch(Schema(fields: [Field("q", .bool)]), [[.bool(true)]])
        var select = try make(SelectTransform.self, "a")
        var set = try make(SetTransform.self, ["expressions": ["x": "a + 1"]])
        _ = try select.bind(Self.schema)
        _ = try set.bind(Self.schema)
        var output = TransformOutput()
        #expect(failure { try select.transform(other, into: &output) } != nil)
        #expect(failure { try set.transform(other, into: &output) } != nil)
        #expect(output.batches.isEmpty)
    }
}
