import PatchbayGuest
import Testing

@Suite struct JSONTests {
    private func text(_ view: JSONView) -> String? {
        var writer = ByteWriter()
        guard view.string(into: &writer) else { return nil }
        let bytes = writer.bytes
        return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }

    private func problem(_ bytes: [UInt8]) -> Int? {
        do throws(JSONError) {
            _ = try JSONView(checking: bytes.span)
            return nil
        } catch {
            return error.position
        }
    }

    @Test func membersAreFound() {
        let json = Array(
            #" {"user":{"name":"A\u006en \ud83d\ude00","age":41,"tags":[1,"two",null,{}]},"ok":true,"x":1,"\u0078":2.5}"#
                .utf8)
        let view = JSONView(json.span)
        let user = view["user"]
        let name = text(user["name"])
        let equals = user["name"] == "Ann 😀"
        let numbers = (user["age"].int, view["x"].double, view["x"].int)
        let others = (view["ok"].bool, view["none"]["deeper"].kind, user["tags"].kind, view["ok"].isNull)
        #expect(name == "Ann 😀" && equals)
        #expect(numbers.0 == 41 && numbers.1 == 2.5 && numbers.2 == nil)
        #expect(others.0 == true && others.1 == .missing && others.2 == .array && !others.3)
    }

    @Test func membersAreFoundByBytes() {
        let json = Array(#"{"\u00e9":{"a":"x\ty"},"":2}"#.utf8)
        let names = (Array("é".utf8), Array("a".utf8), Array("x\ty".utf8), [UInt8]())
        let view = JSONView(json.span)
        let inner = view[names.0.span][names.1.span]
        let equals = (inner.equals(names.2.span), inner.equals(names.1.span), inner.equals(names.3.span))
        #expect(equals.0 && !equals.1 && !equals.2)
        let others = (view[names.3.span].int, view[names.1.span].kind)
        #expect(others.0 == 2 && others.1 == .missing)
    }

    @Test func entriesAreWalkedOver() {
        let json = Array(#"{"a":[1, "two" ,null],"b\n":{} }"#.utf8)
        var members = JSONView(json.span).entries
        var names: [String?] = []
        var kinds: [JSONView.Kind] = []
        while members.next() {
            names.append(text(members.name))
            var elements = members.value.entries
            while elements.next() { kinds.append(elements.value.kind) }
        }
        let failed = members.error != nil
        #expect(names == ["a", "b\n"] && kinds == [.number, .string, .null] && !failed)
        let broken = Array("[1,2 3]".utf8)
        var elements = JSONView(broken.span).entries
        var count = 0
        while elements.next() { count += 1 }
        let position = elements.error?.position
        #expect(count == 2 && position == 5)
    }

    @Test(arguments: [
        "", "{", "[1,]", "[1", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "[1}", "01", "1.", "-", "1e", "tru", "\"a",
        "\"\\x\"", "\"\\u12g4\"", "\"\n\"", "1 2", "[]]", "\"\\", "nulll", "+1", ".5", "{\"a\":1 \"b\":2}",
        "\"0123456789abcdef\u{1}\"",
    ])
    func whatIsNoJSONIsRefused(json: String) {
        let found = problem(Array(json.utf8))
        #expect(found != nil)
    }

    @Test(arguments: [
        "0", "-0.5e+10", " [ ] ", "{}", "[[],{},[{}]]", "{\"a\":[1,{\"b\":null}],\"c\":\"\\\"\\/\"}", "\"\u{7f}é\"",
        "[true,false,null,\"0123456789abcdef0123456789abcdef\"]",
    ])
    func whatIsJSONIsTaken(json: String) {
        let found = problem(Array(json.utf8))
        #expect(found == nil)
    }

    @Test func nestingIsLimited() {
        let deep = (256...257).map {
            Array((String(repeating: "[", count: $0) + String(repeating: "]", count: $0)).utf8)
        }
        let (fits, fails) = (problem(deep[0]), problem(deep[1]))
        #expect(fits == nil && fails == 256)
    }

    /// Every beginning and every changed byte of a text: the reader stays inside it, and both readers agree.
    @Test func damagedTextIsSurvived() {
        let json = Array(#"{"a":[1,-2.5e3,"x\u00e9\n",{"b":null}],"c":true,"long":"0123456789abcdefghij"}"#.utf8)
        for place in json.indices {
            let cut = problem(Array(json[..<place]))
            #expect(cut != nil && cut ?? 0 <= place)
            for byte in [0, 0x22, 0x5C, 0x7B, 0x5D, 0x2C, 0xFF] as [UInt8] {
                var changed = json
                changed[place] = byte
                let isBad = problem(changed) != nil
                let isFound = JSONView(changed.span)["c"].bytes.count > 0
                #expect(!(isBad && isFound))
            }
        }
    }
}
