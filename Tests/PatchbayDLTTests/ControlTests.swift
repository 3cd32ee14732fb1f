import PatchbayCore
import PatchbayDLT
import Testing

/// Control messages in words, and as arguments.
@Suite struct ControlTests {
    private func read(
        _ service: UInt32, _ body: [UInt8], isResponse: Bool = true, kind: UInt8 = 0x35
    ) -> (text: String?, arguments: String?, service: String?) {
        let id = kind & 2 == 0 ? Messages.number(service) : Messages.number(service).reversed()
        let message = Messages.storage + Messages.bare(id + body, info: isResponse ? 0x26 : 0x16, kind: kind)
        let reading = Reading.of(
            message, options: DLTOptions(control: .decoded),
            request: FieldRequest(names: ["payload", "arguments", "service"]))
        let row = reading.rows.first
        return (row?["payload"], row?["arguments"], row?["service"])
    }

    @Test func knownServicesAreSpelledOut() {
        #expect(read(0x04, [0, 4]).text == "get_default_log_level, ok, level=info")
        #expect(
            read(0x13, [0] + Messages.number(3) + Array("abc".utf8)).text == "get_software_version, ok, version=abc")
        #expect(
            read(0x14, [0, 1] + Messages.number(368)).text == "message_buffer_overflow, ok, overflow=1, lost=368")
        #expect(
            read(0xF01, [0] + Array("LOG\0TESTremo".utf8)).text
                == "unregister_context, ok, apid=LOG, ctid=TEST, interface=remo")
        #expect(read(0xF02, [0, 1, 0, 0, 0, 0]).text == "connection_info, ok, state=disconnected")
        #expect(
            read(0xF03, [0] + Messages.number(UInt32(bitPattern: -3600)) + [1]).text
                == "timezone, ok, seconds_east=-3600, daylight_saving=1")
        #expect(
            read(0x01, Array("APP\0CTX1".utf8) + [0xFF] + Array("remo".utf8), isResponse: false).text
                == "set_log_level, apid=APP, ctid=CTX1, level=default, interface=remo")
        #expect(read(0x0B, [1], isResponse: false).text == "set_timing_packets, on=1")
        #expect(
            read(0x1001, Messages.number(2) + [0xAB, 0xCD], isResponse: false).text == "injection(4097), data=ab'cd")
        #expect(read(0x03, [8] + Array("remo".utf8)).text == "get_log_info, no_matching_context_id, interface=remo")
    }

    @Test func whatIsLeftOverIsShown() {
        #expect(read(0x04, [0, 4, 9, 9]).text == "get_default_log_level, ok, level=info, <09 09>")
        #expect(read(0x13, [0] + Messages.number(300) + [0x61]).text == "get_software_version, ok, <2c 01 00 00 61>")
        #expect(read(0x42, [0, 1]).text == "service(66), ok, <01>")
        #expect(read(0x04, [1, 5]).text == "get_default_log_level, not_supported, <05>")
    }

    @Test func argumentsAreJSON() {
        #expect(
            read(0x42, [5, 1]).arguments
                == #"[{"name":"service","value":"service(66)"},{"name":"status","value":"5"},{"name":"rest","value":"01"}]"#
        )
        #expect(read(0x14, [0]).service == "message_buffer_overflow")
    }

    /// get_log_info answers: two applications, the second with two contexts, in both byte orders.
    @Test(arguments: [UInt8(0x35), 0x37])
    func logInfo(_ kind: UInt8) {
        func short(_ value: UInt8) -> [UInt8] { kind & 2 == 0 ? [value, 0] : [0, value] }
        func text(_ text: String) -> [UInt8] { short(UInt8(text.utf8.count)) + Array(text.utf8) }
        let first = Array("APP1".utf8) + short(0) + text("one")
        let contexts = Array("CT1\0".utf8) + [4, 1] + text("ctx") + Array("CT2\0".utf8) + [0xFF, 0] + text("")
        let body = [7] + short(2) + first + Array("APP2".utf8) + short(2) + contexts + text("two") + Array("remo".utf8)
        let result = read(0x03, body, kind: kind)
        #expect(
            result.text == "get_log_info, ok, APP1() 'one' APP2(CT1 level=info trace=on 'ctx',"
                + " CT2 level=default trace=off) 'two', interface=remo")
        #expect(
            result.arguments == #"[{"name":"service","value":"get_log_info"},{"name":"status","value":"ok"},"#
                + #"{"name":"applications","value":[{"apid":"APP1","contexts":[],"description":"one"},"#
                + #"{"apid":"APP2","contexts":[{"ctid":"CT1","level":"info","trace":"on","description":"ctx"},"#
                + #"{"ctid":"CT2","level":"default","trace":"off"}],"description":"two"}]},"#
                + #"{"name":"interface","value":"remo"}]"#)
    }
}
