import PatchbayCore
import PatchbayPlugin
import Testing

struct JSONTests {
    private func read(_ text: String) throws(PluginError) -> ConfigNode {
        try JSONReader.read(Bytes(text), file: "x.json")
    }

    private func problem(_ text: String) -> String? {
        do throws(PluginError) {
            _ = try read(text)
            return nil
        } catch {
            return error.description
        }
    }

    private func written(_ node: ConfigNode, isIndented: Bool = false) -> String {
        var json = JSONWriter(isIndented: isIndented)
        json.value(node)
        return json.finish().text
    }

    @Test(arguments: [
        "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "0.1", "-0.0", "5e-324",
        "1.7976931348623157e+308", "1e+16", "100.0", #""""#, #""\"\\/\b\f\n\r\t\u0000é😀""#, "[]", "{}", "[[],{}]",
        #"{"a":1,"b":[true,null,{"c":""}]}"#,
    ])
    func readsWhatItWrites(_ text: String) throws {
        let node = try read(text)
        let again = written(node)
        #expect(written(try read(again)) == again)
        #expect(written(try read(written(node, isIndented: true))) == again)
        if !text.contains("/") { #expect(again == text) }
    }

    @Test func readsEscapesAndSpace() throws {
        #expect(try read(" \t\r\n[ 1 , \"\\u00e9\\uD83D\\uDE00\\/\" ] \n").elements[1].string == "é😀/")
        #expect(try read("1E2").content.number == 100)
    }

    @Test(arguments: [
        ("", "1:1: this is not valid JSON: the text ends where a value should be"),
        ("[1,]", "1:4: this is not valid JSON: expected a value"),
        ("[1 2]", "1:4: this is not valid JSON: expected ',' or ']'"),
        ("{\"a\":1,}", "1:8: this is not valid JSON: expected a key in double quotes"),
        ("{a:1}", "1:2: this is not valid JSON: expected a key in double quotes"),
        ("{\"a\" 1}", "1:6: this is not valid JSON: expected ':'"),
        ("{\"a\":1\n \"b\":2}", "2:2: this is not valid JSON: expected ',' or '}'"),
        ("{\"a\":1,\n\"a\":2}", "2:1: this is not valid JSON: the key 'a' is given twice, first in line 1"),
        ("01", "1:1: this is not valid JSON: this is no number"),
        ("-", "1:1: this is not valid JSON: this is no number"),
        ("1.", "1:1: this is not valid JSON: this is no number"),
        ("1e", "1:1: this is not valid JSON: this is no number"),
        ("1e999", "1:1: this is not valid JSON: the number is too large"),
        ("+1", "1:1: this is not valid JSON: expected a value"),
        ("NaN", "1:1: this is not valid JSON: expected a value"),
        ("nul", "1:1: this is not valid JSON: expected a value"),
        ("\"a", "1:1: this is not valid JSON: the text has no end"),
        ("\"a\\", "1:3: this is not valid JSON: this is no escape"),
        ("\"\\x\"", "1:2: this is not valid JSON: this is no escape"),
        ("\"\\u12g4\"", "1:2: this is not valid JSON: this is no escape"),
        ("\"\\ud800\"", "1:2: this is not valid JSON: half of a surrogate pair"),
        ("\"\\ud800\\u0041\"", "1:2: this is not valid JSON: half of a surrogate pair"),
        ("\"\\udc00\"", "1:2: this is not valid JSON: half of a surrogate pair"),
        ("\"a\tb\"", "1:3: this is not valid JSON: a control character in text must be written as an escape"),
        ("[\"é\", x]", "1:7: this is not valid JSON: expected a value"),
        ("1 1", "1:3: this is not valid JSON: something follows the value"),
        ("// c\n1", "1:1: this is not valid JSON: expected a value"),
    ])
    func saysWhatIsWrong(_ text: String, _ expected: String) {
        #expect(problem(text) == "x.json:\(expected)")
    }

    @Test func refusesInvalidUTF8() {
        let bytes: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
        #expect(throws: PluginError.self) { try JSONReader.read(Bytes(copying: bytes.span), file: "x") }
    }

    @Test func depthAndSizeAreLimited() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try read(nested(128))
        #expect(problem(nested(129)) == "x.json:1:129: this is not valid JSON: more than 128 levels deep")
        #expect(problem(String(repeating: "[", count: 100_000))?.contains("levels deep") == true)
        #expect(problem(String(repeating: "{\"a\":", count: 100_000))?.contains("levels deep") == true)
        #expect(throws: PluginError.self) { try JSONReader.read(Bytes("[1,2]"), file: "x", sizeLimit: 4) }
    }

    @Test func writesWhatTextCannotHold() {
        var json = JSONWriter()
        let bytes: [UInt8] = [0x61, 0xFF, 0x22, 0x0A, 0x1B]
        json.array { json in
            json.value(utf8: bytes.span)
            json.value(Double.nan)
            json.value(-Double.infinity)
            json.value(UInt64.max)
        }
        #expect(json.finish().text == "[\"a\u{FFFD}\\\"\\n\\u001b\",null,null,18446744073709551615]")
    }

    @Test func indents() {
        let node: ConfigNode = ["a": [1, 2], "b": [:], "c": []]
        let expected = """
            {
              "a": [
                1,
                2
              ],
              "b": {},
              "c": []
            }
            """
        #expect(written(node, isIndented: true) == expected)
    }

    @Test func severalValuesAreLines() {
        var json = JSONWriter()
        json.value(1)
        json.object { $0.member("a", true) }
        #expect(json.finish().text == "1\n{\"a\":true}")
    }
}

extension ConfigNode.Content {
    fileprivate var number: Double? { if case .number(let value) = self { value } else { nil } }
}
