import CPatchbay
import PatchbayABI
import PatchbayCore
import PatchbayPlugin
import Testing

/// What a plugin finds in its memory of a batch.
@Suite struct BatchWritingTests {
    @Test("single records, empty and long ones, between batches of several, cut out of larger batches")
    func singleRecords() throws {
        let maker = FakeMaker()
        maker.wantsValues()
        var written: [[String]] = []
        maker.on(PATCHBAY_WRITE) { frame, guest in
            let values = guest.column(0, of: frame)
            guard values.type == PATCHBAY_BINARY.rawValue, values.count == frame.batch.rows, values.validity == 0,
                values.words == 0, values.values % 4 == 0, guest.column(1, of: frame).type == PATCHBAY_ABSENT.rawValue
            else { return PATCHBAY_BAD_INPUT.rawValue }
            written.append(guest.values(frame))
            return 0
        }
        guard case .sink(var sink) = try maker.instance(.sink) else { throw WrongRole() }
        try sink.bind(Samples.schema)
        let long = String(repeating: "long ", count: 2000)
        let whole = Samples.batch(["a", "", long, "d"])
        var rejections = Rejections()
        for batch in [
            Samples.batch([""]), whole, whole.slice(2..<3), whole.slice(1..<2), whole.slice(3..<4), whole.slice(0..<1),
            Samples.batch(["x"]),
        ] {
            try sink.write(batch, rejections: &rejections)
        }
        #expect(written == [[""], ["a", "", long, "d"], [long], [""], ["d"], ["a"], ["x"]])
    }
}

/// What a proxy counts of many brief calls, of which it does not time each.
@Suite struct BriefCallTests {
    private struct Brief: FilterPlugin {
        let wanted = FieldRequest.none
        func bind(_ input: Schema) {}
        func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
            if batch.value.bytes(0).count == 0 { throw PluginError(.input, "empty") }
        }
    }

    @Test("every call and every error is counted, and the time goes on")
    func countsAll() throws {
        var proxy = FilterProxy(Brief(), plugin: "brief", stage: "brief")
        var selection = Selection(count: 0, all: true)
        var rejections = Rejections()
        var last: UInt64 = 0
        for round in 1...10 {
            for _ in 0..<100 { try proxy.filter(Samples.batch(["a"]), into: &selection, rejections: &rejections) }
            for _ in 0..<3 {
                let error = #expect(throws: PluginError.self) {
                    try proxy.filter(Samples.batch([""]), into: &selection, rejections: &rejections)
                }
                #expect(error?.stage == "brief")
            }
            let statistics = proxy.identity.statistics
            #expect(statistics.calls == UInt64(round * 103) && statistics.errors == UInt64(round * 3))
            #expect(statistics.ok == UInt64(round * 100) && statistics.nanoseconds > last)
            last = statistics.nanoseconds
        }
    }
}
