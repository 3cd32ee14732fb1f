import CPatchbay
import PatchbayABI
import PatchbayCore
import PatchbayPlugin
import Synchronization
import Testing

/// Faults, replaced instances, state, and memory that outlives its call.
@Suite struct SessionTests {
    private func counting(savesState: Bool) -> FakeMaker {
        let maker = FakeMaker()
        maker.describes([("sum", PATCHBAY_INT64)])
        maker.on(PATCHBAY_ACCUMULATE) { (frame, guest) throws(PluginError) in
            if guest.values(frame).contains("trap") { throw PluginError(.crashed, "it gave up") }
            guest.sum += Int64(frame.batch.rows)
            return 0
        }
        maker.on(PATCHBAY_FINISH) { frame, guest in
            frame.result = guest.batch(1, [guest.texts([""]), guest.numbers([guest.sum])])
            return 0
        }
        guard savesState else { return maker }
        maker.on(PATCHBAY_SAVE) { frame, guest in
            frame.output = guest.text("\(guest.sum)")
            return 0
        }
        maker.on(PATCHBAY_RESTORE) { frame, guest in
            guest.sum = Int64(guest.text(frame.input)) ?? -1
            return 0
        }
        return maker
    }

    @Test func aWornOutAggregateHandsItsStateOn() throws {
        let maker = counting(savesState: true)
        maker.callsPerInstance = 6
        var plugin = try maker.aggregate()
        try plugin.start(PluginContext(stage: "sum"))
        var rejections = Rejections()
        for _ in 0..<20 { try plugin.accumulate(Samples.batch(["a", "b"]), rejections: &rejections) }
        #expect(try plugin.finish().map(Samples.numbers) == [[40]])
        #expect(maker.made > 5 && plugin.reloads == 0)
        let second = maker.log.filter { $0.guest == 2 }.map(\.operation.rawValue).prefix(4)
        let expected = [PATCHBAY_CREATE, PATCHBAY_RESTORE, PATCHBAY_BIND, PATCHBAY_START].map(\.rawValue)
        #expect(Array(second) == expected)
    }

    @Test func anAggregateThatCannotSaveItsStateIsKept() throws {
        let maker = counting(savesState: false)
        maker.callsPerInstance = 6
        var plugin = try maker.aggregate()
        let lines = Mutex<[String]>([])
        try plugin.start(PluginContext(stage: "sum") { line in lines.withLock { $0.append(line.message) } })
        var rejections = Rejections()
        for _ in 0..<20 { try plugin.accumulate(Samples.batch(["a"]), rejections: &rejections) }
        #expect(try plugin.finish().map(Samples.numbers) == [[20]])
        #expect(lines.withLock { $0.count } == 1)
    }

    @Test func aWornOutFilterIsReplacedWithoutState() throws {
        let maker = FakeMaker()
        maker.wantsValues()
        maker.callsPerInstance = 5
        maker.on(PATCHBAY_FILTER) { frame, guest in
            frame.output = patchbay_bytes(address: guest.place([UInt8(0b101)]), length: 1)
            return 0
        }
        var filter = try maker.filter()
        for _ in 0..<20 {
            var selection = Selection(count: 3, all: true)
            try filter.filter(Samples.batch(["a", "b", "c"]), into: &selection)
            #expect(selection[0] && !selection[1] && selection[2])
        }
        #expect(maker.made > 3 && filter.reloads == 0)
        #expect(maker.gone == maker.made - 1)
    }

