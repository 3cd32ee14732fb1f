import CPatchbay
import PatchbayABI
import PatchbayCore
import PatchbayPlugin
import Testing

/// Transforms behind the ABI, in good order and with every wrong answer.
@Suite struct TransformTests {
    static let fields = [("number", PATCHBAY_INT64), ("word", PATCHBAY_WORD)]

    private func maker(_ answer: @escaping Answering) -> FakeMaker {
        let maker = FakeMaker()
        maker.describes(Self.fields)
        maker.on(PATCHBAY_TRANSFORM, answer)
        return maker
    }

    private func run(_ plugin: inout any TransformPlugin, _ batch: Batch) throws(PluginError) -> TransformOutput {
        var output = TransformOutput()
        try plugin.transform(batch, into: &output)
        return output
    }

    @Test func ownColumnsAndInheritedOnesWithChosenRows() throws {
        let maker = maker { frame, guest in
            let values = guest.values(frame)
            frame.result = guest.batch(
                3, [guest.texts([values[2], values[0], values[0]]), guest.numbers([7, 8, 9]), guest.inherited(2)])
            frame.result_rows = guest.rows([2, 0, 0])
            frame.dropped = 1
            frame.added = 1
            return 0
        }
        var plugin = try maker.transform()
        let output = try run(&plugin, Samples.batch(["a", "b", "c"]))
        let made = try #require(output.batches.first)
        #expect(Samples.values(made) == ["c", "a", "a"])
        #expect(Samples.numbers(made) == [7, 8, 9])
        #expect(Samples.texts(made.fields[1]) == ["even", "even", "even"])
        #expect(output.dropped == 1 && output.added == 1)
    }

    @Test func resultsMayComeInSeveralCalls() throws {
        var turn = 0
        let maker = maker { frame, guest in
            defer { turn += 1 }
            frame.result = guest.batch(1, [guest.inherited(0), guest.numbers([Int64(turn)]), guest.inherited(2)])
            frame.result_rows = guest.rows([UInt32(turn)])
            if turn < 2 { frame.flags = UInt32(PATCHBAY_MORE) }
            return 0
        }
        var plugin = try maker.transform()
        let output = try run(&plugin, Samples.batch(["a", "b", "c"]))
        #expect(output.batches.flatMap(Samples.values) == ["a", "b", "c"])
        #expect(output.batches.flatMap(Samples.numbers) == [0, 1, 2])
    }

    @Test func errorsOfRecordsAreRejections() throws {
        let maker = maker { frame, guest in
            frame.result = guest.batch(2, [guest.inherited(0), guest.inherited(1), guest.inherited(2)])
            frame.result_rows = guest.rows([0, 2])
            frame.errors = guest.errors([(1, "not a number")])
            return 0
        }
        var plugin = try maker.transform()
        let output = try run(&plugin, Samples.batch(["a", "b", "c"]))
        #expect(output.rejections.entries.map(\.row) == [1])
        #expect(output.rejections.entries.first?.error.message == "not a number")
    }

