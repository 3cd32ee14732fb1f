import PatchbayCore
import PatchbayDLT
import Testing

/// Arguments that no recorded file holds: nested, many-dimensional, cut off.
@Suite struct ArgumentTests {
    private static let one = Messages.number(0x41) + [1]

    private func read(_ payload: [UInt8], arguments: UInt8 = 1) -> Reading.Row? {
        let message = Messages.storage + Messages.bare(payload, arguments: arguments)
        let request = FieldRequest(names: ["payload", "arguments", "damage"])
        return Reading.of(message, request: request).rows.first
    }

    /// A structure of `entries` with `count` announced.
    private func structure(_ entries: [UInt8], count: UInt8) -> [UInt8] {
        Messages.number(0x4000) + [count, 0] + entries
    }

    @Test func structuresHaveABottom() {
        var nested = Self.one
        for _ in 0..<8 { nested = structure(nested, count: 1) }
        #expect(read(nested)?["payload"] == "{{{{{{{{1}}}}}}}}")
        #expect(read(nested)?["damage"] == nil)
        let deeper = read(structure(nested, count: 1))
        #expect(deeper?["payload"]?.hasPrefix("{{{{{{{{<00 40 00 00 01 00 41") == true)
        #expect(deeper?["damage"] == "argument 1: structures nested too deep")
        var deepest = Self.one
        for _ in 0..<5000 { deepest = structure(deepest, count: 1) }
        #expect(read(deepest)?["damage"] == "argument 1: structures nested too deep")
    }

    @Test func whatAStructureLacksIsSaid() {
        let row = read(structure(Self.one, count: 3))
        #expect(row?["payload"] == "{1 }")
        #expect(
            row?["arguments"] == #"[{"type":"struct","value":[{"type":"uint8","value":1},"#
                + #"{"error":"the payload ends too early","bytes":""}]}]"#)
        #expect(row?["damage"] == "argument 1: the payload ends too early")
    }

    @Test func arraysHaveDimensions() {
        let matrix = Messages.number(0x142) + [2, 0, 2, 0, 3, 0] + (1...6).flatMap { [UInt8($0), 0] }
        #expect(read(matrix)?["payload"] == "[1 2 3 4 5 6]")
        #expect(
            read(matrix)?["arguments"] == #"[{"type":"uint16","dimensions":[2,3],"value":[1,2,3,4,5,6]}]"#)
        let named = Messages.number(0x941) + [1, 0, 2, 0, 2, 0, 2, 0] + Array("n\0u\0".utf8) + [7, 8]
        #expect(
            read(named)?["arguments"]
                == #"[{"type":"uint8","dimensions":[2],"name":"n","unit":"u","value":[7,8]}]"#)
        #expect(read(Messages.number(0x141) + [1, 0, 0, 0])?["payload"] == "[]")
    }

    /// Extents whose product is larger than any memory.
    @Test func hugeArraysAreRefused() {
        let extents = [UInt8](repeating: 0xFF, count: 40)
        let row = read(Messages.number(0x145) + [20, 0] + extents)
        #expect(row?["damage"] == "argument 1: the payload ends too early")
        #expect(row?["payload"]?.hasPrefix("<45 01 00 00 14 00 ff ff") == true)
    }

    @Test func whatIsBehindTheLastArgumentIsSaid() {
        let row = read(Self.one + [9, 9])
        #expect(row?["payload"] == "1")
        #expect(row?["damage"] == "2 bytes behind the last argument")
    }

    /// Every prefix of a payload with every kind of argument gives a record and never reads over its end.
    @Test func everyPrefixIsARecord() {
        var payload = Self.one + Messages.argument("text") + Messages.number(0x400) + [3, 0, 1, 2, 3]
        payload +=
            Messages.number(0x1843) + [2, 0, 2, 0] + Array("n\0u\0".utf8) + [0, 0, 0, 0x3F, 1, 0, 0, 0, 9, 0, 0, 0]
        payload += structure(Self.one, count: 1) + Messages.number(0x142) + [1, 0, 2, 0, 1, 0, 2, 0]
        payload += Messages.number(0x2000) + [2, 0, 0x61, 0]
        #expect(read(payload, arguments: 7)?["payload"] == "1 text 01'02'03 9 {1} [1 2] a")
        #expect(read(payload, arguments: 7)?["damage"] == nil)
        for size in 0..<payload.count {
            let row = read(Array(payload.prefix(size)), arguments: 7)
            #expect(row?["damage"] != nil, "\(size) bytes")
            #expect(row?["payload"] != nil)
        }
    }

    /// Network traces say what their arguments are, whole, truncated and in segments.
    @Test func networkTracesAreNamed() {
        func trace(_ form: String, _ rest: [UInt8], _ count: UInt8) -> String? {
            let payload = Messages.argument(form) + rest
            let message = Messages.storage + Messages.bare(payload, info: 0x25, arguments: count)
            return Reading.of(message, request: FieldRequest(names: ["arguments"])).rows.first?["arguments"]
        }
        let raw = Messages.number(0x400) + [1, 0, 0xAB]
        let number = Messages.number(0x43) + Messages.number(3000)
        #expect(
            trace("NWTR", raw + number + raw, 4)
                == #"[{"type":"string","name":"form","value":"NWTR"},{"type":"raw","name":"header","value":"ab"},"#
                + #"{"type":"uint32","name":"original_size","value":3000},"#
                + #"{"type":"raw","name":"payload","value":"ab"}]"#)
        #expect(trace("NWST", number + raw, 3)?.contains(#""name":"handle","value":3000"#) == true)
        #expect(trace("NWCH", number + Self.one + raw, 4)?.contains(#""name":"segment","value":1"#) == true)
        #expect(trace("NWEN", number, 2)?.contains(#""name":"handle""#) == true)
        #expect(trace("text", number, 2)?.contains(#""name":"payload""#) == true)
    }
}
