import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayProcess

@Suite("JSON Schema of typed specifications")
struct OCMSchemaTests {
    private func problem(_ schema: String, _ value: String) throws -> String? {
        let value = try JSONReader.read(Bytes(value), file: "value")
        return try JSONSchema(Bytes(schema), name: "schema").problem(with: value)?.description
    }

    private func fits(_ schema: String, _ value: String) throws -> Bool { try problem(schema, value) == nil }

    @Test("what the reflection of Go makes: a reference into the definitions, closed objects")
    func reflected() throws {
        let schema = """
            {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://example.org/dummy",
             "$ref":"#/$defs/Repository","$defs":{"Repository":{"type":"object","additionalProperties":false,
             "required":["type","baseUrl"],"properties":{"type":{"type":"string","pattern":"^[A-Za-z.]+(/v[0-9]+)?$"},
             "baseUrl":{"type":"string","minLength":1},"port":{"type":"integer","minimum":1,"maximum":65535}}}}}
            """
        #expect(try fits(schema, #"{"type":"Dummy/v1","baseUrl":"x","port":80}"#))
        #expect(try problem(schema, #"{"type":"Dummy/v1"}"#) == "the member 'baseUrl' is missing")
        #expect(try problem(schema, #"{"type":"Dummy/v1","baseUrl":"x","prot":1}"#) == "the member 'prot' is unknown")
        #expect(try problem(schema, #"{"type":"Dummy/v1","baseUrl":"x","port":0}"#) == "/port: the number is too small")
        #expect(try problem(schema, #"{"type":"Dummy v1","baseUrl":"x"}"#)?.hasPrefix("/type: ") == true)
    }

