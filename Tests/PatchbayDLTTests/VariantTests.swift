import PatchbayCore
import PatchbayDLT
import Testing

/// The hand-built files: how many messages, which regions are left over, and what is read of the last record.
@Suite struct VariantTests {
    struct Variant: Sendable {
        var file: String
        var records = 1
        var regions: [Reading.Region] = []
        var row = 0
        var payload: String
        var arguments: String?
        var damage: String?
    }

    static let variants = [
        Variant(
            file: "array_u32.dlt", payload: "[1 2 3] after",
            arguments: #"{"type":"uint32","dimensions":[3],"value":[1,2,3]},{"type":"string","value":"after"}"#),
        Variant(
            file: "bad_time.dlt", payload: "service(3842), ok, 02 00 00 00 00",
            damage: "microseconds of the storage time out of range"),
        Variant(file: "empty_payload.dlt", records: 2, payload: ""),
        Variant(
            file: "fixed_point.dlt", records: 3, row: 1, payload: "1000",
            arguments: #"{"type":"uint64","name":"temp","unit":"degC","quantization":0.25,"offset":10,"#
                + #""physical":260.0,"value":1000}"#),
        Variant(file: "float16.dlt", payload: "1.5", arguments: #"{"type":"float16","value":1.5}"#),
        Variant(
            file: "garbage_between.dlt", records: 4,
            regions: [.damage(48, 16), .damage(158, 3), .damage(332, 4)], row: 1,
            payload: "Daemon launched. Starting to output traces..."),
        Variant(
            file: "int128.dlt",
            payload: "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff",
            arguments: #"{"type":"uint128","value":"0x0f0e0d0c0b0a09080706050403020100"},"#
                + #"{"type":"sint128","value":"0xffffffffffffffffffffffffffffffff"}"#),
        Variant(
            file: "len_too_big_by_7.dlt", records: 4, row: 1, payload: "Daemon launched. Starting to output traces...",
            damage: "length field says 85 bytes, the message has 78"),
        Variant(
            file: "len_zero.dlt", records: 2, regions: [.damage(48, 42)], row: 1,
            payload: "Daemon launched. Starting to output traces..."),
        Variant(file: "no_ext_header.dlt", payload: "3735928559, 61 62 63"),
        Variant(
            file: "noar_too_big.dlt", records: 2, payload: "one ",
            arguments: #"{"type":"string","value":"one"},{"error":"the payload ends too early","bytes":""}"#,
            damage: "argument 2: the payload ends too early"),
        Variant(file: "non_verbose.dlt", payload: "42, 01 02 03"),
        Variant(file: "pattern_in_payload.dlt", records: 2, payload: "see DLT\u{1} and DLS\u{1} inside"),
        Variant(
            file: "raw_no_storage.bin", records: 50, row: 1, payload: "Daemon launched. Starting to output traces..."),
        Variant(file: "serial.bin", records: 50, row: 1, payload: "Daemon launched. Starting to output traces..."),
        Variant(
            file: "storage_and_serial.dlt", records: 3, row: 1,
            payload: "Daemon launched. Starting to output traces..."),
        Variant(
            file: "string_len_too_big.dlt", records: 2, payload: "short",
            damage: "argument 1: longer than the payload"),
        Variant(file: "string_no_nul.dlt", payload: "no terminator"),
        Variant(
            file: "struct.dlt", payload: "{5 in}",
            arguments: #"{"type":"struct","value":[{"type":"uint32","value":5},{"type":"string","value":"in"}]}"#),
        Variant(
            file: "trace_info.dlt", payload: "TRAI text", arguments: #"{"type":"trace_info","value":"TRAI text"}"#),
        Variant(
            file: "truncated_payload.dlt", records: 2, regions: [.truncated(142, 166)],
            payload: "service(3842), ok, 02 00 00 00 00"),
        Variant(
            file: "truncated_storage.dlt", records: 2, regions: [.truncated(142, 9)], row: 1,
            payload: "Daemon launched. Starting to output traces..."),
        Variant(
            file: "unknown_type.dlt", records: 2, payload: "<00 00 00 00 01 02 03 04>",
            arguments: #"{"error":"unknown type","bytes":"0000000001020304"}"#, damage: "argument 1: unknown type"),
        Variant(file: "version2_htyp.dlt", records: 2, payload: "v?", damage: "protocol version 2"),
    ]

    @Test(arguments: variants)
    func reads(_ variant: Variant) throws {
        let request = FieldRequest(names: ["arguments", "damage"], all: true)
        let reading = Reading.of(try Fixtures.bytes("variants/\(variant.file)"), request: request)
        #expect(reading.rows.count == variant.records)
        #expect(reading.regions == variant.regions)
        guard reading.rows.indices.contains(variant.row) else { return }
        let row = reading.rows[variant.row]
        #expect(row["payload"] == variant.payload)
        #expect(row["damage"] == variant.damage)
        if let arguments = variant.arguments { #expect(row["arguments"] == "[\(arguments)]") }
    }

    @Test func nothingIsInAnEmptyFile() throws {
        let reading = Reading.of(try Fixtures.bytes("variants/empty.dlt"))
        #expect(reading == Reading())
    }

    @Test func theLongestMessageIsRead() throws {
        let reading = Reading.of(try Fixtures.bytes("variants/max_len.dlt"))
        #expect(reading.rows.count == 1)
        #expect(reading.rows.first?["payload"]?.utf8.count == 196_508)
        #expect(reading.rows.first?.end == 65_551)
    }

    /// Storage time, which cannot be printed as it is, is what the numbers say.
    @Test func negativeMicrosecondsCount() throws {
        let reading = Reading.of(try Fixtures.bytes("variants/bad_time.dlt"))
        #expect(reading.rows.first?["time"] == "4294967294999999000")
    }

    /// Every variant but the empty one is here or in a test of its own.
    @Test func allVariantsAreTested() throws {
        let others = ["variants/empty.dlt", "variants/max_len.dlt"]
        #expect(try Fixtures.list("variants") == (Self.variants.map { "variants/\($0.file)" } + others).sorted())
    }
}

extension Reading.Region {
    static func damage(_ start: Int, _ length: Int) -> Self { Self(start: start, length: length, reason: "damage") }
    static func truncated(_ start: Int, _ length: Int) -> Self {
        Self(start: start, length: length, reason: "truncated")
    }
}
