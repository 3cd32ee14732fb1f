import Foundation
import PatchbayDLT
import Testing

/// Floating-point arguments look as C's `%g` writes them, whatever their value.
@Suite struct FloatTests {
    private func payloads(_ values: [Double]) -> [String] {
        let messages = values.map { value in
            let bits = value.bitPattern
            return Messages.storage
                + Messages.bare(
                    [0x84, 0, 0, 0] + Messages.number(UInt32(truncatingIfNeeded: bits))
                        + Messages.number(UInt32(truncatingIfNeeded: bits >> 32)))
        }
        return Reading.of(messages.flatMap { $0 }).payloads
    }

    @Test func randomNumbersAreAsInC() {
        var random = SplitMix(state: 42)
        var values: [Double] = []
        for round in 0..<3000 {
            switch round % 4 {
            case 0: values.append(Double(bitPattern: random.next()))
            case 1: values.append(Double(Int64(truncatingIfNeeded: random.next()) >> Int64(random.below(60))))
            case 2: values.append(Double(random.below(2_000_000)) / 2048)
            default: values.append(Double(random.below(100_000_000)) / 100 + 0.005)
            }
        }
        values.removeAll { $0.isNaN }
        let texts = payloads(values)
        #expect(texts.count == values.count)
        for (value, text) in zip(values, texts) { #expect(text == String(format: "%g", value)) }
    }

    @Test func edgesAreAsInC() {
        let values: [Double] = [
            0, -0.0, 1, 9.999995, 9.9999949, 99999.95, 999999.5, 999999.4, 1e-4, 9.999995e-5, 9.9999949e-5, 1e22, 1e23,
            .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, 0.5, 2.5,
            1234565, 1234575, 100000.5, 1e15, 1e15 - 1, 123456.5, 123457.5, 0.001, 0.0009999995,
        ]
        for (value, text) in zip(values, payloads(values)) { #expect(text == String(format: "%g", value)) }
    }
}
