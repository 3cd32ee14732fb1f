import PatchbayGuest

/// One record of each line with an equals sign; what is no such line is reported as a region.
struct Pairs: ParserPlugin {
    static var made: MadeFields { .fields(.text("name"), .text("text"), .int("size")) }

    init(_ options: Options) throws(PluginFailure) {}

    static func recognizes(_ bytes: Span<UInt8>) -> Int { position(UInt8(ascii: "="), bytes) < bytes.count ? 30 : 0 }

    mutating func parse(_ input: inout ParserInput, into output: Output) throws(PluginFailure) {
        if input.continuesDiscarded { Self.skipLine(&input, .tooLarge) }
        while !output.isFull {
            let rest = input.bytes
            let length = Self.position(UInt8(ascii: "\n"), rest)
            let isComplete = length < rest.count
            guard length > 0 || isComplete, isComplete || input.isLast else { return }
            let line = rest.extracting(0..<length)
            let sign = Self.position(UInt8(ascii: "="), line)
            guard sign < length else {
                Self.skipLine(&input, .invalid)
                continue
            }
            output.set("value", line)
            output.set("name", line.extracting(0..<sign))
            output.set("text", line.extracting(sign + 1..<length))
            output.set("size", length)
            output.emit()
            input.consume(isComplete ? length + 1 : length)
        }
    }

    private static func position(_ byte: UInt8, _ bytes: Span<UInt8>) -> Int {
        var index = 0
        while index < bytes.count, bytes[index] != byte { index += 1 }
        return index
    }

    private static func skipLine(_ input: inout ParserInput, _ reason: SkipReason) {
        let length = position(UInt8(ascii: "\n"), input.bytes)
        let isComplete = length < input.bytes.count
        input.isStillDiscarding = !isComplete && !input.isLast
        input.skip(isComplete ? length + 1 : length, reason)
    }
}

/// Delivers numbers, at times nothing.
struct Counting: SourcePlugin {
    static var made: MadeFields { .fields(.int("number"), .double("half"), .bool("even"), .word("kind")) }

    var last: Int64 = 0
    var isResting = false

    init(_ options: Options) throws(PluginFailure) {}

    mutating func read(into output: Output) throws(PluginFailure) -> SourceStatus {
        isResting.toggle()
        if isResting { return .nothingYet }
        for _ in 0..<700 {
            last += 1
            output.set("number", last)
            if last % 7 != 0 { output.set("half", Double(last) / 2) }
            output.set("even", last % 2 == 0)
            output.set("kind", last % 3 == 0 ? "fizz" : "other")
            output.set("value", "a value")
            output.emit()
        }
        return last < 5000 ? .more : .end
    }
}

/// Delivers two parts of bytes from a generator.
struct Noise: ByteSourcePlugin {
    private var state: UInt32 = 1
    private var sent = 0
    private var part = 0

    init(_ options: Options) throws(PluginFailure) {}

    mutating func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginFailure) -> ByteSourceStatus {
        if sent == 100_000 {
            part += 1
            sent = 0
            return part < 2 ? .endOfPart : .end
        }
        guard part < 2 else { return .end }
        let count = min(buffer.count, 100_000 - sent)
        for index in 0..<count {
            state = state &* 1_664_525 &+ 1_013_904_223
            buffer[index] = UInt8(truncatingIfNeeded: state >> 24)
        }
        sent += count
        return .bytes(count)
    }
}
