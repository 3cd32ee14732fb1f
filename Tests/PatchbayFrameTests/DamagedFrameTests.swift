import BatchModel
import Foundation
import PatchbayCore
import PatchbayFrame
import Testing

/// How many mutations each test tries; `PATCHBAY_MUTATIONS` asks for more.
let mutations = ProcessInfo.processInfo.environment["PATCHBAY_MUTATIONS"].flatMap { Int($0) } ?? 6000

/// Reads every value of the batch, as consumers do; returns a sum so that nothing is optimised away.
private func readAll(_ batch: Batch) -> Int {
    var sum = 0
    for column in [batch.key, batch.value, batch.time].compactMap({ $0 }) + batch.fields {
        sum &+= column.nullCount
        if column.type == .word {
            let words = column.words?.count ?? 0
            for row in 0..<column.count {
                let index = column.indices[row]
                precondition(index >= 0 && (Int(index) < words || !column.isValid(row)))
            }
        }
        for row in 0..<column.count {
            if case .bytes(let bytes) = ModelValue(column, row) { sum &+= bytes.count }
            sum &+= column.value(row) == .null ? 1 : 0
            sum &+= column.sharedBytes(row)?.count ?? 0
        }
    }
    return sum
}

/// Reads a damaged frame: an error or a batch that is safe to read. Returns whether there was an error.
private func survives(_ bytes: Bytes, _ reader: inout FrameReader, _ writer: inout FrameWriter) -> Bool {
    do {
        let batch = try reader.read(bytes)
        _ = readAll(batch)
        _ = readAll(batch.slice(batch.count / 2..<batch.count))
        // What can be read can be written again, unless two words that were different became equal.
        var output = ByteBuffer()
        try writer.write(batch, to: &output)
        return false
    } catch {
        return true
    }
}

private func someFrames(_ writer: inout FrameWriter) throws -> [Bytes] {
    var random = SeededRandom(seed: 99)
    var frames: [Bytes] = []
    for rows in [0, 1, 3, 9] {
        let (batch, _) = BatchMaker(schema: BatchMaker.allTypes).make(&random, rows: rows)
        frames.append(try frame(batch, &writer))
    }
    let (plain, _) = BatchMaker(schema: Schema(fields: [Field("n", .int64)])).make(&random, rows: 5)
    frames.append(try frame(plain, &writer))
    return frames
}

@Test func everyTruncationIsAnError() throws {
    var writer = FrameWriter()
    for whole in try someFrames(&writer) {
        for length in 0..<whole.count {
            var reader = FrameReader()
            let failed = survives(Bytes(whole.buffer, at: 0, count: length), &reader, &writer)
            #expect(failed, "a frame of \(whole.count) bytes was read from \(length)")
        }
    }
}

@Test func everyChangedByteIsAnErrorOrSafe() throws {
    var writer = FrameWriter()
    var reader = FrameReader()
    var errors = 0
    for whole in try someFrames(&writer) where whole.count < 2600 {
        let copy = Bytes(copying: whole.span)
        for index in 0..<whole.count {
            let old = whole.span[index]
            for new in [old ^ 1, old ^ 0x80, 0, 0xFF, old &+ 1, old &- 1] where new != old {
                copy.buffer.store(new, at: index)
                if survives(copy, &reader, &writer) { errors += 1 }
            }
            copy.buffer.store(old, at: index)
        }
        let again = try frame(try reader.read(copy), &writer)
        #expect(same(again, whole))
    }
    #expect(errors > 1000)
}

@Test func manyDamagesAtOnceAreErrorsOrSafe() throws {
    var random = SeededRandom(seed: 4711)
    var writer = FrameWriter()
    var reader = FrameReader()
    let frames = try someFrames(&writer)
    let interesting: [UInt64] = [0, 1, 7, 8, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 62, .max]
    var errors = 0
    for _ in 0..<mutations {
        let whole = frames[random.below(frames.count)]
        let copy = Bytes(copying: whole.span)
        for _ in 0...random.below(3) {
            if random.once(in: 2) {
                copy.buffer.store(UInt8(truncatingIfNeeded: random.next()), at: random.below(copy.count))
            } else {
                // A whole field of the format: numbers stand at multiples of 4 or 8.
                let at = random.below(copy.count / 8) * 2
                let wide = random.once(in: 2)
                let number = interesting[random.below(interesting.count)] &+ UInt64(random.below(3)) &- 1
                if wide, at % 2 == 0 {
                    copy.buffer.store(number, at: at / 2)
                } else {
                    copy.buffer.store(UInt32(truncatingIfNeeded: number), at: at)
                }
            }
        }
        if survives(copy, &reader, &writer) { errors += 1 }
    }
    #expect(errors > mutations / 10 && errors < mutations, "\(errors) errors")
}

