import PatchbayGuest

/// Keeps the records whose value is JSON with a member that fits.
struct JSONFilter: FilterPlugin {
    static var reads: Reads { .columns("value") }

    private let path: [[UInt8]]
    private let comparison: Comparison

    init(_ options: Options) throws(PluginFailure) {
        guard let field = options.text("field") else { throw PluginFailure("'field' is not text", kind: .options) }
        path = try Self.names(field)
        comparison = try Comparison(options)
    }

    private static func names(_ field: Span<UInt8>) throws(PluginFailure) -> [[UInt8]] {
        var names: [[UInt8]] = []
        var name: [UInt8] = []
        for index in 0...field.count {
            if index < field.count, field[index] != UInt8(ascii: ".") {
                name.append(field[index])
                continue
            }
            guard !name.isEmpty else { throw PluginFailure("'field' has an empty name", kind: .options) }
            names.append(name)
            name = []
        }
        return names
    }

    mutating func filter(_ record: Record) throws(RecordError) -> Bool {
        var value: JSONView
        do throws(JSONError) {
            value = try JSONView(checking: record.value.bytes)
        } catch {
            throw RecordError(error.message)
        }
        for name in path { value = value[name.span] }
        return comparison.fits(value)
    }
}

export(JSONFilter.self)
