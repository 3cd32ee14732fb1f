internal import PatchbayCore

/// Adds the fields that say where a record comes from.
struct ProvenanceColumns {
    private let provenance: [ProvenanceColumn]
    private let builders: [ColumnBuilder]
    private let schema: Schema

    var isEmpty: Bool { provenance.isEmpty }

    init(_ provenance: [ProvenanceColumn], parsed: Schema, output: Schema) {
        self.provenance = provenance
        schema = output
        builders = provenance.map { ColumnBuilder($0.field) }
    }

    func add(to batch: Batch, firstIndex: Int64) -> Batch {
        var fields = batch.fields
        for (column, builder) in zip(provenance, builders) {
            builder.begin(viewing: nil)
            switch column.kind {
            case .index: builder.fill(int64s: batch.count) { firstIndex &+ Int64($0) }
            case .offset:
                builder.fill(optionalInt64s: batch.count) { batch.position(of: $0).flatMap { Int64(exactly: $0) } }
            case .source:
                if let part = batch.origin?.part, let word = builder.index(ofWord: Bytes(part).span) {
                    builder.fill(wordIndices: batch.count) { _ in word }
                } else {
                    builder.fill(wordIndices: batch.count) { _ in -1 }
                }
            }
            fields.append(builder.finish())
        }
        return Batch(
            schema: schema, count: batch.count, key: batch.key, value: batch.value, time: batch.time, fields: fields,
            origin: batch.origin)
    }
}