@Test func noise() {
    var random = SeededRandom(seed: 5)
    var reader = FrameReader()
    var writer = FrameWriter()
    for _ in 0..<500 {
        let bytes = Bytes(Buffer(capacity: 512), at: 0, count: random.below(512))
        for index in 0..<bytes.count { bytes.buffer.store(UInt8(truncatingIfNeeded: random.next()), at: index) }
        let failed = survives(bytes, &reader, &writer)
        #expect(failed)
    }
}

@Test func oddAddressesAreRefused() throws {
    var writer = FrameWriter()
    let whole = try someFrames(&writer)[1]
    let moved = Buffer(capacity: whole.count + 8)
    moved.write(whole.span, at: 3)
    var reader = FrameReader()
    do {
        _ = try reader.read(Bytes(moved, at: 3, count: whole.count))
        Issue.record("a frame at an odd address was read")
    } catch {
        #expect(error.code == .misaligned)
    }
    _ = try reader.read(Bytes(copying: Bytes(moved, at: 3, count: whole.count).span))
}

@Test func unknownOptionalSchemaItemsArePassedOver() throws {
    var writer = FrameWriter()
    let (batch, records) = {
        var random = SeededRandom(seed: 3)
        return BatchMaker(schema: Schema(fields: [Field("n", .int64)])).make(&random, rows: 4)
    }()
    let whole = try frame(batch, &writer)
    for critical in [false, true] {
        // An item of 8 bytes behind the schema block; everything after it moves by 16.
        let schemaLength = Int(whole.buffer.load(6, as: UInt32.self))
        let cut = 64 + schemaLength
        var output = ByteBuffer()
        for index in 0..<cut { output.append(whole.span[index]) }
        let item: [UInt8] = [0x77, 0x77, critical ? 1 : 0, 0, 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]
        for byte in item { output.append(byte) }
        for index in cut..<whole.count { output.append(whole.span[index]) }
        let longer = output.finish()
        longer.buffer.store(UInt32(schemaLength + 16), at: 6)
        longer.buffer.store(UInt64(whole.count + 16), at: 2)
        longer.buffer.store(longer.buffer.load(5, as: UInt64.self) + 16, at: 5)
        for entry in 0..<Int(longer.buffer.load(7, as: UInt32.self)) {
            let at = (cut + 16) / 8 + entry * 3 + 1
            longer.buffer.store(longer.buffer.load(at, as: UInt64.self) + 16, at: at)
        }
        var reader = FrameReader()
        do {
            let back = try reader.read(longer)
            #expect(!critical && back.difference(from: records) == nil)
        } catch {
            #expect(critical && error.code == .unsupported)
        }
    }
}

@Test func vocabulariesKeepTheirRanks() throws {
    let schema = Schema(fields: [Field("level", .word, order: ["fatal", "error", "warn"])])
    let builder = BatchBuilder(schema: schema)
    builder.begin()
    for word in ["warn", "error"] {
        builder.fields[0].append(word: Bytes(word).span)
        builder.value.append(copying: Bytes(word).span)
    }
    var writer = FrameWriter()
    var reader = FrameReader()
    let back = try reader.read(try frame(builder.finish(), &writer))
    let column = back.fields[0]
    let first = column.indices[0]
    let second = column.indices[1]
    #expect(first == 2 && second == 1)
    #expect(column.words?.count == 3)
}

@Test func fieldsOfOneNameAreRefused() {
    let builder = BatchBuilder(schema: Schema(fields: [Field("a", .int64), Field("a", .bool)]))
    builder.begin()
    var writer = FrameWriter()
    do {
        _ = try writer.size(of: builder.finish())
        Issue.record("a schema with two fields of one name was written")
    } catch {
        #expect(error.code == .schema)
    }
}
