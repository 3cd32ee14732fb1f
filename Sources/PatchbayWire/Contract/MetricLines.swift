public import PatchbayCore
public import PatchbayPlugin

/// What plugins that are programs of their own count and measure, as lines of JSON.
public enum MetricLines {
    /// One line for each counter and histogram of `values`, without line ends.
    public static func lines(_ values: MetricValues, stage: String) -> [Bytes] {
        let counters = values.counters.sorted { $0.key < $1.key }.map { name, count in
            line(stage) { json in
                json.member("counter", name)
                json.member("add", count)
            }
        }
        let histograms = values.histograms.sorted { $0.key < $1.key }.map { name, histogram in
            line(stage) { json in
                json.member("histogram", name)
                histogram.write(into: &json)
            }
        }
        return counters + histograms
    }

    private static func line(_ stage: String, _ members: (inout JSONWriter) -> Void) -> Bytes {
        var json = JSONWriter()
        json.object { json in
            members(&json)
            if !stage.isEmpty { json.member("stage", stage) }
        }
        return json.finish()
    }

    /// What a line says; nil when it is none about counters or histograms, or says something impossible.
    public static func read(_ line: ConfigNode) -> MetricValues? {
        var values = MetricValues()
        if let name = line["counter"]?.string {
            guard case .integer(let count) = line["add"]?.content ?? .integer(1) else { return nil }
            values.counters[name] = count
        } else if let name = line["histogram"]?.string {
            guard let histogram = Histogram(json: line) else { return nil }
            values.histograms[name] = histogram
        } else {
            return nil
        }
        return values
    }
}

extension Histogram {
    fileprivate func write(into json: inout JSONWriter) {
        json.member("count", count)
        json.member("sum", sum)
        json.member("minimum", minimum)
        json.member("maximum", maximum)
        json.key("parts")
        json.array { json in
            for part in parts {
                json.array { json in
                    if part.below.isFinite { json.value(part.below) } else { json.null() }
                    json.value(part.count)
                }
            }
        }
    }

    /// One value (`value`), or many (`count`, `sum`, `minimum`, `maximum`, `parts`).
    fileprivate init?(json tree: ConfigNode) {
        if let value = Self.number(tree["value"]) {
            self.init()
            record(value)
            return
        }
        guard let sum = Self.number(tree["sum"]), let minimum = Self.number(tree["minimum"]),
            let maximum = Self.number(tree["maximum"])
        else { return nil }
        var parts: [(below: Double, count: UInt64)] = []
        for part in tree["parts"]?.elements ?? [] {
            guard part.elements.count == 2, case .integer(let count) = part.elements[1].content, count > 0 else {
                return nil
            }
            parts.append((Self.number(part.elements[0]) ?? .infinity, UInt64(count)))
        }
        self.init(sum: sum, minimum: minimum, maximum: maximum, parts: parts)
    }

    private static func number(_ node: ConfigNode?) -> Double? {
        switch node?.content {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
