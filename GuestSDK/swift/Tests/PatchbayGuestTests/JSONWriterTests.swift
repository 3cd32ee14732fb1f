import PatchbayGuest
import Testing

@Suite struct JSONWriterTests {
    private func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }

    @Test func objectsAndArraysAreWritten() {
        let old = Array(#"{"a": [1, 2]}"#.utf8)
        var json = JSONWriter()
        for _ in 0..<2 {
            json.removeAll()
            json.beginObject()
            json.member("n", -5)
            json.member("s", "a\"b\\c\n\u{1}é")
            json.member("raw", JSONView(old.span)["a"])
            json.member("none", JSONView(old.span)["b"])
            json.name("list")
            json.beginArray()
            json.value(true)
            json.beginObject()
            json.endObject()
            json.null()
            json.endArray()
            json.member("last", false)
            json.endObject()
            let written = text(json.bytes)
            #expect(
                written
                    == #"{"n":-5,"s":"a\"b\\c\n\u0001é","raw":[1, 2],"none":null,"list":[true,{},null],"last":false}"#)
        }
    }

    @Test func everyByteComesBack() {
        for length in [1, 15, 16, 17, 40] {
            for byte in UInt8(0)..<128 {
                var bytes = [UInt8](repeating: 120, count: length)
                bytes[length / 2] = byte
                var json = JSONWriter()
                json.value(bytes.span)
                var back = ByteWriter()
                let isString = JSONView(json.bytes).string(into: &back)
                let isSame = back.bytes.isSame(bytes.span)
                let isValid = (try? JSONView(checking: json.bytes).kind == .string) ?? false
                #expect(isString && isSame && isValid)
            }
        }
    }
}