    /// Each of these once could read outside of the plugin's memory, overflow, or take memory without end.
    static let faults: [(String, @Sendable (inout patchbay_call_frame, FakeGuest) -> Void)] = [
        ("rows without end", { frame, _ in frame.result.rows = .max }),
        ("more rows than columns have", { frame, _ in frame.result.rows = 4 }),
        ("a column too few", { frame, _ in frame.result.columns.count = 2 }),
        ("columns without end", { frame, _ in frame.result.columns.count = .max }),
        ("columns nowhere", { frame, _ in frame.result.columns.address = .max }),
        ("another type", { frame, guest in change(frame, guest, 1) { $0.type = PATCHBAY_FLOAT64.rawValue } }),
        ("a type that there is not", { frame, guest in change(frame, guest, 1) { $0.type = 99 } }),
        ("an absent column", { frame, guest in change(frame, guest, 1) { $0.type = 0 } }),
        ("another count", { frame, guest in change(frame, guest, 1) { $0.count = 2 } }),
        ("numbers nowhere", { frame, guest in change(frame, guest, 1) { $0.values = UInt64(FakeGuest.size) - 8 } }),
        ("numbers at the end of all addresses", { frame, guest in change(frame, guest, 1) { $0.values = .max } }),
        ("validity nowhere", { frame, guest in change(frame, guest, 1) { $0.validity = .max } }),
        ("starts at the end of all addresses", { frame, guest in change(frame, guest, 0) { $0.values = .max } }),
        ("ends nowhere", { frame, guest in change(frame, guest, 0) { $0.ends = .max - 3 } }),
        ("bytes nowhere", { frame, guest in change(frame, guest, 0) { $0.data.address = .max } }),
        ("bytes without end", { frame, guest in change(frame, guest, 0) { $0.data.length = .max } }),
        ("fewer bytes than ranges", { frame, guest in change(frame, guest, 0) { $0.data.length = 2 } }),
        (
            "ranges backwards",
            { frame, guest in
                let column = guest.column(frame.result, 0)
                guest.put(Int32(-1), at: column.values)
            }
        ),
        (
            "an index behind the words",
            { frame, guest in
                let column = guest.column(frame.result, 2)
                guest.put(UInt32(2), at: column.values + 4)
            }
        ),
        ("words nowhere", { frame, guest in change(frame, guest, 2) { $0.words = .max } }),
        (
            "words without end",
            { frame, guest in
                let column = guest.column(frame.result, 2)
                var words = guest.get(patchbay_column.self, at: column.words)
                words.count = 1 << 23
                guest.put(words, at: column.words)
            }
        ),
        (
            "an inherited column that there is not",
            { frame, guest in
                change(frame, guest, 0) { $0 = guest.inherited(3) }
            }
        ),
        (
            "an inherited column of another type",
            { frame, guest in
                change(frame, guest, 0) { $0 = guest.inherited(1) }
            }
        ),
        ("too few rows to inherit", { frame, guest in frame.result_rows = guest.rows([0, 1]) }),
        ("rows to inherit that there are not", { frame, guest in frame.result_rows = guest.rows([0, 1, 3]) }),
        ("rows to inherit below zero", { frame, guest in frame.result_rows = guest.rows([0, 1, .max]) }),
        ("rows to inherit nowhere", { frame, _ in frame.result_rows = patchbay_list(address: .max, count: 3) }),
        ("errors without end", { frame, _ in frame.errors = patchbay_list(address: 4096, count: .max) }),
        ("an error of no record", { frame, guest in frame.errors = guest.errors([(3, "")]) }),
        ("errors out of order", { frame, guest in frame.errors = guest.errors([(1, ""), (0, "")]) }),
        (
            "an error's message nowhere",
            { frame, guest in
                frame.errors = guest.errors([(0, "")])
                guest.put(UInt64.max, at: frame.errors.address + 8)
                guest.put(UInt64(9), at: frame.errors.address + 16)
            }
        ),
        ("more dropped than came", { frame, _ in frame.dropped = .max }),
        ("more added than can be", { frame, _ in frame.added = .max }),
        ("records that do not add up", { frame, _ in frame.dropped = 1 }),
        (
            "more of nothing",
            { frame, _ in
                frame.result.rows = 0
                frame.flags = UInt32(PATCHBAY_MORE)
            }
        ),
        (
            "more without end",
            { frame, _ in
                frame.added = 3
                frame.flags = UInt32(PATCHBAY_MORE)
            }
        ),
    ]

    private static func change(
        _ frame: patchbay_call_frame, _ guest: FakeGuest, _ index: Int, _ body: (inout patchbay_column) -> Void
    ) {
        let address = frame.result.columns.address + UInt64(index * MemoryLayout<patchbay_column>.stride)
        var column = guest.get(patchbay_column.self, at: address)
        body(&column)
        guest.put(column, at: address)
    }

    @Test(arguments: faults.indices, [0, 5] as [UInt64])
    func wrongAnswersAreErrors(fault: Int, token: UInt64) throws {
        var isWrong = true
        let maker = maker { frame, guest in
            frame.result = guest.batch(
                3,
                [guest.texts(["x", "yy", "z"]), guest.numbers([1, 2, 3]), guest.words([0, 1, 0], of: ["w", "v"])])
            frame.token = token
            if isWrong { Self.faults[fault].1(&frame, guest) }
            return 0
        }
        var limits = PluginLimits()
        limits.outputBytesPerCall = 1 << 16
        var plugin = try maker.transform(limits: limits)
        let batch = Samples.batch(["a", "b", "c"])
        let error = #expect(throws: PluginError.self, "\(Self.faults[fault].0)") { _ = try run(&plugin, batch) }
        #expect(error?.code == .invalidResult, "\(Self.faults[fault].0): \(String(describing: error))")
        // It is not lost, and nothing of the wrong answer is left.
        isWrong = false
        let made = try run(&plugin, batch).batches
        #expect(made.flatMap(Samples.values) == ["x", "yy", "z"])
        #expect(made.first.map { Samples.texts($0.fields[1])[1] } == "v")
    }

    @Test func resultsWithoutATokenAreCopied() throws {
        let maker = maker { frame, guest in
            let values = guest.values(frame)
            frame.result = guest.batch(1, [guest.texts(values), guest.numbers([1]), guest.inherited(2)])
            // The next call writes where this one wrote.
            guest.startOver()
            return 0
        }
        var plugin = try maker.transform()
        let first = try run(&plugin, Samples.batch(["first"])).batches
        _ = try run(&plugin, Samples.batch(["other"]))
        #expect(first.flatMap(Samples.values) == ["first"])
    }

