import Foundation
import PatchbayCore
import PatchbayDLT
import Testing

/// Damaged files in large numbers: never a crash, never a byte that is in no record and no region, never a result
/// that depends on chunk borders. `PATCHBAY_MUTATIONS` sets how many.
@Suite struct MutationTests {
    static let count = ProcessInfo.processInfo.environment["PATCHBAY_MUTATIONS"].flatMap { Int($0) } ?? 2000

    @Test func damagedFilesAreAccountedFor() throws {
        var random = SplitMix(state: 0xD17)
        let files = try AccountTests.files.map { try Fixtures.bytes($0) }.filter { !$0.isEmpty && $0.count < 60_000 }
        let names = ["message_id", "message_name", "service", "arguments", "damage"]
        let request = FieldRequest(names: names, all: true)
        #expect(names.allSatisfy { DLTParser.schema.index(of: $0) != nil })
        for round in 0..<Self.count {
            let file = files[Int(random.next() % UInt64(files.count))]
            let bytes = random.mutate(random.piece(of: file, upTo: 3000))
            let options = DLTOptions(
                framing: DLTOptions.Framing.allCases[round % 4], control: round % 3 == 0 ? .decoded : .hex,
                descriptions: DescriptionTests.descriptions)
            let whole = Reading.of(bytes, options: options, request: request)
            let chunk = 1 + Int(random.next() % 200)
            let split = Reading.of(bytes, options: options, request: request, chunk: chunk, recordLimit: 5)
            let gaps = whole.gaps(in: bytes.count)
            guard gaps == [], split == whole else {
                Issue.record("round \(round), chunk \(chunk), gaps \(gaps)")
                return
            }
            for row in whole.rows {
                #expect(!row.columns.values.contains("<no UTF-8>"), "round \(round)")
                if let json = row["arguments"] {
                    #expect(throws: Never.self, "round \(round): \(json)") {
                        try JSONSerialization.jsonObject(with: Data(json.utf8))
                    }
                }
            }
        }
    }
}

/// A small generator with a fixed sequence (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    mutating func piece(of bytes: [UInt8], upTo limit: Int) -> [UInt8] {
        let size = min(bytes.count, 1 + below(limit))
        let start = below(bytes.count - size + 1)
        return [UInt8](bytes[start..<start + size])
    }

    /// One to six changes: bits, bytes, numbers, runs taken out, doubled or put elsewhere.
    mutating func mutate(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<1 + below(6) where !bytes.isEmpty {
            let at = below(bytes.count)
            let run = min(bytes.count - at, 1 + below(40))
            switch below(7) {
            case 0: bytes[at] ^= 1 << UInt8(below(8))
            case 1: bytes[at] = UInt8(truncatingIfNeeded: next())
            case 2: bytes[at] = [0, 0xFF, 0x7F, 0x80][below(4)]
            case 3: bytes.removeSubrange(at..<at + run)
            case 4: bytes.insert(contentsOf: bytes[at..<at + run], at: below(bytes.count))
            case 5: bytes.insert(contentsOf: [0x44, 0x4C, 0x54, 0x01], at: at)
            default: bytes.insert(contentsOf: (0..<run).map { UInt8(truncatingIfNeeded: $0 &* 37) }, at: at)
            }
        }
        return bytes
    }
}
