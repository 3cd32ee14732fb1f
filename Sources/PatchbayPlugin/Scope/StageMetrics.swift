/// What the instances of a stage counted and measured, by name. Safe to use from any thread.
public final class StageMetrics: Sendable {
    /// Names that are kept; what comes under further ones is lost.
    public static let maximumNames = 256

    private let content = Locked(MetricValues())

    /// Nothing counted.
    public init() {}

    /// Adds what one instance counted and measured.
    public func add(_ values: MetricValues) {
        content.with { content in
            for (name, count) in values.counters where content.hasRoom(for: content.counters[name] != nil) {
                let sum = content.counters[name, default: 0].addingReportingOverflow(count)
                content.counters[name] = sum.overflow ? (count < 0 ? Int64.min : Int64.max) : sum.partialValue
            }
            for (name, histogram) in values.histograms where content.hasRoom(for: content.histograms[name] != nil) {
                content.histograms[name, default: Histogram()].add(histogram)
            }
        }
    }

    /// What was counted and measured so far.
    public var values: MetricValues { content.with { $0 } }
}

/// Counters and histograms by name.
public struct MetricValues: Sendable, Equatable {
    /// Sums of whole numbers; they stay at the ends of the range.
    public var counters: [String: Int64] = [:]
    /// Distributions of numbers.
    public var histograms: [String: Histogram] = [:]

    /// None.
    public init() {}

    /// Whether nothing was counted or measured.
    public var isEmpty: Bool { counters.isEmpty && histograms.isEmpty }

    /// What came since these were `earlier` values of the same metrics.
    package func subtracting(_ earlier: MetricValues) -> MetricValues {
        var news = MetricValues()
        for (name, count) in counters {
            let (more, overflow) = count.subtractingReportingOverflow(earlier.counters[name] ?? 0)
            if more != 0 { news.counters[name] = overflow ? count : more }
        }
        for (name, histogram) in histograms {
            let more = histogram.subtracting(earlier.histograms[name] ?? Histogram())
            if more.count > 0 { news.histograms[name] = more }
        }
        return news
    }

    fileprivate func hasRoom(for isKnown: Bool) -> Bool {
        isKnown || counters.count + histograms.count < StageMetrics.maximumNames
    }
}

/// How numbers are distributed: their number, sum and extremes, and how many lie between two powers of two.
public struct Histogram: Sendable, Equatable {
    /// How many numbers there were.
    public private(set) var count: UInt64 = 0
    /// Their sum, within the range of finite numbers.
    public private(set) var sum = 0.0
    /// The smallest.
    public private(set) var minimum = Double.infinity
    /// The largest.
    public private(set) var maximum = -Double.infinity
    /// By exponent, from 2 to the power of ``lowest`` on; the first also takes everything below.
    private var buckets = [UInt64](repeating: 0, count: Self.size)

    private static let lowest = -32
    private static let size = 96

    /// No numbers.
    public init() {}

    /// Takes one in. NaN and the infinities are left out.
    public mutating func record(_ value: Double) {
        guard value.isFinite else { return }
        count += 1
        sum = Self.finite(sum + value)
        minimum = min(minimum, value)
        maximum = max(maximum, value)
        buckets[Self.bucket(of: value)] += 1
    }

    /// Takes the numbers of another one in.
    public mutating func add(_ other: Histogram) {
        count += other.count
        sum = Self.finite(sum + other.sum)
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
        for index in buckets.indices { buckets[index] += other.buckets[index] }
    }

    /// The numbers behind those of an `earlier` state. Smallest and largest are those of all: added to the earlier state,
    /// they give this one again.
    fileprivate func subtracting(_ earlier: Histogram) -> Histogram {
        var news = self
        news.count = count &- earlier.count
        news.sum = Self.finite(sum - earlier.sum)
        for index in buckets.indices { news.buckets[index] = buckets[index] &- earlier.buckets[index] }
        return news
    }

    /// The histogram that says so of itself; nil when it cannot be.
    package init?(sum: Double, minimum: Double, maximum: Double, parts: [(below: Double, count: UInt64)]) {
        self.init()
        guard sum.isFinite, minimum.isFinite, maximum.isFinite, minimum <= maximum else { return nil }
        for part in parts {
            // A part ends where the next power of two begins: what lies just below that belongs to it.
            let bucket = part.below.isFinite ? Self.bucket(of: part.below.nextDown) : Self.size - 1
            let (total, overflow) = count.addingReportingOverflow(part.count)
            guard !overflow, total < 1 << 53, !part.below.isNaN else { return nil }
            buckets[bucket] += part.count
            count = total
        }
        guard count > 0 else { return nil }
        self.sum = sum
        self.minimum = minimum
        self.maximum = maximum
    }

    /// The parts of the range that have numbers: the power of two that all of them are below, and how many they are.
    /// The last part is open: its end is infinite.
    public var parts: [(below: Double, count: UInt64)] {
        buckets.indices.filter { buckets[$0] > 0 }.map { index in
            let end = Double(sign: .plus, exponent: index + Self.lowest + 1, significand: 1)
            return (index == Self.size - 1 ? .infinity : end, buckets[index])
        }
    }

    private static func bucket(of value: Double) -> Int {
        guard value > 0 else { return 0 }
        return min(max(Int(value.exponent) - lowest, 0), size - 1)
    }

    private static func finite(_ value: Double) -> Double {
        min(max(value, -Double.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    }
}