    /// A plugin may hand back bytes of its input as a column of its own; the host writes the next batch there.
    @Test func resultsThatShowTheInputBlockAreCopiedWhateverThePluginPromises() throws {
        let maker = maker { frame, guest in
            frame.result = guest.batch(
                1, [guest.column(0, of: frame), guest.column(1, of: frame), guest.inherited(2)])
            frame.token = 9
            return 0
        }
        var plugin = try maker.transform()
        let first = try run(&plugin, Samples.batch(["first"])).batches
        let second = try run(&plugin, Samples.batch(["other"])).batches
        #expect(first.flatMap(Samples.values) == ["first"])
        #expect(second.flatMap(Samples.values) == ["other"])
    }

    /// Rows without a value may have any index; that they have none must not be open to change afterwards.
    @Test func validityCannotBeChangedBehindTheChecks() throws {
        var bits: UInt64 = 0
        var held: FakeGuest?
        let maker = maker { frame, guest in
            held = guest
            var words = guest.words([77, 88], of: [])
            bits = guest.place([UInt8(0)])
            words.validity = bits
            frame.result = guest.batch(2, [guest.inherited(0), guest.inherited(1), words])
            frame.token = 3
            return 0
        }
        var plugin = try maker.transform()
        let made = try #require(try run(&plugin, Samples.batch(["a", "b"])).batches.first)
        held?.put(UInt8(0xFF), at: bits)
        #expect(!made.fields[1].isValid(0) && !made.fields[1].isValid(1))
        #expect(Samples.texts(made.fields[1]) == ["-", "-"])
    }

    @Test func wordsWithGapsAndRepetitionsKeepTheirPlaces() throws {
        let maker = maker { frame, guest in
            var words = guest.words([2, 1, 0], of: [])
            var table = guest.texts([], PATCHBAY_UTF8)
            table.count = 3
            table.values = guest.place([0, 4, 0] as [Int32])
            table.ends = guest.place([2, 6, 2] as [Int32])
            table.data = guest.text("ab--cd")
            words.words = guest.place([table])
            frame.result = guest.batch(3, [guest.inherited(0), guest.inherited(1), words])
            return 0
        }
        var plugin = try maker.transform()
        let made = try #require(try run(&plugin, Samples.batch(["a", "b", "c"])).batches.first)
        #expect(Samples.texts(made.fields[1]) == ["ab", "cd", "ab"])
    }

    /// A few bytes that each row shows again would be terabytes when they are written out.
    @Test func overlappingValuesCountInFull() throws {
        let maker = maker { frame, guest in
            var column = guest.texts([])
            column.count = 2
            column.values = guest.place([0, 0] as [Int32])
            column.ends = guest.place([900, 900] as [Int32])
            column.data = patchbay_bytes(address: guest.reserve(900), length: 900)
            frame.result = guest.batch(2, [column, guest.inherited(1), guest.inherited(2)])
            return 0
        }
        var limits = PluginLimits()
        limits.outputBytesPerCall = 1024
        var plugin = try maker.transform(limits: limits)
        #expect(throws: PluginError.self) { _ = try run(&plugin, Samples.batch(["a", "b"])) }
    }

    @Test func itIsAskedForWhatItReadsAndWhatItHandsOn() throws {
        let maker = FakeMaker()
        for operation in [PATCHBAY_DESCRIBE, PATCHBAY_BIND] {
            maker.on(operation) { frame, guest in
                frame.output_schema = guest.schema([("word", PATCHBAY_WORD), ("made", PATCHBAY_INT64)])
                frame.wanted.names = patchbay_list(address: guest.place([guest.text("number")]), count: 1)
                return 0
            }
        }
        guard case .transform(let plugin) = try maker.instance(.transform) else { throw WrongRole() }
        #expect(plugin.wanted(for: .none).names == ["number"])
        _ = try plugin.outputSchema(for: Samples.schema)
        let asked = maker.count(PATCHBAY_DESCRIBE)
        _ = try plugin.outputSchema(for: Samples.schema)
        #expect(maker.count(PATCHBAY_DESCRIBE) == asked)
        #expect(plugin.wanted(for: FieldRequest(names: ["word", "made"])).names == ["number", "word"])
    }

    @Test func aNewInstanceMustAgreeToTheSameFields() throws {
        var isOther = false
        let maker = FakeMaker()
        for operation in [PATCHBAY_DESCRIBE, PATCHBAY_BIND] {
            maker.on(operation) { frame, guest in
                frame.output_schema = guest.schema(isOther ? [("number", PATCHBAY_INT64)] : Self.fields)
                return 0
            }
        }
        maker.on(PATCHBAY_TRANSFORM, trap)
        var plugin = try maker.transform()
        #expect(throws: PluginError.self) { _ = try run(&plugin, Samples.batch(["a"])) }
        isOther = true
        let error = #expect(throws: PluginError.self) { _ = try run(&plugin, Samples.batch(["a"])) }
        #expect(error?.code == .invalidResult)
    }
}

extension FakeGuest {
    func column(_ batch: patchbay_batch, _ index: Int) -> patchbay_column {
        get(patchbay_column.self, at: batch.columns.address + UInt64(index * MemoryLayout<patchbay_column>.stride))
    }
}
