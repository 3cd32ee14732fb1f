internal import PatchbayCore
public import PatchbayPlugin

/// What one instance counts and measures, until it is handed to the stage. No allocation for a name that is known.
struct Meters {
    private var counterNames = NameTable()
    private var counters: [Int64] = []
    private var histogramNames = NameTable()
    private var histograms: [Histogram] = []

    /// Adds to a counter; it stays at the ends of its range.
    mutating func count(_ name: Span<UInt8>, _ delta: Int64) {
        guard let index = counterNames.index(of: name) else { return }
        if index == counters.count { counters.append(0) }
        let (sum, overflow) = counters[index].addingReportingOverflow(delta)
        counters[index] = overflow ? (delta < 0 ? .min : .max) : sum
    }

    /// Takes a number into a histogram.
    mutating func measure(_ name: Span<UInt8>, _ value: Double) {
        guard let index = histogramNames.index(of: name) else { return }
        if index == histograms.count { histograms.append(Histogram()) }
        histograms[index].record(value)
    }

    /// All that came together, which is forgotten here.
    mutating func take() -> MetricValues {
        var values = MetricValues()
        for (name, count) in zip(counterNames.names, counters) where count != 0 {
            values.counters[Self.text(name), default: 0] = count
        }
        for (name, histogram) in zip(histogramNames.names, histograms) where histogram.count > 0 {
            values.histograms[Self.text(name)] = histogram
        }
        for index in counters.indices { counters[index] = 0 }
        for index in histograms.indices { histograms[index] = Histogram() }
        return values
    }

    private static func text(_ name: [UInt8]) -> String {
        HostServices.clean(name.span, limit: NameTable.maximumLength)
    }
}

/// Numbers for names, in the order in which they came: an open hash table that is never more than half full.
struct NameTable {
    static let maximumLength = 128
    private static let size = 2 * StageMetrics.maximumNames

    private(set) var names: [[UInt8]] = []
    private var slots: [UInt16] = []

    /// The number of `name`; nil when it is empty or too long, or when there are too many names.
    mutating func index(of name: Span<UInt8>) -> Int? {
        guard 1...Self.maximumLength ~= name.count else { return nil }
        if slots.isEmpty { slots = Array(repeating: 0, count: Self.size) }
        var slot = Int(truncatingIfNeeded: Self.hash(name)) & (Self.size - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if Self.isEqual(names[index], name) { return index }
            slot = (slot + 1) & (Self.size - 1)
        }
        guard names.count < StageMetrics.maximumNames else { return nil }
        names.append([UInt8](copying: name))
        slots[slot] = UInt16(names.count)
        return names.count - 1
    }

    /// FNV-1a.
    private static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
        return hash ^ (hash >> 32)
    }

    private static func isEqual(_ known: [UInt8], _ name: Span<UInt8>) -> Bool {
        guard known.count == name.count else { return false }
        for index in name.indices where known[index] != name[index] { return false }
        return true
    }
}

extension HostServices {
    /// Adds `delta` to the counter `name`. Names that are empty, over 128 bytes, or beyond the first 256 are left out.
    public func counter(_ name: Span<UInt8>, _ delta: Int64) throws(PluginError) {
        guard mayCount else { throw Grant.metrics.missing }
        meters.count(name, delta)
    }

    /// Takes `value` into the histogram `name`, for which the same holds; NaN and the infinities are left out.
    public func histogram(_ name: Span<UInt8>, _ value: Double) throws(PluginError) {
        guard mayCount else { throw Grant.metrics.missing }
        meters.measure(name, value)
    }

    /// Hands what was counted and measured since the last time to the stage.
    public func publishMetrics() {
        let values = meters.take()
        if !values.isEmpty { scope.metrics.add(values) }
    }
}
