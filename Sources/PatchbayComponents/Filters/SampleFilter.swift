public import PatchbayCore
public import PatchbayPlugin

/// `sample`: lets some of the records through: every n-th, or a share chosen by content.
///
/// Chosen by content means: the same value of the field `by` always has the same fate, in every run. The hash is
/// 64-bit FNV-1a (Fowler, Noll, Vo) with the finisher of MurmurHash3 (A. Appleby), so that its high bits are even.
public struct SampleFilter: SwiftPlugin, FilterPlugin {
    /// What the plugin says of itself.
    public static let manifest = PluginManifest(
        .filter,
        name: "sample",
        summary: "Lets every n-th record through, or a share of the records",
        configuration: ConfigSchema(
            [
                ConfigOption(
                    "every",
                    .integer(1...Int64.max),
                    summary: "Of so many records, the first passes"
                ),
                ConfigOption(
                    "ratio",
                    .number(0...1),
                    summary: "The share of records that pass, chosen by a hash of the field 'by'"
                ),
                ConfigOption(
                    "by",
                    .string(),
                    default: "value",
                    summary: "With 'ratio': records with the same content of this field pass together"
                ),
                ConfigOption("seed", .integer(), default: 0, summary: "With 'ratio': another number, another choice"),
            ],
            shorthand: "every"
        ),
        isOrdered: true
    )

    private enum Rule {
        case every(UInt64)
        /// Hashes below the limit pass; all do when nil.
        case ratio(below: UInt64?)
    }

    private let rule: Rule
    private let name: String
    private let seed: UInt64
    private let position: ConfigPosition?
    private var source: ColumnSource?
    private var seen: UInt64 = 0

    /// A filter; throws unless exactly one of `every` and `ratio` is given.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        position = configuration.position
        switch (configuration.integer("every"), configuration.number("ratio")) {
        case (let every?, nil): rule = .every(UInt64(max(1, every)))
        case (nil, let ratio?):
            let limit = ratio * 0x1p64
            rule = .ratio(below: limit >= 0x1p64 ? nil : UInt64(max(0, limit.isNaN ? 0 : limit)))
        default:
            throw PluginError(
                .configuration,
                "one of 'every' and 'ratio' is needed, and not both",
                configuration: configuration.position
            )
        }
        name = configuration.string("by") ?? Schema.valueName
        seed = UInt64(bitPattern: configuration.integer("seed") ?? 0)
    }

    /// With `ratio`, the field that decides.
    public var wanted: FieldRequest {
        if case .ratio = rule { FieldRequest(names: [name]) } else { .none }
    }

    /// Looks the field up.
    public mutating func bind(_ input: Schema) throws(PluginError) {
        guard case .ratio = rule else { return }
        guard let field = input.prospectiveField(name) else { throw input.unknownField(name, at: position) }
        if case .map = field.type {
            throw PluginError(.schema, "a map cannot decide", configuration: position, advice: "name another field")
        }
        source = ColumnSource(reference: input.resolve(name), field: field)
    }

    /// Keeps every n-th row, or those whose hash is below the limit.
    public mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        switch rule {
        case .every(let every):
            let first = seen
            selection.narrow { (first + UInt64($0)) % every == 0 }
            seen = (first + UInt64(batch.count)) % every
        case .ratio(let limit):
            guard let source, let limit else { return }
            try [source].check(batch)
            let column = source.column(batch)
            let seed = seed
            selection.narrowEach { row in Self.hash(column, row, seed) < limit }
        }
    }

    private static func hash(_ column: Column?, _ row: Int, _ seed: UInt64) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        if let column, column.isValid(row) {
            switch column.type {
            case .int64, .timestamp: add(word: UInt64(bitPattern: column.int64s[row]))
            case .float64: add(word: column.float64s[row].bitPattern)
            case .bool: add(column.bool(row) ? 1 : 0)
            default:
                let bytes = column.bytes(row)
                for index in 0..<bytes.count { add(bytes[index]) }
            }
        }
        func add(word: UInt64) {
            for shift in stride(from: UInt64(0), to: 64, by: 8) { add(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ hash >> 33
    }
}