    /// With an empty state it would give a wrong sum and nobody would know.
    @Test func anAggregateThatTrappedSaysThatItsStateIsLostAndNeverGoesOn() throws {
        let maker = counting(savesState: true)
        var plugin = try maker.aggregate()
        var rejections = Rejections()
        try plugin.accumulate(Samples.batch(["a"]), rejections: &rejections)
        for value in ["trap", "fine"] {
            let error = #expect(throws: PluginError.self) {
                try plugin.accumulate(Samples.batch([value]), rejections: &rejections)
            }
            #expect(error?.isFinal == true)
            #expect(error?.message == "it gave up, and what it had summed up is lost")
        }
        #expect(throws: PluginError.self) { _ = try plugin.finish() }
        #expect(maker.made == 1)
    }

    @Test func tokensGoBackOnceAfterTheLastBatchThatCarriesThem() throws {
        let maker = FakeMaker()
        maker.describes(TransformTests.fields)
        maker.on(PATCHBAY_TRANSFORM) { frame, guest in
            frame.result = guest.batch(1, [guest.texts(["x"]), guest.numbers([1]), guest.inherited(2)])
            frame.token = 7
            return 0
        }
        maker.on(PATCHBAY_RELEASE) { _, _ in 0 }
        var plugin = try maker.transform()
        var kept: [TransformOutput] = []
        for round in 0..<4 {
            var output = TransformOutput()
            try plugin.transform(Samples.batch(["a"]), into: &output)
            kept.append(output)
            if round == 1 { kept.removeFirst() }
            #expect(maker.count(PATCHBAY_RELEASE) == 0)
        }
        kept.removeAll()
        try plugin.healthCheck()
        #expect(maker.log.filter { $0.operation == PATCHBAY_RELEASE }.map(\.position) == [7])
        try plugin.healthCheck()
        #expect(maker.count(PATCHBAY_RELEASE) == 1)
    }

    @Test func aTokenOfACallThatHandsOverNothingGoesBackToo() throws {
        let maker = FakeMaker()
        maker.wantsValues()
        maker.on(PATCHBAY_FILTER) { frame, guest in
            frame.output = patchbay_bytes(address: guest.place([UInt8(1)]), length: 1)
            frame.token = 4
            return 0
        }
        maker.on(PATCHBAY_RELEASE) { _, _ in 0 }
        var filter = try maker.filter()
        var selection = Selection(count: 1, all: true)
        try filter.filter(Samples.batch(["a"]), into: &selection)
        try filter.healthCheck()
        #expect(maker.count(PATCHBAY_RELEASE) == 1)
    }

    /// Batches travel on when the stage that made them is closed already.
    @Test func memoryThatBatchesShowOutlivesTheInstanceAndEndsInOrder() throws {
        let maker = FakeMaker()
        maker.describes(TransformTests.fields)
        maker.on(PATCHBAY_TRANSFORM) { frame, guest in
            frame.result = guest.batch(1, [guest.texts(["kept"]), guest.numbers([5]), guest.inherited(2)])
            frame.token = 1
            return 0
        }
        maker.on(PATCHBAY_DESTROY) { _, _ in 0 }
        var output = TransformOutput()
        do {
            var plugin = try maker.transform()
            try plugin.transform(Samples.batch(["a"]), into: &output)
            plugin.stop()
        }
        #expect(maker.gone == 0 && maker.count(PATCHBAY_DESTROY) == 0)
        #expect(output.batches.flatMap(Samples.values) == ["kept"])
        #expect(output.batches.flatMap(Samples.numbers) == [5])
        output.removeAll()
        output = TransformOutput()
        #expect(maker.gone == 1 && maker.count(PATCHBAY_DESTROY) == 1)
    }

    @Test func memoryIsGivenBackAndUsedAgain() throws {
        let maker = FakeMaker()
        maker.describes(TransformTests.fields)
        var held: FakeGuest?
        maker.on(PATCHBAY_TRANSFORM) { frame, guest in
            held = guest
            frame.result = guest.batch(1, [guest.inherited(0), guest.inherited(1), guest.inherited(2)])
            return 0
        }
        var plugin = try maker.transform()
        for round in 0..<50 {
            var output = TransformOutput()
            try plugin.transform(Samples.batch(["value \(round)"]), into: &output)
        }
        // The frame, the batch, its words; what was wanted for one call is gone after the next.
        #expect(held.map { $0.outstanding.count <= 4 } == true)
    }

    @Test(arguments: [UInt64.max, UInt64(FakeGuest.size) - 8, 0] as [UInt64])
    func memoryThatThePluginDoesNotHaveIsNotWrittenTo(address: UInt64) throws {
        let maker = FakeMaker()
        maker.wrongAllocation = address
        guard case .sink(var sink) = try maker.instance(.sink) else { throw WrongRole() }
        #expect(throws: PluginError.self) { try sink.bind(Samples.schema) }
    }

    @Test func schemasCannotTakeMemoryWithoutEnd() throws {
        let maker = FakeMaker()
        for operation in [PATCHBAY_DESCRIBE, PATCHBAY_BIND] {
            maker.on(operation) { frame, guest in
                // A few bytes, named many times.
                let text = patchbay_bytes(address: guest.reserve(60_000), length: 60_000)
                let words = guest.place(Array(repeating: text, count: 4000))
                var field = patchbay_field()
                field.name = guest.text("f")
                field.type = PATCHBAY_WORD.rawValue
                field.words = patchbay_list(address: words, count: 4000)
                var schema = patchbay_schema()
                schema.fields = patchbay_list(address: guest.place([field]), count: 1)
                frame.output_schema = guest.place([schema])
                return 0
            }
        }
        let error = #expect(throws: PluginError.self) { _ = try maker.instance(.source) }
        #expect(error?.code == .invalidResult)
    }

    @Test func aRefusalIsAnErrorInThePluginsWordsAndTheInstanceGoesOn() throws {
        let maker = FakeMaker()
        maker.wantsValues()
        maker.on(PATCHBAY_FILTER) { frame, guest in
            frame.message = guest.text("I only read even numbers")
            return PATCHBAY_BAD_INPUT.rawValue
        }
        var filter = try maker.filter()
        for _ in 0..<2 {
            var selection = Selection(count: 1, all: true)
            let error = #expect(throws: PluginError.self) {
                try filter.filter(Samples.batch(["a"]), into: &selection)
            }
            #expect(error?.message == "I only read even numbers" && error?.code == .input)
        }
        #expect(maker.made == 1)
    }
}
