import Glibc

/// Makes a large DLT trace of copies of recorded messages: as many as asked for, and chosen so that their mean size is
/// what was asked for.
struct TraceGenerator {
    private let messages: [TraceMessage]
    /// Per message the sum of the weights up to it; the last one is 1.
    private var cumulative: [Double] = []

    init(seeds: [String], meanSize: Double) throws(GenerationError) {
        var messages: [TraceMessage] = []
        for seed in seeds { messages += TraceMessage.all(in: try OutputFile.read(seed)) }
        self.messages = messages
        let sizes = messages.map { Double($0.bytes.count) }
        guard let smallest = sizes.min(), let largest = sizes.max(), smallest < meanSize, meanSize < largest else {
            throw GenerationError(description: "the seeds hold no messages of \(Int(meanSize)) bytes on average")
        }
        // Weights that grow or fall exponentially with the size; the exponent with the right mean is found by halving.
        func weights(_ exponent: Double) -> [Double] { sizes.map { exp(exponent * ($0 - meanSize)) } }
        var low = -0.2
        var high = 0.2
        for _ in 0..<80 {
            let middle = (low + high) / 2
            let weights = weights(middle)
            let mean = zip(weights, sizes).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
            if mean < meanSize { low = middle } else { high = middle }
        }
        let weights = weights(low)
        let total = weights.reduce(0, +)
        var sum = 0.0
        for weight in weights {
            sum += weight / total
            cumulative.append(sum)
        }
    }

    private func choose(_ random: inout SplitMix64) -> TraceMessage {
        let wanted = random.fraction()
        var low = 0
        var high = messages.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return messages[low]
    }

    /// Writes `count` messages that come 0.27 ms after each other on average.
    func write(_ count: Int, to path: String) throws(GenerationError) -> Int {
        var random = SplitMix64(seed: 20_240_229)
        var file = try OutputFile(path)
        var microseconds: UInt64 = 1_700_000_000_000_000
        var counters: [[UInt8]: UInt8] = [:]
        for _ in 0..<count {
            let message = choose(&random)
            microseconds += 20 + UInt64(random.below(500))
            let key = message.identifiers.map { Array(message.bytes[$0..<$0 + 8]) } ?? []
            let counter = counters[key, default: 0]
            counters[key] = counter &+ 1
            try file.append(
                message.copy(
                    seconds: UInt32(microseconds / 1_000_000),
                    microseconds: UInt32(microseconds % 1_000_000),
                    uptime: UInt32(truncatingIfNeeded: microseconds / 100),
                    counter: counter,
                    number: random.below(1_000_000)
                )
            )
        }
        try file.flush()
        return file.written
    }
}