    @Test(
        "one keyword each",
        arguments: [
            (#"{"type":["string","null"]}"#, "null", "1"),
            (#"{"type":"integer"}"#, "3.0", "3.5"),
            (#"{"type":"number"}"#, "3", "\"3\""),
            (#"{"const":{"a":[1,2]}}"#, #"{"a":[1.0,2]}"#, #"{"a":[2,1]}"#),
            (#"{"enum":["a",null]}"#, "null", "\"b\""),
            (#"{"multipleOf":0.01}"#, "19.99", "19.995"),
            (#"{"multipleOf":3}"#, "9", "10"),
            (#"{"exclusiveMinimum":1,"exclusiveMaximum":2}"#, "1.5", "2"),
            (#"{"maximum":9007199254740992}"#, "9007199254740992", "9007199254740993"),
            (#"{"minLength":2,"maxLength":3}"#, "\"äöü\"", "\"ä\""),
            (#"{"minItems":1,"maxItems":2,"uniqueItems":true}"#, "[1,2]", "[1,1.0]"),
            (#"{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}"#, #"["a",1]"#, #"["a","b"]"#),
            (#"{"items":false}"#, "[]", "[1]"),
            (#"{"contains":{"type":"string"},"maxContains":1}"#, #"[1,"a"]"#, #"["a","b"]"#),
            (#"{"contains":{"type":"string"}}"#, #"["a"]"#, "[1]"),
            (#"{"minProperties":1,"maxProperties":1}"#, #"{"a":1}"#, "{}"),
            (#"{"dependentRequired":{"a":["b"]}}"#, #"{"a":1,"b":1}"#, #"{"a":1}"#),
            (#"{"dependentSchemas":{"a":{"required":["b"]}}}"#, #"{"b":1}"#, #"{"a":1}"#),
            (#"{"propertyNames":{"maxLength":1}}"#, #"{"a":1}"#, #"{"ab":1}"#),
            (#"{"patternProperties":{"^x-":true},"additionalProperties":false}"#, #"{"x-a":1}"#, #"{"y":1}"#),
            (#"{"additionalProperties":{"type":"string"}}"#, #"{"a":"b"}"#, #"{"a":1}"#),
            (#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, "2", "3"),
            (#"{"anyOf":[{"type":"string"},{"minimum":5}]}"#, "5", "4"),
            (#"{"oneOf":[{"minimum":1},{"maximum":3}]}"#, "4", "2"),
            (#"{"not":{"type":"null"}}"#, "1", "null"),
            (
                #"{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}"#, #"{"c":1}"#,
                #"{"a":1}"#
            ),
            (##"{"$ref":"#/$defs/a%20b~1c","$defs":{"a b/c":{"type":"null"}}}"##, "null", "1"),
            (##"{"$ref":"#n","$defs":{"x":{"$anchor":"n","type":"null"}}}"##, "null", "1"),
            (
                ##"{"$ref":"other","$defs":{"x":{"$id":"other","$ref":"#/$defs/y","$defs":{"y":{"type":"null"}}}}}"##,
                "null", "1"
            ),
            (#"{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}"#, #"{"a":1}"#, #"{"b":1}"#),
            (#"{"prefixItems":[true],"unevaluatedItems":false}"#, "[1]", "[1,2]"),
            (
                ##"{"properties":{"next":{"$ref":"#"}},"required":["v"]}"##, ##"{"v":1,"next":{"v":2}}"##,
                ##"{"v":1,"next":{}}"##
            ),
            ("true", "1", ""), ("false", "", "1"), (#"{"format":"ipv4"}"#, "\"x\"", ""),
        ])
    func keywords(schema: String, good: String, bad: String) throws {
        if !good.isEmpty { #expect(try problem(schema, good) == nil) }
        if !bad.isEmpty { #expect(try problem(schema, bad) != nil) }
    }

    @Test("the place is a JSON pointer, and no message shows a value")
    func places() throws {
        let found = try problem(#"{"properties":{"a/b":{"items":{"const":"x"}}}}"#, #"{"a/b":["x","geheim"]}"#)
        #expect(found == "/a~1b/1: this is not the one value that is allowed")
    }

    @Test(
        "hostile schemas end with an error, and soon",
        arguments: [
            ##"{"$ref":"#"}"##,
            ##"{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}"##,
            ##"{"$ref":"https://example.org/elsewhere"}"##, ##"{"$ref":"#/$defs/none"}"##, ##"{"$dynamicRef":"#x"}"##,
            ##"{"pattern":"(a)\\1"}"##, ##"{"pattern":"(?=a)"}"##, ##"{"pattern":"a{1001}"}"##, ##"{"pattern":"("}"##,
            ##"{"pattern":"((((a{900}){900}){900}){900})"}"##, ##"{"pattern":"(((()){1000}){1000}){1000}"}"##,
            ##"{"type":5}"##, ##"{"minLength":"x"}"##, ##"{"allOf":[7]}"##, ##"{"multipleOf":0}"##,
        ])
    func hostile(schema: String) throws {
        #expect(throws: PluginError.self) {
            _ = try problem(schema, "\"aaaa\"")
            _ = try problem(schema, "5")
        }
    }

    @Test("references that fan out use up the work that a check may do")
    func fanOut() throws {
        let levels = (0..<40).map {
            ##""l\##($0)":{"allOf":[{"$ref":"#/$defs/l\##($0 + 1)"},{"$ref":"#/$defs/l\##($0 + 1)"}]}"##
        }
        let schema = ##"{"$ref":"#/$defs/l0","$defs":{\##(levels.joined(separator: ",")),"l40":true}}"##
        #expect(throws: PluginError.self) { _ = try problem(schema, "1") }
    }

    @Test(
        "patterns",
        arguments: [
            ("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", ["a", "a.b-c"], ["-a", "a-", "A", ""]),
            ("b+c", ["abbcd"], ["abd"]), ("^(a|bc){2,3}$", ["abc", "bcbcbc"], ["a", "aaaa"]),
            ("^\\d{4}-\\d\\d$", ["2026-11"], ["2026-1", "x2026-11"]), ("^[^/]+$", ["ä"], ["a/b", ""]),
            ("\\bcat\\b", ["a cat sat"], ["concatenate"]), ("^\\u0041\\x42[\\w\\-]$", ["AB-", "AB_"], ["AB "]),
            ("^a.c$", ["abc"], ["a\nc"]), ("^(?:x(?<n>y)?)*?$", ["", "xxy"], ["y"]), ("a{,2}", ["a{,2}"], ["aa"]),
            ("^[\\s\\S]*$", ["a\nb"], []), ("^[\\D]$", ["a"], ["1"]),
        ])
    func patterns(pattern: String, good: [String], bad: [String]) throws {
        let pattern = try Pattern(pattern)
        for text in good { #expect(try pattern.occurs(in: text), "\(text)") }
        for text in bad { #expect(try !pattern.occurs(in: text), "\(text)") }
    }

    @Test("a pattern that makes others try for ever is matched at once", .timeLimit(.minutes(1)))
    func backtracking() throws {
        let pattern = try Pattern("^(a+)+(a*)*$")
        #expect(try !pattern.occurs(in: String(repeating: "a", count: 20_000) + "b"))
    }
}
