import PatchbayCore
import PatchbayDLT

/// Everything a run over some bytes gives.
struct Reading: Equatable {
    /// One record: where its bytes lie in the input, and all columns as text.
    struct Row: Equatable {
        var start: Int
        var end: Int
        var columns: [String: String]

        subscript(name: String) -> String? { columns[name] }

        /// The line that the schema's template describes.
        func line(_ index: Int) -> String {
            func padded(_ name: String) -> String {
                guard let text = columns[name] else { return "----" }
                return text + String(repeating: "-", count: max(0, 4 - text.utf8.count))
            }
            func right(_ text: String, _ width: Int, _ fill: Character) -> String {
                String(repeating: fill, count: max(0, width - text.utf8.count)) + text
            }
            let time = columns["time"].map { calendarTime(Int64($0) ?? 0) } ?? ""
            let timestamp = columns["timestamp"].map { right($0, 10, " ") } ?? "----------"
            let counter = right(columns["counter"] ?? "", 3, "0")
            let ids = "\(padded("ecu")) \(padded("apid")) \(padded("ctid"))"
            let kind = "\(columns["type"] ?? "---") \(columns["subtype"] ?? "---") \(columns["mode"] ?? "?")"
            let payload = columns["payload"] ?? ""
            return "\(index) \(time) \(timestamp) \(counter) \(ids) \(kind) \(columns["noar"] ?? "-") [\(payload)]"
        }
    }

    struct Region: Equatable {
        var start: Int
        var length: Int
        var reason: String
    }

    var rows: [Row] = []
    var regions: [Region] = []

    var lines: [String] { rows.enumerated().map { $1.line($0) } }
    var skippedBytes: Int { regions.reduce(0) { $0 + $1.length } }
    var recordBytes: Int { rows.reduce(0) { $0 + $1.end - $1.start } }

    /// Reads `bytes` as an engine does, with `chunk` more bytes whenever the parser asks for more. The parser sees a
    /// copy with other bytes behind it, so that reading over the end would show.
    static func of(
        _ bytes: [UInt8], options: DLTOptions = DLTOptions(), request: FieldRequest = .everything,
        chunk: Int = .max, recordLimit: Int = 16_384
    ) -> Reading {
        var parser = DLTParser(options: options)
        let output = ParseOutput(schema: parser.bind(request), recordLimit: recordLimit)
        var reading = Reading()
        var start = 0
        var end = 0
        repeat {
            end = chunk == .max ? bytes.count : min(bytes.count, end + chunk)
            let input = window(bytes, start, end, isLast: end == bytes.count)
            start += reading.read(input, from: start, &parser, output)
        } while end < bytes.count
        precondition(start == bytes.count, "the parser left \(bytes.count - start) bytes")
        return reading
    }

    /// Reads what can be read of one input that begins at `start` of the whole; how many bytes that were.
    @discardableResult
    mutating func read(_ input: ParseInput, from start: Int, _ parser: inout DLTParser, _ output: ParseOutput) -> Int {
        var used = 0
        while input.start + used < input.end {
            let rest = ParseInput(
                buffer: input.buffer, start: input.start + used, end: input.end, position: UInt64(start + used),
                isLast: input.isLast)
            output.begin(rest, part: "test")
            let consumed = parser.parse(rest, into: output).consumed
            add(output)
            precondition(consumed >= 0 && consumed <= rest.end - rest.start)
            used += consumed
            if consumed == 0 { break }
        }
        return used
    }

    /// The bytes `start ..< end` at an odd place of a buffer that holds other bytes around them.
    static func window(_ bytes: [UInt8], _ start: Int, _ end: Int, isLast: Bool) -> ParseInput {
        let size = end - start
        let buffer = Buffer(capacity: size + 8)
        buffer.fill(0x44, at: 0, count: buffer.capacity)
        bytes.span.withBytes(start, end) { buffer.write($0, at: 3) }
        return ParseInput(buffer: buffer, start: 3, end: 3 + size, position: UInt64(start), isLast: isLast)
    }

    private mutating func add(_ output: ParseOutput) {
        let batch = output.builder.finish()
        for index in 0..<batch.count {
            let position = Int(batch.position(of: index) ?? 0)
            var row = Row(start: position, end: position + (batch[index].value?.count ?? 0), columns: [:])
            row.columns["time"] = batch[index].time.map { String($0) }
            for field in batch.schema.fields { row.columns[field.name] = text(batch[index][field.name]) }
            rows.append(row)
        }
        for region in output.skipped {
            let position = Int(region.position)
            if let last = regions.last, last.start + last.length == position, last.reason == region.reason.name {
                regions[regions.count - 1].length += Int(region.length)
            } else {
                regions.append(Region(start: position, length: Int(region.length), reason: region.reason.name))
            }
        }
    }
}

extension Span where Element == UInt8 {
    func withBytes(_ start: Int, _ end: Int, _ body: (Span<UInt8>) -> Void) { body(extracting(start..<end)) }
}

func text(_ value: Value) -> String? {
    switch value {
    case .int64(let number), .timestamp(let number): String(number)
    case .utf8(let bytes), .json(let bytes): String(validating: [UInt8](bytes), as: UTF8.self) ?? "<no UTF-8>"
    default: nil
    }
}

extension Array where Element == UInt8 {
    init(_ bytes: Bytes) {
        self = []
        for index in 0..<bytes.count { append(bytes.span[index]) }
    }
}

/// `YYYY/mm/dd HH:MM:SS.ffffff` in UTC (Howard Hinnant, "chrono-compatible low-level date algorithms").
func calendarTime(_ nanoseconds: Int64) -> String {
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let whole = nanoseconds - (nanoseconds % 1_000_000_000 + 1_000_000_000) % 1_000_000_000
    let day = whole / 1_000_000_000 / 86_400
    let inDay = whole / 1_000_000_000 % 86_400
    let z = day + 719_468
    let era = z / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let date = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let micros = (nanoseconds - whole) / 1000
    let fraction = String(repeating: "0", count: 6 - "\(micros)".count) + "\(micros)"
    return
        "\(year)/\(two(month))/\(two(date)) \(two(inDay / 3600)):\(two(inDay / 60 % 60)):\(two(inDay % 60)).\(fraction)"
}
