import CSimdjson
import PatchbayCore
import PatchbayPlugin

/// What a JSON value is; the numbers are those of `patchbay_json.h`.
enum JSONKind: UInt32 {
    case absent, object, array, string, escapedString, number, `true`, `false`, null
}

extension patchbay_json_value {
    /// What it is.
    var type: JSONKind { JSONKind(rawValue: kind) ?? .absent }
    /// Its place in the buffer.
    var range: Range<Int> { Int(start)..<Int(end) }
    /// The inside of a string.
    var content: Range<Int> { Int(start) + 1..<Int(end) - 1 }
}

/// Finds and checks JSON lines, a run of them per call. The one place of the module that calls the C++ scanner.
// @safe: the pointers of a result are handed out only as spans that live no longer than the scanner is left alone.
@safe
final class JSONScanner {
    private let parser: OpaquePointer
    private var result = unsafe patchbay_json_result()

    /// A scanner that takes the members `names` out of each object.
    init(names: [String], maximumDepth: Int, keepsRest: Bool) throws(PluginError) {
        guard
            let parser = unsafe patchbay_json_create(
                UInt32(names.count),
                UInt32(clamping: maximumDepth),
                keepsRest ? 1 : 0
            )
        else { throw Self.outOfMemory }
        unsafe self.parser = parser
        for (index, name) in names.enumerated() {
            let bytes = Array(name.utf8)
            guard unsafe patchbay_json_set_field(parser, UInt32(index), bytes, bytes.count) == 0 else {
                throw Self.outOfMemory
            }
        }
    }

    deinit { unsafe patchbay_json_destroy(parser) }

    private static let outOfMemory = PluginError(.internalError, "there is no memory for the JSON parser")

    /// Scans the lines in `start ..< end` of `buffer`, `limit` records at most. What was found is then here until the
    /// next call.
    func scan(_ buffer: Buffer, from start: Int, to end: Int, isLast: Bool, limit: Int) throws(PluginError) {
        guard start >= 0, start <= end, end <= buffer.capacity, end <= Int(Int32.max) else {
            throw PluginError(.input, "more than 2 GiB of JSON in one piece")
        }
        let status = unsafe buffer.withUnsafeBytes { memory in
            unsafe patchbay_json_parse(
                parser,
                memory.baseAddress?.assumingMemoryBound(to: UInt8.self),
                UInt32(start),
                UInt32(end),
                isLast ? 1 : 0,
                UInt32(clamping: limit),
                &result
            )
        }
        guard status == 0 else { throw Self.outOfMemory }
    }

    /// Offset behind the last line that was used up.
    var end: Int { Int(unsafe result.end) }
    /// Number of records.
    var rows: Int { Int(unsafe result.rows) }

    /// Per record its line without the newline.
    var lines: Span<patchbay_json_region> {
        @_lifetime(borrow self)
        get { unsafe span(result.lines, at: 0, count: rows) }
    }

    /// What became no record.
    var regions: Span<patchbay_json_region> {
        @_lifetime(borrow self)
        get { unsafe span(result.regions, at: 0, count: Int(result.region_count)) }
    }

    /// Per record the value of one of the members asked for.
    @_lifetime(borrow self)
    func values(_ field: Int) -> Span<patchbay_json_value> {
        unsafe span(result.values, at: field * Int(result.stride), count: rows)
    }

    /// All other members of all records.
    var members: Span<patchbay_json_member> {
        @_lifetime(borrow self)
        get {
            let ends = memberEnds
            let count = ends.isEmpty ? 0 : Int(ends[ends.count - 1])
            return unsafe span(result.members, at: 0, count: count)
        }
    }

    /// Per record the number of members up to its end; empty when the rest is not kept.
    var memberEnds: Span<UInt32> {
        @_lifetime(borrow self)
        get { unsafe span(result.member_ends, at: 0, count: result.member_ends == nil ? 0 : rows) }
    }

    /// Reads the numbers of one member as doubles.
    func doubles(_ field: Int, in buffer: Buffer, into numbers: inout [Double], valid: inout [UInt8]) {
        let count = rows
        numbers.removeAll(keepingCapacity: true)
        valid.removeAll(keepingCapacity: true)
        numbers.append(contentsOf: repeatElement(0, count: count))
        valid.append(contentsOf: repeatElement(0, count: count))
        unsafe buffer.withUnsafeBytes { memory in
            unsafe patchbay_json_doubles(
                memory.baseAddress?.assumingMemoryBound(to: UInt8.self),
                result.values + field * Int(result.stride),
                UInt32(count),
                &numbers,
                &valid
            )
        }
    }

    @_lifetime(borrow self)
    private func span<T: BitwiseCopyable>(_ start: UnsafePointer<T>?, at offset: Int, count: Int) -> Span<T> {
        let memory = unsafe UnsafeBufferPointer(
            start: start.map { unsafe $0 + offset }, count: start == nil ? 0 : count)
        return unsafe _overrideLifetime(Span(_unsafeElements: memory), borrowing: self)
    }
}
