internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

/// What a plugin said it reads of its input.
struct WantedColumns {
    /// For the stages before it.
    var request: FieldRequest
    /// Whether the well-known columns are read.
    var value: Bool
    var key: Bool
    var time: Bool

    /// Whether each column of `schema` is read, in the order of the ABI.
    func columns(of schema: Schema) -> [Bool] {
        (schema.hasKey ? [key] : []) + [value] + (schema.hasTime ? [time] : []) + schema.fields.map(request.wants)
    }
}

extension Batch {
    /// The columns in the order of the ABI.
    var allColumns: [Column] {
        (key.map { [$0] } ?? []) + [value] + (time.map { [$0] } ?? []) + fields
    }
}
